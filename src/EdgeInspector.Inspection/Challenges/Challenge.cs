using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Challenges;

/// <summary>What is known of a part that is sent through to see whether the station still finds it.</summary>
public enum Challenge : byte
{
    /// <summary>Nothing: the part is an ordinary part.</summary>
    None,

    /// <summary>The part is bad: the gate must not let the part pass.</summary>
    Bad,

    /// <summary>The part is good: the gate must let the part pass.</summary>
    Good,
}

/// <summary>How a challenge part fared.</summary>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Part">The part's id.</param>
/// <param name="Known">What is known of the part; never <see cref="Challenge.None"/>.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Action">What the gate was told.</param>
public sealed record ChallengeResult(DateTimeOffset At, string Part, Challenge Known, VerdictKind Verdict, GateAction Action)
{
    /// <summary>True: the station did right; false: the station did wrong; null: the station gave no verdict, which says neither.</summary>
    public bool? IsRight => IsRightFor(Known, Verdict, Action);

    /// <summary>
    /// Whether a verdict is right. The gate decides: a bad part that is only doubtful, but thrown out by the gate, was found.
    /// </summary>
    public static bool? IsRightFor(Challenge known, VerdictKind verdict, GateAction action) =>
        known == Challenge.None || verdict == VerdictKind.None ? null
        : known == Challenge.Good == (action == GateAction.Pass);
}

/// <summary>What is kept of a station's challenges over restarts.</summary>
/// <param name="Since">When challenges were first asked for here; parts of earlier times are not missed.</param>
/// <param name="Bad">The last known-bad part that got a verdict; null: none yet.</param>
/// <param name="Good">The last known-good part that got a verdict; null: none yet.</param>
/// <param name="Found">When a known-bad part was last found; null: not yet.</param>
/// <param name="At">The set times since <paramref name="Since"/>, as the settings name them; null: not known.</param>
/// <param name="Announced">The parts that were announced and have not come; null: none.</param>
public sealed record ChallengeMemory(
    DateTimeOffset Since,
    ChallengeResult? Bad,
    ChallengeResult? Good,
    DateTimeOffset? Found = null,
    string? At = null,
    IReadOnlyList<AnnouncedPart>? Announced = null)
{
    /// <summary>This memory with the result of one more challenge part; a result without a verdict changes nothing.</summary>
    public ChallengeMemory With(ChallengeResult result) => result switch
    {
        { IsRight: null } => this,
        { Known: Challenge.Good } => this with { Good = result },
        { IsRight: true } => this with { Bad = result, Found = result.At },
        _ => this with { Bad = result, Found = LastFound },
    };

    /// <summary>
    /// When a known-bad part was last found; in files that an agent of before 2026-11-29 wrote, the last known-bad part tells.
    /// </summary>
    internal DateTimeOffset? LastFound => Found ?? (Bad is { IsRight: true } bad ? bad.At : null);
}

/// <summary>A challenge part that somebody has announced.</summary>
/// <param name="Known">What is known of the part.</param>
/// <param name="Part">The part's id; null: the next part that comes.</param>
/// <param name="At">When the part was announced, by the wall clock.</param>
public sealed record AnnouncedPart(Challenge Known, string? Part, DateTimeOffset At);

/// <summary>What happened to a station's challenges.</summary>
/// <param name="What"><c>announced</c>, <c>due</c>, <c>overdue</c>, <c>right</c>, <c>wrong</c> or <c>noVerdict</c>.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Known">What is known of the part.</param>
/// <param name="Part">The part's id; null where none is meant.</param>
/// <param name="By">Who announced it.</param>
/// <param name="Why">Why, or what is wrong, in a sentence.</param>
public sealed record ChallengeNews(string What, DateTimeOffset At, Challenge Known, string? Part, string? By, string? Why);

/// <summary>How a station stands with its challenges, for <c>state</c>.</summary>
/// <param name="DueSince">The set time whose known-bad part has not come yet; null: none is due.</param>
/// <param name="IsOverdue">True when the grace of that set time is over.</param>
/// <param name="Last">The last challenge part that got a verdict; null: none yet.</param>
public sealed record ChallengeStanding(DateTimeOffset? DueSince, bool IsOverdue, ChallengeResult? Last);
