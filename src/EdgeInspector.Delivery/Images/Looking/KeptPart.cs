using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images.Looking;

/// <summary>A part whose pictures are kept.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Station">The station's name.</param>
/// <param name="Part">The part's id.</param>
/// <param name="At">When the part was here, in UTC.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Rule">The rule that fired, in words.</param>
/// <param name="Tag">The tag that decided.</param>
/// <param name="Probability">That tag's probability, 0..1.</param>
/// <param name="Pictures">Which pictures there are.</param>
/// <param name="Event">The part's event as JSON; null: an earlier version of the agent kept the part.</param>
public sealed record KeptPart(
    Guid Id,
    string Station,
    string Part,
    DateTime At,
    VerdictKind Verdict,
    string? Rule,
    string? Tag,
    double Probability,
    IReadOnlyList<KeptPicture> Pictures,
    string? Event);

/// <summary>A picture of a part.</summary>
public enum KeptPicture
{
    /// <summary>With what the model found marked on it.</summary>
    Marked,

    /// <summary>As the camera gave it.</summary>
    Original,

    /// <summary>A sheet with the frames just before and after.</summary>
    Around,
}

/// <summary>Some parts that somebody asked for.</summary>
/// <param name="Parts">The newest first.</param>
/// <param name="Next">Where to look on for older ones; null: that was all.</param>
public sealed record KeptPage(IReadOnlyList<KeptPart> Parts, KeptPlace? Next);

/// <summary>A place in the order of the kept parts.</summary>
/// <param name="At">When the part was here, in UTC.</param>
/// <param name="Id">The event's id.</param>
public sealed record KeptPlace(DateTime At, Guid Id);
