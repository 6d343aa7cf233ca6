using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Delivery.State;

/// <summary>
/// Where <c>state</c> gets its contents other than the station's health and counters. Each source is called from any thread.
/// </summary>
public sealed record StateSources
{
    /// <summary>Gives the model that runs at the moment, or null.</summary>
    public Func<ModelIdentity?> Model { get; init; } = () => null;

    /// <summary>Gives the models beside the one that runs.</summary>
    public Func<ModelsBeside> Beside { get; init; } = () => ModelsBeside.None;

    /// <summary>Gives what was commanded and still holds.</summary>
    public Func<Commanded> Commanded { get; init; } = () => RemoteControl.Commanded.Nothing;

    /// <summary>Gives the end of the audit log, or null.</summary>
    public Func<AuditHead?> Audit { get; init; } = () => null;

    /// <summary>Gives how the station stands with its challenge parts, or null.</summary>
    public Func<ChallengeStanding?> Challenges { get; init; } = () => null;

    /// <summary>How much of the station's evidence waits.</summary>
    public WaitingEvidence Waiting { get; init; } = new();

    /// <summary>Gives the references.</summary>
    public Func<ReferencesShown> References { get; init; } = () => ReferencesShown.None;
}
