using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>Something that wants to become a model of this agent, and where it came from.</summary>
/// <param name="Path">A folder, a zip or an .onnx file.</param>
/// <param name="From">By what way: <c>settings</c>, <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>mqtt</c>, <c>sync</c>.</param>
/// <param name="By">Who brought it, as far as known.</param>
/// <param name="Why">Why, in a sentence; null: nobody said.</param>
public sealed record Arrival(string Path, string From, string? By = null, string? Why = null)
{
    /// <summary>The name it is to have; null: that of the file.</summary>
    public string? Name { get; init; }

    /// <summary>The trainer's name for it, for a package that does not say it itself.</summary>
    public string? Iteration { get; init; }
}

/// <summary>What became of an import.</summary>
/// <param name="Package">The package in the store; null when it was refused.</param>
/// <param name="Report">What its trial found, with every reason to refuse it.</param>
public sealed record ImportOutcome(StoredPackage? Package, TrialReport Report)
{
    /// <summary>True when the disk refused it and not the checks.</summary>
    public bool MayTryAgain { get; init; }
}
