namespace EdgeInspector.Delivery.Events;

/// <summary>Something happened to a station's model; becomes an event of kind <c>model</c>.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="Change">
/// What: <c>activated</c>, <c>rolledBack</c>, <c>confirmed</c>, <c>refused</c>, <c>shadowed</c> or <c>waiting</c>.
/// </param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Package">Hash of the package that the news is about; null when the package could not be read.</param>
/// <param name="Name">The package's name.</param>
/// <param name="Iteration">The trainer's name for the package.</param>
/// <param name="Before">Hash of the package that ran before, or still runs.</param>
/// <param name="From">By what way the package came.</param>
/// <param name="By">Who brought the package, as far as known.</param>
/// <param name="Why">Why the change happened, in a sentence.</param>
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
