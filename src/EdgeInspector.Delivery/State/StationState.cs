using System.Text.Json.Serialization;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;

namespace EdgeInspector.Delivery.State;

/// <summary>What <c>…/state</c> says.</summary>
/// <param name="Status"><c>online</c>, <c>degraded</c> or <c>offline</c>.</param>
/// <param name="Reasons">Why the station is not online; empty when it is.</param>
/// <param name="At">When the state was written; null in a last will, which the broker publishes later.</param>
/// <param name="StartedAt">When the process, and with it every counter, started.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Agent">Name of the agent.</param>
/// <param name="Line">The line.</param>
/// <param name="Station">The station.</param>
/// <param name="Commanded">What was commanded and still holds; null when nothing was commanded, and in a last will.</param>
/// <param name="Package">The model that runs; null when there is none.</param>
/// <param name="Shadow">The candidate that runs in the shadow; null when there is none.</param>
/// <param name="Refused">The package that was refused last; null when another package was taken since.</param>
/// <param name="Audit">
/// The end of the audit log, for people who keep it elsewhere; null where no audit log is written, and in a last will.
/// </param>
/// <param name="Challenge">
/// How the station stands with its challenge parts; null where no challenge parts are used, and in a last will.
/// </param>
/// <param name="References">The references against which pictures are held; null in a last will.</param>
/// <param name="Counters">
/// What the station did since the process started; null in a last will. A broker that does not take so large a message gets only some
/// counters, or none.
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
/// <param name="Overdue">True when the grace of that set time is over.</param>
/// <param name="Last">The last challenge part that got a verdict; null: none yet.</param>
internal sealed record StateChallenge(DateTimeOffset? DueSince, bool Overdue, StateChallengeResult? Last);

/// <summary>How a challenge part fared.</summary>
internal sealed record StateChallengeResult(DateTimeOffset At, string Part, string Known, string Verdict, bool Right);


/// <summary>The model that runs.</summary>
internal sealed record StatePackage(string Name, string Hash, string? Iteration, string Kind, IReadOnlyList<string> Tags, string Provider);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StationState))]
[JsonSerializable(typeof(SaidPiece))]
[JsonSerializable(typeof(SaidPiece[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
internal sealed partial class StateJson : JsonSerializerContext;
