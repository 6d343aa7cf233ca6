namespace EdgeInspector.Delivery.Events;

/// <summary>
/// A reference of a station was learnt, could not be learnt, or was forgotten; becomes an event of kind <c>reference</c>.
/// </summary>
/// <param name="Station">The station's name.</param>
/// <param name="Change"><c>learnt</c>, <c>failed</c> or <c>forgotten</c>.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Type">The type of part; null: parts without a type.</param>
/// <param name="Parts">From how many parts; null: nobody knows.</param>
/// <param name="From"><c>camera</c>, or the folder of the pictures; null: nobody knows.</param>
/// <param name="By">Who vouched for the parts; for <c>forgotten</c>, and for learning that was called off: who did so.</param>
/// <param name="Why">Why, in a sentence; for <c>failed</c>: what was wrong.</param>
public sealed record ReferenceNews(
    string Station, string Change, DateTimeOffset At, string? Type, int? Parts, string? From, string? By, string? Why)
{
    /// <summary>How many vouched-for parts were left out because they differ from the others; null: nobody knows.</summary>
    public int? LeftOut { get; init; }

    /// <summary>How many of the parts that were learnt from the model had rejected; null: the model was not asked.</summary>
    public int? Rejected { get; init; }

    /// <summary>How many of the parts that were learnt from the model had found doubtful; null: the model was not asked.</summary>
    public int? Review { get; init; }
}
