using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inference;

/// <summary>
/// What the user knows better than the package about its preprocessing. What is left out comes from the package's edgeinspector.json, then
/// from the ONNX file's own metadata, then from metadata_properties.json, then from what the network's trainer usually does.
/// </summary>
public sealed record PreprocessingOptions : IValidatableObject
{
    /// <summary>Order of the colour channels that the network wants.</summary>
    public ColourOrder? ColourOrder { get; init; }

    /// <summary>Range of the values that the network wants, before mean and deviation.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>
    /// Subtracted from each channel: three numbers in the network's channel order and value range; one number counts for all channels.
    /// </summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>
    /// What each channel is divided by after the mean: three numbers above 0 in the network's channel order and value range; one counts for
    /// all.
    /// </summary>
    public IReadOnlyList<float>? Std { get; init; }

    /// <summary>Which part of the picture the network sees.</summary>
    public CropMethod? Crop { get; init; }

    /// <summary>How the picture, or the part of it that was cut out first, is brought to the network's size.</summary>
    public ResizeMethod? Resize { get; init; }

    /// <summary>
    /// Width in pixels that the picture is resized to: that of a network of dynamic size, or the one before OneCropCenter cuts.
    /// </summary>
    [Range(32, 4096)]
    public int? TargetWidth { get; init; }

    /// <summary>
    /// Height in pixels that the picture is resized to: that of a network of dynamic size, or the one before OneCropCenter cuts.
    /// </summary>
    [Range(32, 4096)]
    public int? TargetHeight { get; init; }

    /// <summary>Width in pixels that OneCropCenter cuts out of the resized picture; default: the network's input width.</summary>
    [Range(32, 4096)]
    public int? CropWidth { get; init; }

    /// <summary>Height in pixels that OneCropCenter cuts out of the resized picture; default: the network's input height.</summary>
    [Range(32, 4096)]
    public int? CropHeight { get; init; }

    /// <summary>
    /// How pixels between pixels are computed: Linear (fast; usual), Antialiased (linear and averaging, as Pillow and torchvision resize),
    /// Area (averages) or Cubic. All but Linear are slow on large pictures.
    /// </summary>
    public Interpolation? Interpolation { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Mean is not null && (Mean.Count is not (1 or 3) || !Mean.All(float.IsFinite)))
            yield return new ValidationResult("Mean must be one finite number, or three.", [nameof(Mean)]);
        if (Std is not null && (Std.Count is not (1 or 3) || !Std.All(value => float.IsFinite(value) && value > 0)))
            yield return new ValidationResult("Std must be one number above 0, or three.", [nameof(Std)]);
    }
}

/// <summary>Order of the colour channels in the tensor.</summary>
public enum ColourOrder
{
    /// <summary>Blue first.</summary>
    Bgr,

    /// <summary>Red first.</summary>
    Rgb,
}

/// <summary>Range of the values in the tensor, before mean and deviation.</summary>
public enum ValueRange
{
    /// <summary>0..255, as the pixels are.</summary>
    ZeroTo255,

    /// <summary>0..1.</summary>
    ZeroToOne,

    /// <summary>-1..1.</summary>
    MinusOneToOne,
}

/// <summary>Which part of the picture the network sees.</summary>
public enum CropMethod
{
    /// <summary>All of it.</summary>
    NoCrop,

    /// <summary>The largest square in the middle.</summary>
    FullImageShorterSide,

    /// <summary>What is cut from the middle of the resized picture: CropWidth × CropHeight.</summary>
    OneCropCenter,
}

/// <summary>
/// How the picture is brought to the network's size. A network of fixed size is stretched to where the method gives another size.
/// </summary>
public enum ResizeMethod
{
    /// <summary>To the target size, whatever that does to the aspect ratio.</summary>
    Stretch,

    /// <summary>Aspect ratio kept, about as many pixels as the target size has, each side rounded up to a multiple of 32.</summary>
    ByPixelCountAlign32,

    /// <summary>
    /// Aspect ratio kept, the shorter side as long as the target's shorter side, each side rounded up to a multiple of 32.
    /// </summary>
    ByShorterSideAlign32,

    /// <summary>
    /// Aspect ratio kept, the shorter side as long as the target, the longer one to the nearest pixel; OneCropCenter cuts afterwards.
    /// </summary>
    ByShorterSide,

    /// <summary>
    /// Aspect ratio kept, the whole picture within the target size, what is left over is grey (114), as Ultralytics does.
    /// </summary>
    Letterbox,
}

/// <summary>How pixels between pixels are computed.</summary>
public enum Interpolation
{
    /// <summary>Bilinear, from the four neighbours; does not average when it shrinks.</summary>
    Linear,

    /// <summary>The average of the area that a new pixel covers.</summary>
    Area,

    /// <summary>Bicubic, from the sixteen neighbours.</summary>
    Cubic,

    /// <summary>Bilinear over all that a new pixel covers, as Pillow and torchvision do.</summary>
    Antialiased,
}
