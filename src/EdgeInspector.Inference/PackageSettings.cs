using System.Text.Json.Serialization;

namespace EdgeInspector.Inference;

/// <summary>
/// What a package says of itself in <c>edgeinspector.json</c>: what its network and the trainer's files leave open. A station's settings
/// win over it, it wins over everything else; only tags that the network names itself stay as they are.
/// </summary>
public sealed record PackageSettings
{
    /// <summary>The address of the file's JSON Schema, for editors; not read.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The tags in the order of the network's outputs.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>How the outputs are laid out, where they do not tell.</summary>
    public OutputLayout? Layout { get; init; }

    /// <summary>How a picture becomes the network's input.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How the numbers of a classifier are read.</summary>
    public ClassifierOptions Classifier { get; init; } = new();

    /// <summary>What makes probabilities of the raw scores of an anomaly detector.</summary>
    public AnomalyOptions? Anomaly { get; init; }
}

/// <summary>The layouts of outputs that are known.</summary>
public enum OutputLayout
{
    /// <summary>A tensor [N,classes], or [N,1] for two tags: a classifier.</summary>
    Classes,

    /// <summary>A map from tags to probabilities: a classifier of Custom Vision's first exports.</summary>
    ClassMap,

    /// <summary>Raw YOLOv2, [1, anchors × (5 + classes), rows, columns]: Custom Vision's General (compact).</summary>
    YoloV2,

    /// <summary>detected_boxes, detected_classes, detected_scores: Custom Vision's General (compact) [S1].</summary>
    CornerBoxes,

    /// <summary>[1, boxes, 5 + classes]: YOLOv5.</summary>
    YoloV5,

    /// <summary>[1, 4 + classes, boxes]: Ultralytics v8 and later; with 32 more channels and a second output for segments.</summary>
    YoloV8,

    /// <summary>
    /// [1, boxes, 6]: left, top, right, bottom, score, class; Ultralytics end to end; with 32 more numbers and a second output for
    /// segments.
    /// </summary>
    YoloEndToEnd,

    /// <summary>pred_score, anomaly_map, or one map [N,1,H,W]: Anomalib.</summary>
    Anomaly,
}
