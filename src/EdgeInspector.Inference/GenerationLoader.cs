using EdgeInspector.Inference.Loading;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inference.Providers;
using EdgeInspector.Inference.Tiling;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inference;

/// <summary>
/// Loads a package into a generation: chooses the provider, recognises input and outputs, decides on the preprocessing, warms up.
/// </summary>
public static partial class GenerationLoader
{
    /// <summary>Loads, checks and warms a package.</summary>
    /// <param name="package">The package; not needed any more when the call returns.</param>
    /// <param name="inference">Where and how to run the package.</param>
    /// <param name="preprocessing">What the user says about the preparation of pictures, which goes before what the package says.</param>
    /// <param name="log">The log.</param>
    /// <param name="detector">How a raw grid is decoded; default: as YOLOv2 and the export's own script do.</param>
    /// <param name="tiling">Where on the frame the network looks; default: at the whole frame at once.</param>
    /// <param name="optimised">Where the CPU provider's optimised networks are kept; default: nowhere.</param>
    /// <param name="classifier">How the numbers of a classifier are read; default: as its last operator says.</param>
    /// <returns>The generation, owned by the caller, or the problems.</returns>
    public static LoadOutcome Load(
        ModelPackage package,
        InferenceOptions inference,
        PreprocessingOptions preprocessing,
        ILogger log,
        DetectorOptions? detector = null,
        TilingOptions? tiling = null,
        OptimisedNetworks? optimised = null,
        ClassifierOptions? classifier = null)
    {
        var view = new StationView(
            preprocessing, classifier ?? new ClassifierOptions(), detector ?? new DetectorOptions(), tiling ?? new TilingOptions());
        List<string> complaints = [.. inference.Providers.Select(ProviderName.Complaint).OfType<string>()];
        if (inference.Providers.Count == 0)
            complaints.Add("No execution provider is named; name at least one, such as cpu.");
        if (complaints.Count > 0)
            return LoadOutcome.Refused(complaints);

        var request = new LoadRequest(package, inference, view, optimised);
        foreach (string provider in Order(inference))
        {
            try
            {
                LoadOutcome outcome = ProviderAttempt.Run(provider, request);
                if (outcome.Generation is { } generation)
                {
                    LogLoaded(log, package.Name, generation.Model.Provider, generation.Description);
                    foreach (string note in request.Notes)
                        LogNote(log, note);
                }
                return outcome;
            }
            catch (ProviderUnavailableException fault)
            {
                string note = $"The execution provider {provider} cannot be had: {fault.Message}.";
                if (inference.Required)
                    return LoadOutcome.Refused(
                        note + " Inference:Required is true, so nothing else is used; mend it, or set Required to false.");
                request.Notes.Add(note);
            }
        }
        throw new InvalidOperationException("The CPU provider cannot be missing.");
    }

    /// <summary>The CPU comes last even if nobody named it; a provider named after it is never reached.</summary>
    private static IEnumerable<string> Order(InferenceOptions inference) => inference.Required
        ? [inference.Providers[0]]
        : inference.Providers.Append(ProviderName.Cpu);

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Loaded {Package} on {Provider}: {Description}")]
    private static partial void LogLoaded(ILogger log, string package, string provider, ModelDescription description);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "{Note}")]
    private static partial void LogNote(ILogger log, string note);
}
