using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>From a path in the settings or on the command line to a model that runs.</summary>
internal static class Models
{
    /// <summary>Reads, checks, loads and warms a package.</summary>
    /// <param name="path">A folder, a zip, or an .onnx file with labels.txt beside it.</param>
    /// <param name="inference">Where and how to run it.</param>
    /// <param name="preprocessing">What the user knows better than the package.</param>
    /// <param name="detector">How a detector's raw grid is decoded.</param>
    /// <param name="logs">The logs.</param>
    /// <param name="where">Where the path was written, for messages.</param>
    /// <exception cref="RefusedException">With every reason.</exception>
    public static OnnxGeneration Load(
        string path, InferenceOptions inference, PreprocessingOptions preprocessing, DetectorOptions detector, ILoggerFactory logs, string where) =>
        Load(path, inference, preprocessing, detector, logs, where, out _);

    /// <inheritdoc cref="Load(string, InferenceOptions, PreprocessingOptions, DetectorOptions, ILoggerFactory, string)"/>
    /// <param name="notes">What is worth knowing although the model runs, such as a provider that could not be had.</param>
    public static OnnxGeneration Load(
        string path,
        InferenceOptions inference,
        PreprocessingOptions preprocessing,
        DetectorOptions detector,
        ILoggerFactory logs,
        string where,
        out IReadOnlyList<string> notes)
    {
        PackageReading reading = ModelPackageReader.Read(path);
        if (reading.Package is not { } package)
            throw new RefusedException([.. reading.Problems.Select(problem => $"{where}: {problem}")]);
        LoadOutcome outcome = GenerationLoader.Load(package, inference, preprocessing, logs.CreateLogger<OnnxGeneration>(), detector);
        notes = outcome.Notes;
        return outcome.Generation ?? throw new RefusedException([.. outcome.Problems.Select(problem => $"{where}: {problem}")]);
    }
}
