using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inference;

/// <summary>How the boxes of a detector are decoded; of no effect on classifiers.</summary>
public sealed record DetectorOptions
{
    /// <summary>
    /// Of a raw grid (YOLOv2). True (default): a box's centre is the logistic function of the network's value, as in YOLOv2 and the scripts
    /// inside export zips. False: the value itself, as in Microsoft's newer sample repository.
    /// </summary>
    public bool LogisticCentre { get; init; } = true;

    /// <summary>False (default): overlapping boxes suppress each other only within a tag. True: across tags.</summary>
    public bool SuppressAcrossTags { get; init; }

    /// <summary>
    /// Overlap (intersection over union) above which the weaker box is suppressed; default: from the package, else 0.7 for Ultralytics v8
    /// and later, 0.45 for others.
    /// </summary>
    [Range(0.01, 1.0)]
    public double? OverlapThreshold { get; init; }

    /// <summary>Boxes below this probability are not told.</summary>
    [Range(0.001, 1.0)]
    public double MinimumProbability { get; init; } = 0.01;

    /// <summary>The most boxes told for a picture, strongest first.</summary>
    [Range(1, 1000)]
    public int MaximumBoxes { get; init; } = 64;
}
