using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Webhooks;

namespace EdgeInspector.Delivery;

/// <summary>How evidence is kept and delivered; each part validated.</summary>
public sealed record EvidenceOptions
{
    /// <summary>The broker.</summary>
    public required MqttOptions Mqtt { get; init; }

    /// <summary>Where the journal, the open parts, the pictures and the audit log are kept.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The journal.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>The pictures.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>The audit log.</summary>
    public AuditOptions Audit { get; init; } = new() { Enabled = false };

    /// <summary>The webhooks by name.</summary>
    public IReadOnlyDictionary<string, WebhookOptions> Webhooks { get; init; } = new Dictionary<string, WebhookOptions>();

    /// <summary>How long the data folder is waited for while somebody else has it.</summary>
    public TimeSpan WaitForFolder { get; init; }
}
