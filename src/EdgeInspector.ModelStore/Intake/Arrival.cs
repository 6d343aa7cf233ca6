namespace EdgeInspector.ModelStore.Intake;

/// <summary>A file or folder that is to become a model of this agent, and where it came from.</summary>
/// <param name="Path">A folder, a zip or an .onnx file.</param>
/// <param name="From">
/// By what way the package came: <c>settings</c>, <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>mqtt</c>, <c>sync</c>.
/// </param>
/// <param name="By">Who brought the package, as far as known.</param>
/// <param name="Why">Why the package was brought, in a sentence; null: nobody said.</param>
public sealed record Arrival(string Path, string From, string? By = null, string? Why = null)
{
    /// <summary>The name that the package is to have; null: the name of the file.</summary>
    public string? Name { get; init; }

    /// <summary>The trainer's name for the package, for a package that does not say it itself.</summary>
    public string? Iteration { get; init; }
}
