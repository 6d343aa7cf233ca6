using System.Globalization;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// The preprocessing that was decided on: each point taken from the first source that speaks of it, in the order user, metadata inside the ONNX
/// file, <c>metadata_properties.json</c>, defaults.
/// </summary>
internal sealed class PreprocessingPlan
{
    private const string Prefix = "CustomVision.Preprocess.";

    private readonly IReadOnlyDictionary<string, string> _onnx;
    private readonly IReadOnlyDictionary<string, string> _json;
    private readonly List<string> _words = [];

    private PreprocessingPlan(
        PreprocessingOptions user, IReadOnlyDictionary<string, string> onnx, IReadOnlyDictionary<string, string> json, ModelKind kind)
    {
        (_onnx, _json) = (onnx, json);
        ColourOrder = Decide("colours", user.ColourOrder, "Image.BitmapPixelFormat", ParseOrder, ColourOrder.Bgr, order => order == ColourOrder.Bgr ? "BGR" : "RGB");
        Range = Decide("range", user.Range, "Image.NominalPixelRange", ParseRange, ValueRange.ZeroTo255, range => range == ValueRange.ZeroTo255 ? "0..255" : "0..1");
        Mean = Decide("mean", Three(user.Mean), Prefix + "NormalizeMean", text => ParseThree(text, false), new Triple(0, 0, 0), triple => triple.ToString());
        Std = Decide("deviation", Three(user.Std), Prefix + "NormalizeStd", text => ParseThree(text, true), new Triple(1, 1, 1), triple => triple.ToString());
        Crop = Decide("crop", user.Crop, Prefix + "CropMethod", ParseEnum<CropMethod>, CropMethod.NoCrop, crop => crop.ToString());
        Resize = Decide("resize", user.Resize, Prefix + "ResizeMethod", ParseEnum<ResizeMethod>, ResizeMethod.Stretch, resize => resize.ToString());
        int side = Resize == ResizeMethod.ByPixelCountAlign32 ? 512 : kind == ModelKind.Detector ? 416 : 224;
        TargetWidth = Decide("target width", user.TargetWidth, Prefix + "TargetWidth", ParseSide, side, Number);
        TargetHeight = Decide("target height", user.TargetHeight, Prefix + "TargetHeight", ParseSide, side, Number);
        Interpolation = user.Interpolation ?? Interpolation.Linear;
        _words.Add($"interpolation {Interpolation}{(user.Interpolation is null ? "" : " (setting)")}");
    }

    public ColourOrder ColourOrder { get; }

    public ValueRange Range { get; }

    public Triple Mean { get; }

    public Triple Std { get; }

    public CropMethod Crop { get; }

    public ResizeMethod Resize { get; }

    public int TargetWidth { get; }

    public int TargetHeight { get; }

    public Interpolation Interpolation { get; }

    /// <summary>What the metadata says that is not understood; the package is refused for it, since a guess would give wrong verdicts.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Decides on the preprocessing.</summary>
    public static PreprocessingPlan Decide(
        PreprocessingOptions user, IReadOnlyDictionary<string, string> onnx, IReadOnlyDictionary<string, string> json, ModelKind kind) =>
        new(user, onnx, json, kind);

    /// <summary>Each point with its source.</summary>
    public override string ToString() => string.Join(", ", _words);

    private T Decide<T>(string what, T? user, string key, Func<string, T?> parse, T @default, Func<T, string> words) where T : struct
    {
        (T value, string source) = (@default, "default");
        if (user is { } chosen)
            (value, source) = (chosen, "setting");
        else if (Find(_onnx, key, "the ONNX file's metadata") is { } fromOnnx)
            (value, source) = (fromOnnx, "ONNX file");
        else if (Find(_json, key, "metadata_properties.json") is { } fromJson)
            (value, source) = (fromJson, "JSON");
        _words.Add($"{what} {words(value)} ({source})");
        return value;

        T? Find(IReadOnlyDictionary<string, string> values, string name, string where)
        {
            if (!values.TryGetValue(name, out string? text) || text.Trim() is "" or "null" or "0")
                return null;
            T? parsed = parse(text.Trim());
            if (parsed is null)
                Problems.Add($"{where} says {name} = '{Shorten(text)}', which is not understood; override it in the Preprocessing settings, or export the model again.");
            return parsed;
        }
    }

    private static ColourOrder? ParseOrder(string text) => text.ToUpperInvariant() switch
    {
        "BGR8" => Inference.ColourOrder.Bgr,
        "RGB8" => Inference.ColourOrder.Rgb,
        _ => null,
    };

    private static ValueRange? ParseRange(string text) => text.ToUpperInvariant() switch
    {
        "NOMINALRANGE_0_255" => ValueRange.ZeroTo255,
        "NORMALIZED_0_1" => ValueRange.ZeroToOne,
        _ => null,
    };

    private static T? ParseEnum<T>(string text) where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]) ? value : null;

    /// <summary>Sides beyond 4096 are not to be trusted.</summary>
    private static int? ParseSide(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int side) && side is > 0 and <= 4096 ? side : null;

    private static Triple? ParseThree(string text, bool positive) =>
        NumberList.Parse(text) is { Length: 3 } numbers && numbers.All(number => float.IsFinite(number) && (!positive || number > 0))
            ? new Triple(numbers[0], numbers[1], numbers[2])
            : null;

    private static Triple? Three(IReadOnlyList<float>? numbers) => numbers is { Count: 3 } ? new Triple(numbers[0], numbers[1], numbers[2]) : null;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>One number for each channel of the tensor, in its order.</summary>
internal readonly record struct Triple(float First, float Second, float Third)
{
    public float this[int channel] => channel switch { 0 => First, 1 => Second, _ => Third };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{First}, {Second}, {Third}]");
}

/// <summary>Reads <c>[1.0, 2.5]</c> as metadata spells it.</summary>
internal static class NumberList
{
    /// <summary>The numbers, or null when the text is something else.</summary>
    public static float[]? Parse(string text)
    {
        if (text is not ['[', .., ']'])
            return null;
        string inner = text[1..^1].Trim();
        if (inner.Length == 0)
            return [];
        string[] parts = inner.Split(',');
        var numbers = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }
        return numbers;
    }
}
