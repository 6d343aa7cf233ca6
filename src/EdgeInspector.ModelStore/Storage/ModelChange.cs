namespace EdgeInspector.ModelStore.Storage;

/// <summary>What happened to a station's model.</summary>
public enum ModelChangeKind
{
    /// <summary>A package took over.</summary>
    Activated,

    /// <summary>The earlier package took over again.</summary>
    RolledBack,

    /// <summary>A package did well for as long as was asked; from now on that package is the last good one.</summary>
    Confirmed,

    /// <summary>A package was refused; the earlier model goes on.</summary>
    Refused,

    /// <summary>A shadow run ended.</summary>
    Shadowed,

    /// <summary>A package was pulled and waits for its set time or for approval.</summary>
    Waiting,
}

/// <summary>One entry of a station's history, also told as an event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Package">Hash of the package that the change is about; null when the package could not even be read.</param>
/// <param name="Name">The package's name; for people.</param>
/// <param name="Iteration">The trainer's name for the package.</param>
/// <param name="Before">Hash of the package that ran before, or still runs.</param>
/// <param name="From">
/// By what way the change came: <c>settings</c>, <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>mqtt</c>, <c>sync</c>, <c>agent</c>.
/// </param>
/// <param name="By">Who made the change, as far as known.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record ModelChange(
    ModelChangeKind Kind,
    DateTimeOffset At,
    string? Package,
    string? Name,
    string? Iteration,
    string? Before,
    string From,
    string? By,
    string? Why);
