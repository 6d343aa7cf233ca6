using EdgeInspector.Inference.Preprocessing;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>Recognises the output format of a model by the names, types and shapes of its outputs and by the manifest.</summary>
internal static class DecoderChoice
{
    /// <summary>The decoder, or null with the problem when no format fits.</summary>
    public static IOutputDecoder? For(
        ModelPackage package, IReadOnlyDictionary<string, NodeMetadata> outputs, DetectorOptions options, out string problem)
    {
        problem = "";
        bool? detector = package.DomainType?.ToUpperInvariant() switch
        {
            "OBJECTDETECTION" => true,
            "CLASSIFICATION" => false,
            _ => null,
        };
        IOutputDecoder? decoder = Corners(package, outputs, options) ?? LossMap(package, outputs) ?? Tensor(package, outputs, options, detector, ref problem);
        if (problem.Length > 0)
            return null;
        if (decoder is null)
        {
            problem = $"The outputs of {package.ModelFileName} are of no known format: {Words(outputs)}. Known are a tensor [1,classes] of probabilities, " +
                "classLabel with loss, the YOLOv2 grid model_outputs0, and detected_boxes with detected_classes and detected_scores.";
        }
        else if (detector is { } expected && expected != (decoder.Kind == Inspection.Predictions.ModelKind.Detector))
        {
            problem = $"The manifest says {package.DomainType}, but the outputs of {package.ModelFileName} are those of another kind of model: {Words(outputs)}. Export the package again.";
        }
        return problem.Length > 0 ? null : decoder;
    }

    /// <summary>An output with its shape and type.</summary>
    public static string Word(string name, NodeMetadata output) => output.IsTensor
        ? $"{name} {TensorInput.Shape(output.Dimensions)} {TensorInput.TypeName(output.ElementDataType)}"
        : $"{name} ({output.OnnxValueType.ToString().Replace("ONNX_TYPE_", "", StringComparison.Ordinal).ToLowerInvariant()})";

    private static string Words(IReadOnlyDictionary<string, NodeMetadata> outputs) =>
        string.Join(", ", outputs.Take(8).Select(output => Word(output.Key, output.Value))) + (outputs.Count > 8 ? ", …" : "");

    private static CornerBoxDecoder? Corners(ModelPackage package, IReadOnlyDictionary<string, NodeMetadata> outputs, DetectorOptions options)
    {
        string[] names = [CornerBoxDecoder.BoxesName, CornerBoxDecoder.ClassesName, CornerBoxDecoder.ScoresName];
        return names.All(name => outputs.TryGetValue(name, out NodeMetadata? output) && IsNumeric(output)) ? new CornerBoxDecoder(package.Labels, options) : null;
    }

    private static LossMapDecoder? LossMap(ModelPackage package, IReadOnlyDictionary<string, NodeMetadata> outputs)
    {
        foreach ((string name, NodeMetadata output) in outputs)
        {
            NodeMetadata? map = output.OnnxValueType switch
            {
                OnnxValueType.ONNX_TYPE_SEQUENCE => output.AsSequenceMetadata().ElementMeta,
                OnnxValueType.ONNX_TYPE_MAP => output,
                _ => null,
            };
            if (map is { OnnxValueType: OnnxValueType.ONNX_TYPE_MAP } && map.AsMapMetadata().KeyDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.String)
                return new LossMapDecoder(name, package.Labels);
        }
        return null;
    }

    private static IOutputDecoder? Tensor(
        ModelPackage package, IReadOnlyDictionary<string, NodeMetadata> outputs, DetectorOptions options, bool? detector, ref string problem)
    {
        var numeric = outputs.Where(output => IsNumeric(output.Value)).ToList();
        if (numeric.Count != 1)
            return null;
        (string name, NodeMetadata output) = numeric[0];
        int[] shape = output.Dimensions;
        int classes = package.Labels.Count;
        bool single = shape.Length == 4 && shape[2] == 1 && shape[3] == 1;
        if (detector != true && (shape.Length == 2 || (single && shape[1] == classes)))
        {
            if (shape[1] > 0 && shape[1] != classes)
                problem = TooFewOrMany(package, Count.Of(shape[1], "probability").Replace("probabilitys", "probabilities", StringComparison.Ordinal));
            return new ProbabilityDecoder(name, package.Labels);
        }
        return detector != false && shape.Length == 4 ? Grid(package, name, shape[1], options, ref problem) : null;
    }

    private static GridDecoder? Grid(ModelPackage package, string name, int channels, DetectorOptions options, ref string problem)
    {
        const string Post = "CustomVision.Postprocess.Yolo.";
        float[] anchors = GridDecoder.DefaultAnchors;
        if (Text(package, Post + "Biases") is { } biases && NumberList.Parse(biases) is not { Length: 0 })
        {
            if (NumberList.Parse(biases) is not { } numbers || numbers.Length % 2 != 0 || numbers.Length > 64 || !numbers.All(number => number is > 0 and < 1000))
            {
                problem = $"metadata_properties.json says {Post}Biases = '{biases[..Math.Min(40, biases.Length)]}', but pairs of positive numbers (the anchors) are expected. Export the package again.";
                return null;
            }
            anchors = numbers;
        }
        double overlap = options.OverlapThreshold ?? 0.45;
        if (options.OverlapThreshold is null && Text(package, Post + "NmsThreshold") is { } text &&
            double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double said) && said is > 0 and <= 1)
        {
            overlap = said;
        }
        int count = anchors.Length / 2, expected = count * (5 + package.Labels.Count);
        if (channels > 0 && channels != expected)
        {
            problem = channels % count == 0 && channels / count > 5
                ? TooFewOrMany(package, Count.Of((channels / count) - 5, "class").Replace("classs", "classes", StringComparison.Ordinal))
                : $"The model's output '{name}' has {channels} channels, but {count} anchors and {Count.Of(package.Labels.Count, "tag")} need {expected}; use labels.txt and metadata of the same export.";
        }
        return new GridDecoder(name, package.Labels, anchors, (float)overlap, options);
    }

    private static string TooFewOrMany(ModelPackage package, string given) =>
        $"labels.txt has {Count.Of(package.Labels.Count, "tag")}, but {package.ModelFileName} gives {given}; use the labels.txt of the same export.";

    private static string? Text(ModelPackage package, string key) =>
        package.Metadata.TryGetValue(key, out string? text) && text.Trim() is not ("" or "null") ? text.Trim() : null;

    private static bool IsNumeric(NodeMetadata output) => output.IsTensor && OutputFloats.CanRead(output.ElementDataType);
}
