using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>One webhook: its name and its settings.</summary>
/// <param name="Name">The name in the settings.</param>
/// <param name="Options">The settings; validated.</param>
internal sealed record Webhook(string Name, WebhookOptions Options)
{
    /// <summary>What the names of its settings begin with, for messages.</summary>
    public string Setting => $"Webhooks:{Name}:";

    /// <summary>The address without path and query, which are often a secret.</summary>
    public string Place => Options.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>True when the events of a station are for this webhook.</summary>
    public bool IsFor(string station) => Options.Stations.Count == 0 || Options.Stations.Contains(station);

    /// <summary>True when an event is for this webhook.</summary>
    /// <param name="station">The event's station.</param>
    /// <param name="verdict">The verdict that the event tells; null: it tells of no part.</param>
    public bool Wants(string station, VerdictKind? verdict) =>
        IsFor(station) && (Options.Verdicts.Count == 0 || (verdict is { } kind && Options.Verdicts.Contains(kind)));
}
