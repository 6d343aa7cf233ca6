using System.Text.Json.Serialization;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;

namespace EdgeInspector.Delivery.State;

/// <summary>What <c>…/state</c> says.</summary>
/// <param name="Status"><c>online</c>, <c>degraded</c> or <c>offline</c>.</param>
/// <param name="Reasons">Why it is not online; empty when it is.</param>
/// <param name="At">When this was written; null in a last will, which the broker publishes later.</param>
/// <param name="StartedAt">When the process started: since when its counters count.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Agent">Name of the agent.</param>
/// <param name="Line">The line.</param>
/// <param name="Station">The station.</param>
/// <param name="Commanded">What was commanded and holds; null when nothing was, and in a last will.</param>
/// <param name="Package">The model that runs; null when there is none.</param>
/// <param name="Shadow">The candidate that runs in the shadow; null when there is none.</param>
/// <param name="Refused">The package that was refused last; null when another was taken since.</param>
/// <param name="Audit">
/// The end of the audit log, for somebody who keeps it elsewhere; null where none is written, and in a last will.
/// </param>
/// <param name="Challenge">How it stands with its challenge parts; null where nobody uses any, and in a last will.</param>
/// <param name="References">What pictures are held against; null in a last will.</param>
/// <param name="Counters">
/// What the station did since the process started; null in a last will. A broker that takes no message as large gets only some, or none.
/// </param>
internal sealed record StationState(
    string Status,
    IReadOnlyList<StateReason> Reasons,
    DateTimeOffset? At,
    DateTimeOffset? StartedAt,
    string Version,
    string Agent,
    string Line,
    string Station,
    Commanded? Commanded,
    StatePackage? Package,
    ShadowedPackage? Shadow,
    RefusedPackage? Refused,
    AuditHead? Audit,
    StateChallenge? Challenge,
    ReferencesShown? References,
    FaultCounters? Counters);

/// <summary>How a station stands with its challenge parts.</summary>
/// <param name="DueSince">The set time whose part has not come yet; null: none is due.</param>
/// <param name="Overdue">True when its grace is over.</param>
/// <param name="Last">The last one that got a verdict; null: none yet.</param>
internal sealed record StateChallenge(DateTimeOffset? DueSince, bool Overdue, StateChallengeResult? Last);

/// <summary>How a challenge part fared.</summary>
internal sealed record StateChallengeResult(DateTimeOffset At, string Part, string Known, string Verdict, bool Right);

/// <summary>One thing that is wrong.</summary>
internal sealed record StateReason(string Component, string Reason);

/// <summary>The model that runs.</summary>
internal sealed record StatePackage(string Name, string Hash, string? Iteration, string Kind, IReadOnlyList<string> Tags, string Provider);

/// <summary>Those counters of a station that tell of faults: they stay in a <c>state</c> that is shortened.</summary>
[JsonDerivedType(typeof(StateCounters))]
internal record FaultCounters(
    long Triggers,
    long Pass,
    long Reject,
    long Review,
    long None,
    long Late,
    long SignalsNotConnected,
    long SignalsRefused,
    long EventsWaiting,
    long EventsDropped,
    long EventsRefused,
    long ImagesWaiting,
    long ImagesRefused)
{
    /// <summary>The same without those that a derived record adds.</summary>
    public FaultCounters OnlyThese() => new(this);
}

/// <summary>The counters of a station.</summary>
internal sealed record StateCounters(
    long Triggers,
    long Pass,
    long Reject,
    long Review,
    long None,
    long Frames,
    long FramesSkipped,
    long FramesIdle,
    long SignalsSent,
    long SignalsExpired,
    long SignalsNotConnected,
    long SignalsRefused,
    long SignalsUnacknowledged,
    long EventsPublished,
    long EventsDropped,
    long ImagesPublished,
    long ImagesDropped,
    long Late,
    long Parts,
    long ImagesWaiting,
    long SpoolBytes,
    long EventsWaiting,
    long JournalBytes,
    long EventsRefused,
    long ImagesRefused,
    long AnswersRefused,
    long Challenges)
    : FaultCounters(
        Triggers, Pass, Reject, Review, None, Late, SignalsNotConnected, SignalsRefused, EventsWaiting, EventsDropped, EventsRefused,
        ImagesWaiting, ImagesRefused);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StationState))]
internal sealed partial class StateJson : JsonSerializerContext;
