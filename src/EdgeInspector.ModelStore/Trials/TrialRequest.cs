using EdgeInspector.Inference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>What is tried, and how the station would run it. Goes to the trial's own process as JSON.</summary>
public sealed record TrialRequest
{
    /// <summary>The candidate: a folder, a zip or an .onnx file. A full path.</summary>
    public required string Package { get; init; }

    /// <summary>Folder of the package that runs, to compare with; null when there is none.</summary>
    public string? Active { get; init; }

    /// <summary>Where and how the station runs models.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>What the settings say about the preparation of pictures, which goes before what the package says.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How the numbers of a classifier are read.</summary>
    public ClassifierOptions Classifier { get; init; } = new();

    /// <summary>How the boxes of a detector are decoded.</summary>
    public DetectorOptions Detector { get; init; } = new();

    /// <summary>Where on the frame the network looks.</summary>
    public TilingOptions Tiling { get; init; } = new();

    /// <summary>The station's rules; null when the package is not tried for a station.</summary>
    public RuleOptions? Rules { get; init; }

    /// <summary>True: rules that name tags the candidate does not have are left out; false: such a candidate is refused.</summary>
    public bool DropDeadRules { get; init; }

    /// <summary>The station's golden images.</summary>
    public GoldenOptions Golden { get; init; } = new();

    /// <summary>
    /// How long the trial may take; steps that are only for information are left out if they would not be done in time. Null: no limit.
    /// </summary>
    public TimeSpan? TimeLimit { get; init; }
}
