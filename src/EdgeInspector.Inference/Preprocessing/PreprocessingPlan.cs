using System.Globalization;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// The preprocessing that was decided on: each point taken from the first source that speaks of it, in the order station's settings,
/// <c>edgeinspector.json</c>, metadata inside the ONNX file, <c>metadata_properties.json</c>, what the trainer usually does.
/// </summary>
internal sealed class PreprocessingPlan
{
    public const string Prefix = "CustomVision.Preprocess.";

    private readonly PreprocessingSources _sources;
    private readonly List<(string What, string Words, string Source)> _words = [];

    private PreprocessingPlan(PreprocessingSources sources, ModelKind kind)
    {
        _sources = sources;
        Convention usual = sources.Convention;
        ColourOrder = Decide(
            "colours", options => options.ColourOrder, nameof(ColourOrder), "Image.BitmapPixelFormat",
            Named(("Bgr8", ColourOrder.Bgr), ("Rgb8", ColourOrder.Rgb), ("Gray8", ColourOrder.Bgr)), usual.ColourOrder,
            order => order == ColourOrder.Bgr ? "BGR" : "RGB");
        Range = Decide(
            "range", options => options.Range, nameof(Range), "Image.NominalPixelRange",
            Named(
                ("NominalRange_0_255", ValueRange.ZeroTo255),
                ("Normalized_0_1", ValueRange.ZeroToOne),
                ("Normalized_1_1", ValueRange.MinusOneToOne)),
            usual.Range, Word);
        Mean = Decide(
            "mean", options => Three(options.Mean), nameof(Mean), Prefix + "NormalizeMean", Triples(positive: false), usual.Mean,
            triple => triple.ToString());
        Std = Decide(
            "deviation", options => Three(options.Std), nameof(Std), Prefix + "NormalizeStd", Triples(positive: true), usual.Std,
            triple => triple.ToString());
        Crop = Decide(
            "crop", options => options.Crop, nameof(Crop), Prefix + "CropMethod", Enums<CropMethod>(), usual.Crop, crop => crop.ToString());
        Resize = Decide(
            "resize", options => options.Resize, nameof(Resize), Prefix + "ResizeMethod", Enums<ResizeMethod>(), usual.Resize,
            resize => resize.ToString());
        int side = usual.TargetSide ?? (Resize == ResizeMethod.ByPixelCountAlign32 ? 512 : kind == ModelKind.Detector ? 416 : 224);
        TargetWidth = Decide(
            "target width", options => options.TargetWidth, nameof(TargetWidth), Prefix + "TargetWidth", Sides, side, Number);
        TargetHeight = Decide(
            "target height", options => options.TargetHeight, nameof(TargetHeight), Prefix + "TargetHeight", Sides, side, Number);
        if (Crop == CropMethod.OneCropCenter)
        {
            CropWidth = Said("crop width", options => options.CropWidth, nameof(CropWidth), Prefix + "CropWidth");
            CropHeight = Said("crop height", options => options.CropHeight, nameof(CropHeight), Prefix + "CropHeight");
        }
        Interpolation = sources.Station.Interpolation ?? sources.Package.Interpolation ?? usual.Interpolation;
        string by = sources.Station.Interpolation is not null ? "setting"
            : sources.Package.Interpolation is not null ? "edgeinspector.json"
            : usual.Name;
        _words.Add(("interpolation", Interpolation.ToString(), by));
    }

    public ColourOrder ColourOrder { get; }

    public ValueRange Range { get; }

    public Triple Mean { get; }

    public Triple Std { get; }

    public CropMethod Crop { get; }

    public ResizeMethod Resize { get; }

    public int TargetWidth { get; }

    public int TargetHeight { get; }

    /// <summary>Width that OneCropCenter cuts out; null: as wide as the network's input.</summary>
    public int? CropWidth { get; }

    /// <summary>Height that OneCropCenter cuts out; null: as high as the network's input.</summary>
    public int? CropHeight { get; }

    public Interpolation Interpolation { get; }

    /// <summary>What was guessed, in a sentence; null when a source said every point that matters.</summary>
    public string? Guess { get; private set; }

    /// <summary>
    /// Values of the metadata that are not understood; the package is refused for them, since a guess would give wrong verdicts.
    /// </summary>
    public List<string> Problems { get; } = [];

    /// <summary>Decides on the preprocessing.</summary>
    public static PreprocessingPlan Decide(PreprocessingSources sources, ModelKind kind) => new(sources, kind);

    /// <summary>Why pictures prepared in this way do not fit the network's input, in a sentence; null: they do.</summary>
    public string? Complaint(TensorInput input)
    {
        if (input.Type == TensorElementType.UInt8 && !KeepsPictures())
        {
            return "The network takes whole numbers of 0..255 (uint8), in which nothing would be left of pictures prepared in this way: "
                + $"{string.Join(", ", _words.Skip(1).Take(3).Select(word => $"{word.What} {word.Words} ({word.Source})"))}. "
                + "Set Preprocessing:Range to ZeroTo255, Mean to [0] and Std to [1].";
        }
        return Crop != CropMethod.OneCropCenter ? null
            : Unlike("width", input.Width, CropWidth, nameof(CropWidth)) ?? Unlike("height", input.Height, CropHeight, nameof(CropHeight))
                ?? TooLarge("width", CropWidth ?? input.Width, TargetWidth, nameof(TargetWidth))
                ?? TooLarge("height", CropHeight ?? input.Height, TargetHeight, nameof(TargetHeight));

        static string? Unlike(string what, int network, int? crop, string setting) => network == 0 || crop is null || crop == network ? null
            : $"The centre that is cut out of pictures has a {what} of {crop}, but the network takes {network}. "
                + $"Set Preprocessing:{setting} to {network}, "
                + "and Preprocessing:Target… to the size that pictures had in training before they were cut.";

        static string? TooLarge(string what, int crop, int target, string setting) => crop <= target ? null
            : $"The centre that is cut out of pictures has a {what} of {crop}, but the pictures are resized to {target} first. "
                + $"Set Preprocessing:{setting} to {crop} or more.";
    }

    /// <summary>Each point that counts for an input, with its source; points of one source that follow each other share its name.</summary>
    public string Words(TensorInput input)
    {
        bool targetsCount = TargetsCount(input);
        var told = _words.Where(word => targetsCount || !word.What.StartsWith("target", StringComparison.Ordinal)).ToList();
        bool isStretched = !targetsCount && Resize is not (ResizeMethod.Stretch or ResizeMethod.Letterbox);
        if (isStretched && told.FindIndex(word => word.What == "resize") is >= 0 and var at)
            told[at] = told[at] with { Words = $"{told[at].Words}, which a network of fixed size makes Stretch" };
        return string.Join(", ", told.Select((word, i) =>
            $"{word.What} {word.Words}"
            + $"{(word.Source.Length == 0 || (i + 1 < told.Count && told[i + 1].Source == word.Source) ? "" : $" ({word.Source})")}"));
    }

    /// <summary>True when black and white stay at least half as far apart as whole numbers allow, in each channel.</summary>
    private bool KeepsPictures()
    {
        for (int channel = 0; channel < 3; channel++)
        {
            double width = Range switch { ValueRange.ZeroToOne => 1, ValueRange.MinusOneToOne => 2, _ => 255 };
            double black = ((Range == ValueRange.MinusOneToOne ? -1 : 0) - Mean[channel]) / Std[channel];
            if (Math.Clamp(black + (width / Std[channel]), 0, 255) - Math.Clamp(black, 0, 255) < 128)
                return false;
        }
        return true;
    }

    /// <summary>The plan as settings that say every point that counts for an input.</summary>
    public PreprocessingOptions AsOptions(TensorInput input) => new()
    {
        ColourOrder = ColourOrder,
        Range = Range,
        Mean = [Mean.First, Mean.Second, Mean.Third],
        Std = [Std.First, Std.Second, Std.Third],
        Crop = Crop,
        Resize = Resize,
        TargetWidth = TargetsCount(input) ? TargetWidth : null,
        TargetHeight = TargetsCount(input) ? TargetHeight : null,
        CropWidth = CropWidth,
        CropHeight = CropHeight,
        Interpolation = Interpolation,
    };

    /// <summary>False where the network has a fixed size, so that the target sides do not count.</summary>
    private bool TargetsCount(TensorInput input) => input.Width == 0 || input.Height == 0 || Crop == CropMethod.OneCropCenter;

    private int? Said(string what, Func<PreprocessingOptions, int?> setting, string name, string key)
    {
        // In metadata, 0 means that there is no side.
        int side = Decide(what, setting, name, key, Sides, 0, value => value == 0 ? "as the network's" : Number(value));
        return side == 0 ? null : side;
    }

    private T Decide<T>(
        string what, Func<PreprocessingOptions, T?> setting, string name, string key, Reading<T> reading, T @default, Func<T, string> words)
        where T : struct
    {
        (T value, string source) = (@default, _sources.Convention.Name);
        if (setting(_sources.Station) is { } chosen)
            (value, source) = (chosen, "setting");
        else if (setting(_sources.Package) is { } packaged)
            (value, source) = (packaged, "edgeinspector.json");
        else if (Find(_sources.Onnx, "the ONNX file's metadata") is { } fromOnnx)
            (value, source) = (fromOnnx, "ONNX file");
        else if (Find(_sources.Json, "metadata_properties.json") is { } fromJson)
            (value, source) = (fromJson, "JSON");
        else if (_sources.Convention.GuessedPoints.Contains(what))
            Guess = _sources.Convention.Guess;
        _words.Add((what, words(value), source));
        return value;

        T? Find(IReadOnlyDictionary<string, string> values, string where)
        {
            if (!values.TryGetValue(key, out string? text) || text.Trim() is "" or "null" or "0")
                return null;
            T? parsed = reading.Parse(text.Trim());
            if (parsed is null)
            {
                Problems.Add(
                    $"{where} says {key} = '{Shorten(text)}', which this version does not know; known are {reading.Known}. "
                    + $"Set Preprocessing:{name} of the station, or of an edgeinspector.json in the package, which decides instead; "
                    + "'EdgeInspector models prove' finds out with labelled pictures what fits.");
            }
            return parsed;
        }
    }

    /// <summary>How a text of the metadata is read.</summary>
    /// <param name="Parse">Returns the value, or null for a text that is not known.</param>
    /// <param name="Known">The known texts, in words.</param>
    private sealed record Reading<T>(Func<string, T?> Parse, string Known) where T : struct;

    private static Reading<T> Named<T>(params (string Name, T Value)[] known) where T : struct => new(
        text => known.Where(pair => pair.Name.Equals(text, StringComparison.OrdinalIgnoreCase))
            .Select(pair => (T?)pair.Value)
            .FirstOrDefault(),
        string.Join(", ", known.Select(pair => pair.Name)));

    private static Reading<T> Enums<T>() where T : struct, Enum =>
        Named([.. Enum.GetValues<T>().Select(value => (value.ToString(), value))]);

    /// <summary>Sides beyond 4096 are refused as implausible.</summary>
    private static Reading<int> Sides { get; } = new(
        text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int side) && side is > 0 and <= 4096
            ? side
            : null,
        "whole numbers from 1 to 4096");

    private static Reading<Triple> Triples(bool positive) => new(
        text => NumberList.Parse(text) is { Length: 3 } numbers
            && numbers.All(number => float.IsFinite(number) && (!positive || number > 0))
            ? new Triple(numbers[0], numbers[1], numbers[2])
            : null,
        positive ? "three numbers above 0, as in [1.0, 1.0, 1.0]" : "three numbers, as in [0.0, 0.0, 0.0]");

    private static string Word(ValueRange range) => range switch
    {
        ValueRange.ZeroTo255 => "0..255",
        ValueRange.ZeroToOne => "0..1",
        _ => "-1..1",
    };

    private static Triple? Three(IReadOnlyList<float>? numbers) => numbers switch
    {
        { Count: 3 } => new Triple(numbers[0], numbers[1], numbers[2]),
        { Count: 1 } => new Triple(numbers[0], numbers[0], numbers[0]),
        _ => null,
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A value of the metadata as messages show it.</summary>
    public static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
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
