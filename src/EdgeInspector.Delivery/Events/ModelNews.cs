namespace EdgeInspector.Delivery.Events;

/// <summary>Something happened to a station's model; becomes an event of kind <c>model</c>.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="Change">
/// What: <c>activated</c>, <c>rolledBack</c>, <c>confirmed</c>, <c>refused</c>, <c>shadowed</c> or <c>waiting</c>.
/// </param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Package">Hash of the package that it is about; null when it could not be read.</param>
/// <param name="Name">Its name.</param>
/// <param name="Iteration">The trainer's name for it.</param>
/// <param name="Before">Hash of what ran before, or still runs.</param>
/// <param name="From">By what way it came.</param>
/// <param name="By">Who brought it, as far as known.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record ModelNews(
    string Station,
    string Change,
    DateTimeOffset At,
    string? Package,
    string? Name,
    string? Iteration,
    string? Before,
    string From,
    string? By,
    string? Why);
