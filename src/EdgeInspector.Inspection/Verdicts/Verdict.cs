namespace EdgeInspector.Inspection.Verdicts;

/// <summary>What is said about a part.</summary>
public enum VerdictKind
{
    /// <summary>The part is good.</summary>
    Pass,

    /// <summary>The part is defective.</summary>
    Reject,

    /// <summary>The model is not sure: somebody should look.</summary>
    Review,

    /// <summary>No verdict could be given; the fail-safe applies.</summary>
    None,
}

/// <summary>What the reject gate is told to do.</summary>
public enum GateAction
{
    /// <summary>Divert the part.</summary>
    Reject,

    /// <summary>Let the part pass.</summary>
    Pass,

    /// <summary>Stop the line.</summary>
    Stop,
}

/// <summary>Why no verdict could be given.</summary>
public enum NoneReason
{
    /// <summary>There is a verdict.</summary>
    NotNone,

    /// <summary>No verdict was ready in time.</summary>
    Deadline,

    /// <summary>No frame of the part could be had.</summary>
    Camera,

    /// <summary>The model failed, or there is none.</summary>
    Model,

    /// <summary>The station is paused or stopping.</summary>
    Paused,

    /// <summary>Triggers came faster than the station can inspect.</summary>
    Overload,

    /// <summary>The agent was killed while it had the part in hand. Set by the next start, in the event only.</summary>
    Interrupted,

    /// <summary>
    /// The picture is no evidence: no light, too much, no detail, not written to its end, or not the part as the station's reference knows
    /// it.
    /// </summary>
    Picture,

    /// <summary>A challenge part fared wrong or is overdue, and the settings want no verdict on others until one succeeds.</summary>
    Challenge,
}

/// <summary>The one verdict on a part.</summary>
/// <param name="Kind">Pass, reject, review or none.</param>
/// <param name="Reason">Why there is no verdict; <see cref="NoneReason.NotNone"/> otherwise.</param>
/// <param name="Rule">
/// The rule that fired, in words a person understands, such as <c>scratch 0.93 ≥ 0.50</c>; null for a plain pass.
/// </param>
/// <param name="Tag">
/// The tag that decided; for a pass without such a tag, the highest tag that stayed below its threshold; null when nothing was seen.
/// </param>
/// <param name="Probability">Probability of that tag, 0..1; 0 without a tag.</param>
public readonly record struct Verdict(VerdictKind Kind, NoneReason Reason, string? Rule, string? Tag, float Probability)
{
    /// <summary>No verdict could be given.</summary>
    public static Verdict None(NoneReason reason, string? detail = null) => new(VerdictKind.None, reason, detail, null, 0);
}
