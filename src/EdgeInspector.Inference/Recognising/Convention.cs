using EdgeInspector.Inference.Preprocessing;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Recognising;

/// <summary>How networks of one kind are usually fed: counts where neither a person nor the package says anything else.</summary>
/// <param name="Name">The kind, as a source in reports: <c>as Ultralytics does</c>.</param>
internal sealed record Convention(string Name)
{
    /// <summary>Mean and deviation of ImageNet's pictures, red first, in 0..1 (torchvision's documentation of its models).</summary>
    private static readonly (Triple Mean, Triple Std) ImageNet = (new Triple(0.485f, 0.456f, 0.406f), new Triple(0.229f, 0.224f, 0.225f));

    public ColourOrder ColourOrder { get; init; } = ColourOrder.Bgr;

    public ValueRange Range { get; init; } = ValueRange.ZeroTo255;

    public Triple Mean { get; init; }

    public Triple Std { get; init; } = new(1, 1, 1);

    public CropMethod Crop { get; init; } = CropMethod.NoCrop;

    public ResizeMethod Resize { get; init; } = ResizeMethod.Stretch;

    public Interpolation Interpolation { get; init; } = Interpolation.Linear;

    /// <summary>
    /// Side of the picture before it is cut, or of the input of a network of dynamic size; null: 416 for a detector, 224 for a classifier.
    /// </summary>
    public int? TargetSide { get; init; }

    /// <summary>Why the convention is no more than a guess, in a sentence; null when the package speaks clearly.</summary>
    public string? Guess { get; init; }

    /// <summary>The points that are guessed: where some source says each of them, nothing is guessed.</summary>
    public IReadOnlyList<string> GuessedPoints { get; init; } = ["colours", "range", "mean", "crop", "resize"];

    /// <summary>The convention for a package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="input">The input of the package's network.</param>
    /// <param name="layout">How the network's outputs are laid out.</param>
    public static Convention For(ModelPackage package, TensorInput input, OutputLayout layout)
    {
        Convention usual = OfTrainer(package, input, layout);
        return input.Type == TensorElementType.UInt8 ? usual.InWholeNumbers() : usual;
    }

    private static Convention OfTrainer(ModelPackage package, TensorInput input, OutputLayout layout)
    {
        int side = Math.Max(input.Width, input.Height);
        bool ownNormalisation = package.Network.FirstOperators.Any(
            step => step is "Sub" or "Add" or "Mul" or "Div" or "BatchNormalization");
        UltralyticsMetadata? ultralytics = UltralyticsMetadata.Of(package.Network.Metadata);
        return layout switch
        {
            OutputLayout.YoloV5 or OutputLayout.YoloV8 or OutputLayout.YoloEndToEnd => Yolo(ultralytics, side),
            OutputLayout.Classes when ultralytics is { Task: "" } =>
                Cropped("as YOLOv5 does", side, ratio: 1).WithImageNet(ownNormalisation),
            OutputLayout.Classes when ultralytics is not null =>
                Cropped("as Ultralytics does", side, ratio: 1) with { Interpolation = Interpolation.Antialiased },
            OutputLayout.Anomaly => Anomalib(ownNormalisation),
            OutputLayout.ClassMap when !SpeaksOfGeometry(package) => WindowsMl,
            OutputLayout.ClassMap or OutputLayout.YoloV2 or OutputLayout.CornerBoxes => CustomVision,
            _ when IsFromCustomVision(package) => CustomVision,
            _ when IsFromKeras(package, input) => Keras(ownNormalisation),
            _ when EndsInLogits(package) => Torch(side, ownNormalisation || input.IsGrey),
            _ => CustomVision with
            {
                Guess = "Nothing in the package says how pictures are prepared. "
                    + "BGR and 0..255 are guessed, as Custom Vision's first exports want them.",
            },
        };
    }

    private static Convention CustomVision { get; } = new("default");

    private static Convention WindowsMl { get; } = new("as Windows ML does")
    {
        Crop = CropMethod.FullImageShorterSide,
        // On the photos of boards that Microsoft published with such an export, Linear makes a good board a defective one.
        Interpolation = Interpolation.Antialiased,
        GuessedPoints = ["crop"],
        Guess = "The package does not say which part of a picture the network sees. "
            + "The centre square is guessed, as Windows ML cut it for exports of 2018 and 2019.",
    };

    private static Convention Yolo(UltralyticsMetadata? metadata, int side) => new("as Ultralytics does")
    {
        ColourOrder = ColourOrder.Rgb,
        Range = ValueRange.ZeroToOne,
        Resize = ResizeMethod.Letterbox,
        TargetSide = metadata?.ImageSize ?? (side > 0 ? side : 640),
        Guess = metadata is null
            ? "Only the shape of the outputs says that this is a YOLO network. RGB, 0..1 and a letterbox are guessed, "
                + "as Ultralytics feeds such networks."
            : null,
    };

    private static Convention Anomalib(bool ownNormalisation) => new Convention("as Anomalib does")
    {
        ColourOrder = ColourOrder.Rgb,
        Range = ValueRange.ZeroToOne,
        TargetSide = 256,
        Interpolation = Interpolation.Antialiased,
        Guess = ownNormalisation
            ? "RGB and 0..1 are guessed, as Anomalib feeds networks that normalise by themselves."
            : "RGB, 0..1 and ImageNet's mean and deviation are guessed, as Anomalib feeds networks that do not normalise by themselves.",
    }.WithImageNet(ownNormalisation);

    private static Convention Keras(bool ownNormalisation) => new("as Keras does")
    {
        ColourOrder = ColourOrder.Rgb,
        Range = ownNormalisation ? ValueRange.ZeroTo255 : ValueRange.MinusOneToOne,
        Guess = ownNormalisation
            ? "RGB and 0..255 are guessed, as Keras feeds networks that scale pixels by themselves."
            : "RGB and -1..1 are guessed, as Keras and Teachable Machine feed networks that do not scale pixels by themselves.",
    };

    private static Convention Torch(int side, bool withoutMean) =>
        Cropped("as torchvision does", side, ratio: 0.875).WithImageNet(withoutMean) with
        {
            Interpolation = Interpolation.Antialiased,
            Guess = "The package does not say how pictures are prepared. "
                + $"RGB, 0..1{(withoutMean ? "" : ", ImageNet's mean and deviation")} and the centre of the picture are guessed, "
                + "as torchvision does.",
        };

    private Convention WithImageNet(bool ownNormalisation) =>
        ownNormalisation ? this : this with { Mean = ImageNet.Mean, Std = ImageNet.Std };

    /// <summary>Leaves pixels as they are: any other range or mean would leave nothing of a picture in an input of whole numbers.</summary>
    private Convention InWholeNumbers() => this with
    {
        Range = ValueRange.ZeroTo255,
        Mean = default,
        Std = new Triple(1, 1, 1),
        Guess = Guess is null
            ? null
            : "The package does not say how pictures are prepared. The network takes whole numbers, so 0..255 is certain; "
                + "colours and geometry are guessed.",
        GuessedPoints = [.. GuessedPoints.Except(["range", "mean"])],
    };

    /// <summary>Resizes by the shorter side first, then cuts out the centre.</summary>
    private static Convention Cropped(string name, int side, double ratio) => new(name)
    {
        ColourOrder = ColourOrder.Rgb,
        Range = ValueRange.ZeroToOne,
        Resize = ResizeMethod.ByShorterSide,
        Crop = CropMethod.OneCropCenter,
        TargetSide = (int)Math.Round((side > 0 ? side : 224) / ratio),
    };

    private static bool IsFromCustomVision(ModelPackage package) =>
        package.DomainType is not null || package.Iteration is not null
        || package.Metadata.Keys.Concat(package.Network.Metadata.Keys).Any(key =>
            key.StartsWith("CustomVision.", StringComparison.Ordinal) || key.StartsWith("Image.", StringComparison.Ordinal));

    private static bool SpeaksOfGeometry(ModelPackage package) =>
        package.Metadata.ContainsKey(PreprocessingPlan.Prefix + "ResizeMethod")
        || package.Metadata.ContainsKey(PreprocessingPlan.Prefix + "CropMethod");

    private static bool IsFromKeras(ModelPackage package, TensorInput input) =>
        package.Network.Producer.Equals("tf2onnx", StringComparison.OrdinalIgnoreCase) || (!input.ChannelsFirst && !input.IsGrey);

    private static bool EndsInLogits(ModelPackage package) =>
        package.Network.OutputOperators.Values.Any(Decoding.ScoreGuess.GivesLogits);
}
