using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.Web.Calling;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Web.Predicting;

/// <summary>
/// A second copy of the model that a station runs, for callers: with one thread of the processor, so that the line's own is never waited
/// for. Follows the station from package to package. Used by one thread.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="books">The packages.</param>
/// <param name="loading">Held while a model is loaded: never more than one second model at a time.</param>
/// <param name="log">The log.</param>
internal sealed class SideModel(HttpStation station, PackageBooks books, SemaphoreSlim loading, ILogger log) : IDisposable
{
    private OnnxGeneration? _loaded;

    /// <summary>The station's model as it is now, loaded; null with the fault where it can't be.</summary>
    public OnnxGeneration? Current(out CallFault? fault, CancellationToken stop)
    {
        fault = null;
        string package = station.Packages.Running.Package;
        if (_loaded?.Model.Package == package)
            return _loaded;
        Dispose();
        loading.Wait(stop);
        try
        {
            if (books.Store.Open(package, out IReadOnlyList<string> problems) is { } content)
            {
                StationModelOptions options = station.Packages.Options;
                LoadOutcome outcome = GenerationLoader.Load(
                    content, Beside(options.Inference), options.Preprocessing, log, options.Detector, options.Tiling,
                    options.Optimised, options.Classifier);
                (_loaded, problems) = (outcome.Generation, outcome.Problems);
            }
            fault = _loaded is null ? CallFault.Unavailable(string.Join(' ', problems)) : null;
            return _loaded;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Where and how the copy runs beside a station's own model.</summary>
    /// <remarks>
    /// On the processor whatever the station computes on: only there does a thread give way to others, and a second model could take memory
    /// of the device that the line needs.
    /// </remarks>
    internal static InferenceOptions Beside(InferenceOptions line) => new() { Threads = 1, WarmUpRuns = line.WarmUpRuns };

    public void Dispose()
    {
        _loaded?.Dispose();
        _loaded = null;
    }
}
