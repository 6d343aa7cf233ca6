using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Inference.Loading;

/// <summary>What is to be loaded, and how; each provider that is tried gets the same request.</summary>
/// <param name="Package">The package to load.</param>
/// <param name="Inference">Where and how to run the package.</param>
/// <param name="View">How the network sees frames.</param>
/// <param name="Optimised">Where the CPU provider's optimised networks are kept; null: nowhere.</param>
internal sealed record LoadRequest(ModelPackage Package, InferenceOptions Inference, StationView View, OptimisedNetworks? Optimised)
{
    /// <summary>What the user should know if the package is loaded; grows from provider to provider.</summary>
    public List<string> Notes { get; } = [];
}

/// <summary>What a station knows better than the package about how the network sees its frames.</summary>
internal sealed record StationView(
    PreprocessingOptions Preprocessing, ClassifierOptions Classifier, DetectorOptions Detector, TilingOptions Tiling);
