namespace EdgeInspector.ModelStore.Storage;

/// <summary>Which package each station runs: the content of <c>active.json</c>.</summary>
public sealed record ActiveModels
{
    /// <summary>The format's version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>By the station's name.</summary>
    public Dictionary<string, StationModel> Stations { get; init; } = [];
}

/// <summary>What one station runs, what it ran before, and why.</summary>
public sealed record StationModel
{
    /// <summary>Hash of the package that runs.</summary>
    public string? Active { get; init; }

    /// <summary>Hash of the package to go back to: the one that last did well before the active one; null when there is none.</summary>
    public string? LastGood { get; init; }

    /// <summary>True until the active package has done well for as many parts as the settings ask for.</summary>
    public bool OnProbation { get; init; }

    /// <summary>How often the agent was started since the active package is on probation: one that ends the process is not started for ever.</summary>
    public int StartsOnProbation { get; init; }

    /// <summary>Hash of what the settings' own model path last held. Only something else there is news.</summary>
    public string? FromSettings { get; init; }

    /// <summary>The model path of the settings at that time. Another one means that somebody wants another model at the next start.</summary>
    public string? SettingsPath { get; init; }

    /// <summary>What happened, newest last.</summary>
    public IReadOnlyList<ModelChange> History { get; init; } = [];

    private const int MostHistory = 100;

    /// <summary>Adds to the history.</summary>
    public StationModel With(ModelChange change) => this with { History = [.. History.Append(change).TakeLast(MostHistory)] };
}

/// <summary>What happened to a station's model.</summary>
public enum ModelChangeKind
{
    /// <summary>A package took over.</summary>
    Activated,

    /// <summary>The one before took over again.</summary>
    RolledBack,

    /// <summary>A package did well for as long as was asked; from now on it is the last good one.</summary>
    Confirmed,

    /// <summary>A package was refused; what ran goes on.</summary>
    Refused,

    /// <summary>A shadow run ended.</summary>
    Shadowed,

    /// <summary>A package was pulled and waits for its time or for approval.</summary>
    Waiting,
}

/// <summary>One entry of a station's history, also told as an event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Package">Hash of the package that it is about; null when it could not even be read.</param>
/// <param name="Name">The package's name; for people.</param>
/// <param name="Iteration">The trainer's name for it.</param>
/// <param name="Before">Hash of what ran before, or still runs.</param>
/// <param name="From">By what way: <c>settings</c>, <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>mqtt</c>, <c>sync</c>, <c>agent</c>.</param>
/// <param name="By">Who, as far as known.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record ModelChange(
    ModelChangeKind Kind, DateTimeOffset At, string? Package, string? Name, string? Iteration, string? Before, string From, string? By, string? Why);
