using System.Globalization;
using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>A reading in the words of tables and sentences.</summary>
public static class ReadingWords
{
    /// <summary>Everything that differs from one reading to the next: <c>RGB, 0..1, stretched</c>.</summary>
    public static string Of(NetworkReading reading) =>
        string.Join(
            ", ",
            new[] { Colours(reading), Values(reading), Geometry(reading), reading.Scores == ScoreKind.Probabilities ? "" : Scores(reading) }
                .Where(word => word.Length > 0));

    /// <summary>The order of colours.</summary>
    public static string Colours(NetworkReading reading) => reading.Preprocessing.ColourOrder == ColourOrder.Bgr ? "BGR" : "RGB";

    /// <summary>Range, mean and deviation.</summary>
    public static string Values(NetworkReading reading)
    {
        PreprocessingOptions options = reading.Preprocessing;
        string range = options.Range switch { ValueRange.ZeroTo255 => "0..255", ValueRange.ZeroToOne => "0..1", _ => "-1..1" };
        bool hasMean = options.Mean!.Any(number => number != 0), hasStd = options.Std!.Any(number => number != 1);
        if (!hasMean && !hasStd)
            return range;
        bool isImageNet = Math.Abs(options.Mean!.Max() - 0.485f) < 1e-3f && Math.Abs(options.Std!.Max() - 0.229f) < 1e-3f;
        return isImageNet ? $"{range} ImageNet" : $"{range} mean {Numbers(options.Mean!)}{(hasStd ? $" / {Numbers(options.Std!)}" : "")}";
    }

    /// <summary>From the picture to the network's size.</summary>
    public static string Geometry(NetworkReading reading)
    {
        PreprocessingOptions options = reading.Preprocessing;
        return (options.Crop, options.Resize) switch
        {
            (CropMethod.NoCrop, ResizeMethod.Stretch) => "stretched",
            (CropMethod.FullImageShorterSide, ResizeMethod.Stretch) => "centre square",
            (CropMethod.NoCrop, ResizeMethod.Letterbox) => "letterbox",
            (CropMethod.OneCropCenter, ResizeMethod.ByShorterSide) => $"shorter side {options.TargetWidth}, centre",
            (CropMethod.NoCrop, _) => $"{options.Resize} {options.TargetWidth}".TrimEnd(),
            _ => $"{options.Crop}, {options.Resize} {options.TargetWidth}".TrimEnd(),
        };
    }

    /// <summary>What the scores are; empty where the outputs leave no choice.</summary>
    public static string Scores(NetworkReading reading) => reading.Scores switch
    {
        ScoreKind.Softmax => "softmax",
        ScoreKind.Sigmoid => "sigmoid",
        ScoreKind.Probabilities => "as they are",
        _ => "",
    };

    /// <summary>How many of colours, range, geometry and scores differ.</summary>
    internal static int Changes(NetworkReading one, NetworkReading other) =>
        new Func<NetworkReading, string>[] { Colours, Values, Geometry, Scores }.Count(word => word(one) != word(other));

    private static string Numbers(IReadOnlyList<float> numbers) =>
        string.Join("/", numbers.Select(number => number.ToString("0.###", CultureInfo.InvariantCulture)));
}
