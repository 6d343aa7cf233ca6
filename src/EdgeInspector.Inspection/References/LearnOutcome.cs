namespace EdgeInspector.Inspection.References;

/// <summary>What came of learning.</summary>
/// <param name="Reference">The reference; null: none could be learnt.</param>
/// <param name="Problem">Why not, in a sentence; null when there is one.</param>
/// <param name="LeftOut">Parts that look other than the rest and were left out.</param>
public sealed record LearnOutcome(Reference? Reference, string? Problem, IReadOnlyList<string> LeftOut);

/// <summary>Where a reference comes from.</summary>
/// <param name="Station">The station.</param>
/// <param name="Type">The type of part; null: none.</param>
/// <param name="From"><c>camera</c>, or the folder.</param>
/// <param name="By">Who vouches for the parts.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="At">When, by the wall clock.</param>
public sealed record LearnOrigin(string Station, string? Type, string From, string? By, string? Why, DateTimeOffset At);
