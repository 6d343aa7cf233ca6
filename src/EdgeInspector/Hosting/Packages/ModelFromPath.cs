using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Packages;

/// <summary>Loads a model from a path in the settings or on the command line.</summary>
internal static class ModelFromPath
{
    /// <summary>Reads, checks, loads and warms a package.</summary>
    /// <param name="options">The package and how to run it.</param>
    /// <param name="logs">The logs.</param>
    /// <param name="where">Where the path was written, for messages.</param>
    /// <param name="notes">What is worth knowing although the model runs, such as a provider that could not be had.</param>
    /// <exception cref="RefusedException">The package is refused; has every reason.</exception>
    public static OnnxGeneration Load(StationModelOptions options, ILoggerFactory logs, string where, out IReadOnlyList<string> notes)
    {
        ReadOutcome reading = ModelPackageReader.Read(options.Model);
        if (reading.Package is not { } package)
            throw new RefusedException([.. reading.Problems.Select(problem => $"{where}: {problem}")]);
        return Load(package, options, logs, where, out notes);
    }

    /// <inheritdoc cref="Load(StationModelOptions, ILoggerFactory, string, out IReadOnlyList{string})"/>
    public static OnnxGeneration Load(
        ModelPackage package, StationModelOptions options, ILoggerFactory logs, string where, out IReadOnlyList<string> notes)
    {
        LoadOutcome outcome = GenerationLoader.Load(package, options.Inference, options.Preprocessing, logs.CreateLogger<OnnxGeneration>(),
            options.Detector, options.Tiling, classifier: options.Classifier);
        notes = outcome.Notes;
        // A problem with a setting other than the model's own names that setting.
        return outcome.Generation ?? throw new RefusedException([.. outcome.Problems.Select(Named)]);

        string Named(string problem) => problem.StartsWith("Stations:", StringComparison.Ordinal) ? problem : $"{where}: {problem}";
    }
}
