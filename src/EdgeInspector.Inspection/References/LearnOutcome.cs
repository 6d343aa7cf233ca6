namespace EdgeInspector.Inspection.References;

/// <summary>The result of learning.</summary>
/// <param name="Reference">The reference; null: no reference could be learnt.</param>
/// <param name="Problem">Why no reference could be learnt, in a sentence; null when there is one.</param>
/// <param name="LeftOut">
/// Parts that were left out because they differ from the others; where there is no reference, parts that would have been left out.
/// </param>
public sealed record LearnOutcome(Reference? Reference, string? Problem, IReadOnlyList<LeftOutPart> LeftOut)
{
    /// <summary>
    /// What the model said of the parts that were learnt from; null: the model was not asked, as for pictures of a folder.
    /// </summary>
    public ModelOpinion? Model { get; init; }
}

/// <summary>What the model said of parts for which somebody vouches.</summary>
/// <param name="Rejected">How many parts the model rejected.</param>
/// <param name="Doubtful">How many parts the model found doubtful.</param>
public sealed record ModelOpinion(int Rejected, int Doubtful);

/// <summary>A part that somebody vouched for, but that is not learnt from because it differs from the others.</summary>
/// <param name="Part">The part's id, or the file.</param>
/// <param name="Why">
/// The measure in which the part differs, with the part's value and those of the others, such as <c>sharpness 1.4, the others 5.9 to
/// 7.7</c>.
/// </param>
public sealed record LeftOutPart(string Part, string Why);

/// <summary>Where a reference comes from.</summary>
/// <param name="Station">The station.</param>
/// <param name="Type">The type of part; null: parts without a type.</param>
/// <param name="From"><c>camera</c>, or the folder.</param>
/// <param name="By">Who vouches for the parts.</param>
/// <param name="Why">Why the reference is learnt, in a sentence.</param>
/// <param name="At">When learning began, by the wall clock.</param>
public sealed record LearnOrigin(string Station, string? Type, string From, string? By, string? Why, DateTimeOffset At);
