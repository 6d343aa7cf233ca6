using EdgeInspector.Inference;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>How one station runs models.</summary>
public sealed record StationModelOptions
{
    /// <summary>The model path of the settings: a folder, a zip or an .onnx file.</summary>
    public required string Model { get; init; }

    /// <summary>Where and how models run.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>What the settings know better than a package.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How the numbers of a classifier are read.</summary>
    public ClassifierOptions Classifier { get; init; } = new();

    /// <summary>How the boxes of a detector are decoded.</summary>
    public DetectorOptions Detector { get; init; } = new();

    /// <summary>Where on the frame the network looks.</summary>
    public TilingOptions Tiling { get; init; } = new();

    /// <summary>Where optimised networks are kept for the next start; null: nowhere. Never goes to a trial.</summary>
    public OptimisedNetworks? Optimised { get; init; }

    /// <summary>The station's rules.</summary>
    public RuleOptions Rules { get; init; } = new();

    /// <summary>Pictures on which new packages prove themselves.</summary>
    public GoldenOptions Golden { get; init; } = new();

    /// <summary>When a new model is given up again.</summary>
    public ProbationOptions Probation { get; init; } = new();

    /// <summary>How candidates run beside the active model.</summary>
    public ShadowOptions Shadow { get; init; } = new();

    /// <summary>What a trial for this station needs to know; without the package.</summary>
    /// <param name="active">Folder of the package that runs, or null.</param>
    /// <param name="force">True: rules that the candidate does not know are left out.</param>
    public TrialRequest Trial(string? active, bool force = false) => new()
    {
        Package = "",
        Active = active,
        Inference = Inference,
        Preprocessing = Preprocessing,
        Classifier = Classifier,
        Detector = Detector,
        Tiling = Tiling.WithFullPath(),
        Rules = Rules,
        DropDeadRules = force,
        Golden = Golden.Folder is null ? Golden : Golden with { Folder = Path.GetFullPath(Golden.Folder) },
    };
}
