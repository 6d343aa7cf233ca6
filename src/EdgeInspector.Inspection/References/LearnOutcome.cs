namespace EdgeInspector.Inspection.References;

/// <summary>What came of learning.</summary>
/// <param name="Reference">The reference; null: none could be learnt.</param>
/// <param name="Problem">Why not, in a sentence; null when there is one.</param>
/// <param name="LeftOut">
/// Parts that are other than the rest and were left out; where there is no reference, those that would have been.
/// </param>
public sealed record LearnOutcome(Reference? Reference, string? Problem, IReadOnlyList<LeftOutPart> LeftOut)
{
    /// <summary>What the model said of the parts that were learnt from; null: it was not asked, as for pictures of a folder.</summary>
    public ModelOpinion? Model { get; init; }
}

/// <summary>What the model said of parts for which somebody vouches.</summary>
/// <param name="Rejected">How many it rejected.</param>
/// <param name="Doubtful">How many it found doubtful.</param>
public sealed record ModelOpinion(int Rejected, int Doubtful);

/// <summary>A part that somebody vouched for, from which nothing is learnt because it is other than the rest.</summary>
/// <param name="Part">The part's id, or the file.</param>
/// <param name="Why">In which measure, with its value and those of the others, such as <c>sharpness 1.4, the others 5.9 to 7.7</c>.</param>
public sealed record LeftOutPart(string Part, string Why);

/// <summary>Where a reference comes from.</summary>
/// <param name="Station">The station.</param>
/// <param name="Type">The type of part; null: none.</param>
/// <param name="From"><c>camera</c>, or the folder.</param>
/// <param name="By">Who vouches for the parts.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="At">When, by the wall clock.</param>
public sealed record LearnOrigin(string Station, string? Type, string From, string? By, string? Why, DateTimeOffset At);
