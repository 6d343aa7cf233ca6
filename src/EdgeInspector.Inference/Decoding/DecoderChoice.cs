using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Decoding;

/// <summary>How the outputs of a network are read.</summary>
/// <param name="Decoder">The decoder.</param>
/// <param name="Layout">The layout that was recognised.</param>
/// <param name="Why">What the layout was recognised by, in words.</param>
internal sealed record ChosenDecoder(IOutputDecoder Decoder, OutputLayout Layout, string Why)
{
    /// <summary>What the user should know, such as a guess.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>
/// Recognises the layout of a model's outputs by what the package says of itself, by names, types, shapes and numbers; never chooses merely
/// the most similar layout.
/// </summary>
internal static class DecoderChoice
{
    private const string KnownLayouts =
        "classes [N,classes], classLabel with loss, the YOLOv2 grid [1,anchors × (5 + classes),rows,columns], "
        + "detected_boxes with detected_classes and detected_scores, YOLOv5 [1,boxes,5 + classes], Ultralytics v8 and later [1,4 + "
        + "classes,boxes] and end to end [1,300,6], both also with segments, and Anomalib's pred_score and anomaly_map";

    /// <summary>The decoder, or null with the problem when no format fits.</summary>
    /// <param name="package">The package.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="input">The network's input; null when that was refused.</param>
    /// <param name="classifier">How the station reads classifiers.</param>
    /// <param name="options">How the station reads detectors.</param>
    /// <param name="problem">Why no format fits, in a sentence.</param>
    public static ChosenDecoder? For(
        ModelPackage package,
        IReadOnlyDictionary<string, NodeMetadata> outputs,
        TensorInput? input,
        ClassifierOptions classifier,
        DetectorOptions options,
        out string problem)
    {
        problem = "";
        UltralyticsMetadata? ultralytics = UltralyticsMetadata.Of(package.Network.Metadata);
        if (ultralytics is { Task: not ("" or "detect" or "segment" or "classify") })
        {
            problem = $"{package.ModelFileName} was exported by Ultralytics for the task '{ultralytics.Task}', which is not supported; "
                + "detect, segment and classify are.";
            return null;
        }
        bool? detector = package.DomainType?.ToUpperInvariant() switch
        {
            "OBJECTDETECTION" => true,
            "CLASSIFICATION" => false,
            _ => null,
        };
        var network = new Outputs(package, outputs, input, options, ultralytics);
        ChosenDecoder? chosen = Corners(network) ?? ClassMap(network) ?? Anomaly(network, ref problem) ?? Yolo(network)
            ?? Grid(network, detector, ref problem) ?? Classes(network, detector, classifier, ref problem);
        if (problem.Length > 0)
            return null;
        if (chosen is null || (package.Settings?.Layout is { } asked && asked != chosen.Layout))
        {
            string wish = package.Settings?.Layout is { } layout
                ? $" edgeinspector.json says that the layout is {layout}, "
                    + $"which does not fit these outputs and the package's {Count.Of(package.Labels.Count, "tag")}."
                : "";
            problem = $"The outputs of {package.ModelFileName} are of no known layout: {Words(outputs)}.{wish} Known are {KnownLayouts}. "
                + $"The package names {Count.Of(package.Labels.Count, "tag")} ({package.LabelsFrom}); where that is wrong, mend it, "
                + "otherwise export the model in one of these layouts.";
        }
        else if (detector is { } expected && expected != (chosen.Decoder.Kind == ModelKind.Detector))
        {
            problem = $"The manifest says {package.DomainType}, but the outputs of {package.ModelFileName} are those of another kind "
                + $"of model: {Words(outputs)}. Use the manifest and the network of the same export.";
        }
        return problem.Length > 0 ? null : chosen;
    }

    /// <summary>An output with its shape and type.</summary>
    public static string Word(string name, NodeMetadata output) => output.IsTensor
        ? $"{name} {TensorInput.Shape(output.Dimensions)} {TensorInput.TypeName(output.ElementDataType)}"
        : $"{name} ({output.OnnxValueType.ToString().Replace("ONNX_TYPE_", "", StringComparison.Ordinal).ToLowerInvariant()})";

    private static string Words(IReadOnlyDictionary<string, NodeMetadata> outputs) =>
        string.Join(", ", outputs.Take(8).Select(output => Word(output.Key, output.Value))) + (outputs.Count > 8 ? ", …" : "");

    /// <summary>Everything by which a layout is recognised.</summary>
    private sealed record Outputs(
        ModelPackage Package,
        IReadOnlyDictionary<string, NodeMetadata> All,
        TensorInput? Input,
        DetectorOptions Options,
        UltralyticsMetadata? Ultralytics)
    {
        public IReadOnlyList<string> Tags => Package.Labels;

        /// <summary>True when the package asks for this layout, or for none.</summary>
        public bool MayBe(OutputLayout layout) => Package.Settings?.Layout is not { } asked || asked == layout;

        /// <summary>True when the package asks for the layout.</summary>
        public bool IsAskedFor(OutputLayout layout) => Package.Settings?.Layout == layout;

        public List<KeyValuePair<string, NodeMetadata>> Numeric { get; } = [.. All.Where(output => IsNumeric(output.Value))];
    }

    private static ChosenDecoder? Corners(Outputs network)
    {
        string[] names = [CornerBoxDecoder.BoxesName, CornerBoxDecoder.ClassesName, CornerBoxDecoder.ScoresName];
        return network.MayBe(OutputLayout.CornerBoxes)
            && names.All(name => network.All.TryGetValue(name, out NodeMetadata? output) && IsNumeric(output))
            ? new ChosenDecoder(new CornerBoxDecoder(network.Tags, network.Options), OutputLayout.CornerBoxes, "the names of its outputs")
            : null;
    }

    private static ChosenDecoder? ClassMap(Outputs network)
    {
        if (!network.MayBe(OutputLayout.ClassMap))
            return null;
        foreach ((string name, NodeMetadata output) in network.All)
        {
            NodeMetadata? map = output.OnnxValueType switch
            {
                OnnxValueType.ONNX_TYPE_SEQUENCE => output.AsSequenceMetadata().ElementMeta,
                OnnxValueType.ONNX_TYPE_MAP => output,
                _ => null,
            };
            if (map is { OnnxValueType: OnnxValueType.ONNX_TYPE_MAP }
                && map.AsMapMetadata().KeyDataType is TensorElementType.String or TensorElementType.Int64)
            {
                var decoder = new LossMapDecoder(name, network.Tags, network.Package.NetworkLabels ?? network.Tags);
                return new ChosenDecoder(decoder, OutputLayout.ClassMap, $"the map of tags that '{name}' is");
            }
        }
        return null;
    }

    private static ChosenDecoder? Anomaly(Outputs network, ref string problem)
    {
        if (!network.MayBe(OutputLayout.Anomaly))
            return null;
        string? score = Named(AnomalibOutputs.Score), map = Named(AnomalibOutputs.Map);
        string why = "the names of its outputs";
        if (score is null && map is null)
        {
            // A map without a score looks like the grid of a detector, so the package must say that the network is an anomaly detector.
            if (network.Numeric is not [(string only, { Dimensions.Length: 4 } output)] || !IsOrMayBe(output.Dimensions[1], 1))
                return null;
            if (!network.IsAskedFor(OutputLayout.Anomaly) && network.Package.Settings?.Anomaly is null)
                return null;
            (map, why) = (only, "edgeinspector.json");
        }
        if (network.Tags.Count != 1)
        {
            problem = $"{network.Package.ModelFileName} is an anomaly detector ({why}), which has one tag, "
                + $"but the package names {Count.Of(network.Tags.Count, "tag")} "
                + $"({network.Package.LabelsFrom}). Name one, or take the names away: then it is called '{AnomalibOutputs.DefaultTag}'.";
            return null;
        }
        return new ChosenDecoder(
            new AnomalyDecoder(score, map, network.Tags[0], network.Package.Settings?.Anomaly, network.Options), OutputLayout.Anomaly, why);

        string? Named(string name) => network.All.TryGetValue(name, out NodeMetadata? output) && IsNumeric(output) ? name : null;
    }

    private static ChosenDecoder? Yolo(Outputs network)
    {
        if (network.Ultralytics is { Task: "classify" })
            return null;
        var boxes = network.Numeric.Where(output => output.Value.Dimensions.Length == 3).ToList();
        var prototypes = network.Numeric.Where(output => output.Value.Dimensions.Length == 4).ToList();
        // Up to version 6, YOLOv5 also gives the raw numbers of its boxes, scale by scale: [1,3,rows,columns,5 + classes].
        int raw = network.Numeric.Count(output => output.Value.Dimensions.Length == 5);
        if (boxes.Count != 1 || prototypes.Count > 1 || network.Numeric.Count != 1 + prototypes.Count + raw)
            return null;
        (string Output, int Count)? segments = prototypes is [(string name, NodeMetadata masks)] && masks.Dimensions[1] is > 0 and <= 256
            ? (name, masks.Dimensions[1])
            : null;
        if (prototypes.Count == 1 && segments is null)
            return null;
        (string output, int[] shape) = (boxes[0].Key, boxes[0].Value.Dimensions);
        foreach (OutputLayout layout in new[] { OutputLayout.YoloEndToEnd, OutputLayout.YoloV8, OutputLayout.YoloV5 })
        {
            if (!network.MayBe(layout) || (raw > 0 && layout != OutputLayout.YoloV5)
                || !Fits(network, layout, shape, segments?.Count ?? 0, out string why))
                continue;
            return new ChosenDecoder(new YoloDecoder(layout, output, network.Tags, network.Options, segments), layout, why);
        }
        return null;
    }

    private static bool Fits(Outputs network, OutputLayout layout, int[] shape, int coefficients, out string why)
    {
        bool boxesFirst = layout != OutputLayout.YoloV8;
        (int count, int numbers) = boxesFirst ? (shape[1], shape[2]) : (shape[2], shape[1]);
        bool isEndToEnd = layout == OutputLayout.YoloEndToEnd;
        why = network.IsAskedFor(layout) ? "edgeinspector.json"
            : network.Ultralytics is null ? "the shape of its outputs"
            : "Ultralytics' properties";
        // A dimension that is not fixed is checked at the first run.
        if (numbers > 0 && numbers != YoloDecoder.Numbers(layout, network.Tags.Count, coefficients))
            return false;
        if (network.IsAskedFor(layout))
            return true;
        if (numbers <= 0)
            return network.Ultralytics?.Layout == layout;
        // Six numbers may also be one class of YOLOv5, or two of v8; the values tell RT-DETR with two classes from YOLO end to end.
        if (isEndToEnd)
            return network.Ultralytics is { IsEndToEnd: not false } or null && (count == 300 || network.Ultralytics?.IsEndToEnd == true);
        if (network.Ultralytics is { IsEndToEnd: true })
            return false;
        return count <= 0 || network.Input is not { Width: > 0, Height: > 0 } input
            || YoloStrides.Give(count, layout == OutputLayout.YoloV5 ? 3 : 1, input.Width, input.Height);
    }

    private static ChosenDecoder? Classes(Outputs network, bool? detector, ClassifierOptions options, ref string problem)
    {
        if (detector == true || !network.MayBe(OutputLayout.Classes) || network.Numeric is not [(string name, { Dimensions: var shape })])
            return null;
        int classes = network.Tags.Count;
        bool single = shape.Length == 4 && shape[2] == 1 && shape[3] == 1;
        if (shape.Length != 2 && !(single && (shape[1] == classes || (shape[1] == 1 && classes == 2))))
            return null;
        bool isBinary = shape[1] == 1 && classes == 2;
        if (shape[1] > 0 && shape[1] != classes && !isBinary)
        {
            problem = TooFewOrMany(network.Package, Count.Of(shape[1], "number"));
            return null;
        }
        ScoreGuess scores = ScoreGuess.For(options.Scores, network.Package, name, isBinary || classes == 1);
        string binary = isBinary ? $", one number for two tags: the probability of '{network.Tags[1]}'" : "";
        return new ChosenDecoder(
            new ProbabilityDecoder(name, network.Tags, scores.Kind),
            OutputLayout.Classes,
            $"the shape of '{name}'{binary}; {scores.Kind} ({scores.Source})")
        {
            Notes = scores.Note is null ? [] : [scores.Note],
        };
    }

    private static ChosenDecoder? Grid(Outputs network, bool? detector, ref string problem)
    {
        const string Post = "CustomVision.Postprocess.Yolo.";
        ModelPackage package = network.Package;
        if (detector == false || !network.MayBe(OutputLayout.YoloV2)
            || network.Numeric is not [(string name, { Dimensions: { Length: 4 } shape })])
            return null;
        int channels = shape[1];
        if (detector != true && ((shape[2] == 1 && shape[3] == 1) || IsAnotherGrid(network.Input, shape)))
            return null;
        // Networks that clean or colour a picture give a picture too, so here the number of channels must be known.
        if (channels <= 0 && detector != true && name != GridName && !network.IsAskedFor(OutputLayout.YoloV2))
            return null;
        float[] anchors = GridDecoder.DefaultAnchors;
        if (Text(package, Post + "Biases") is { } biases && NumberList.Parse(biases) is not { Length: 0 })
        {
            if (NumberList.Parse(biases) is not { } numbers || numbers.Length % 2 != 0 || numbers.Length > 64
                || !numbers.All(number => number is > 0 and < 1000))
            {
                problem = $"metadata_properties.json says {Post}Biases = '{biases[..Math.Min(40, biases.Length)]}', "
                    + "but pairs of positive numbers (the anchors) are expected. "
                    + "Correct the file, or take it out where the anchors are Custom Vision's usual five.";
                return null;
            }
            anchors = numbers;
        }
        double overlap = network.Options.OverlapThreshold ?? 0.45;
        if (network.Options.OverlapThreshold is null && Text(package, Post + "NmsThreshold") is { } text &&
            double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double said) && said is > 0 and <= 1)
        {
            overlap = said;
        }
        int count = anchors.Length / 2, expected = count * (5 + package.Labels.Count);
        if (channels > 0 && channels != expected)
        {
            // Only a package that calls itself such a detector is told what is missing.
            if (detector == true || name == GridName)
            {
                problem = channels % count == 0 && channels / count > 5
                    ? TooFewOrMany(
                        package, Count.Of((channels / count) - 5, "class").Replace("classs", "classes", StringComparison.Ordinal))
                    : $"The model's output '{name}' has {channels} channels, but {count} anchors "
                        + $"and {Count.Of(package.Labels.Count, "tag")} need {expected}; use labels.txt and metadata of the same export.";
            }
            return null;
        }
        return new ChosenDecoder(
            new GridDecoder(name, package.Labels, anchors, (float)overlap, network.Options)
            {
                IsFoundByShape = detector != true && name != GridName,
            },
            OutputLayout.YoloV2,
            detector == true ? "the manifest" : $"the shape of '{name}'");
    }

    /// <summary>Custom Vision's name of its grid.</summary>
    private const string GridName = "model_outputs0";

    /// <summary>A cell of YOLOv2 is 32 pixels wide.</summary>
    private static bool IsAnotherGrid(TensorInput? input, int[] shape) =>
        (input is { Height: > 0 } && shape[2] > 0 && shape[2] * 32 != input.Height)
        || (input is { Width: > 0 } && shape[3] > 0 && shape[3] * 32 != input.Width);

    private static string TooFewOrMany(ModelPackage package, string given) =>
        $"The package names {Count.Of(package.Labels.Count, "tag")} ({package.LabelsFrom}), but {package.ModelFileName} gives {given}; "
        + "use the tags of the same export.";

    private static string? Text(ModelPackage package, string key) =>
        package.Metadata.TryGetValue(key, out string? text) && text.Trim() is not ("" or "null") ? text.Trim() : null;

    private static bool IsOrMayBe(int dimension, int wanted) => dimension <= 0 || dimension == wanted;

    private static bool IsNumeric(NodeMetadata output) => output.IsTensor && OutputFloats.CanRead(output.ElementDataType);
}
