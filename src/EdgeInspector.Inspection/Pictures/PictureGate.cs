using System.Globalization;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// Judges the picture of a part before its verdict counts: a model may call a black picture good, and find no defect in an empty picture.
/// Not thread-safe; runs on the station's thread, before the model.
/// </summary>
public sealed class PictureGate(PictureOptions options)
{
    private const int Cells = PictureSample.CoarseRows * PictureSample.CoarseColumns;

    // Where a fine texture fills the picture, the cells are alike but their points differ much; in a flat picture the points differ by
    // little more than noise. In the dark the noise is strong, so that there only the cells tell.
    private const double TextureAbove = 2, DarkBelow = 3;

    // In pure noise, the 5th and the 95th percentile of the cells' means are 3.3 of the means' deviations apart.
    private const double NoiseSpread = 3.3;

    private const double UnwrittenFrom = 0.06;
    private const int UnwrittenRows = 8;

    private readonly PictureSample _sample = new();
    private Frame? _sampled, _measured;
    private double _sharp;

    /// <summary>
    /// What the part's first picture measures against its reference; null where there is no reference, or nothing to measure.
    /// </summary>
    internal PictureMeasures? Measures { get; private set; }

    /// <summary>True when a picture of the last part shows nothing, whatever the reference says.</summary>
    internal bool ShowsNothing { get; private set; }

    /// <summary>
    /// Why a part can't be judged by its pictures, with what was measured and the limit; null when the part can be judged.
    /// </summary>
    /// <param name="first">
    /// The part's first picture. The further pages are looked at too: if one page does not show the part, the part was not seen.
    /// </param>
    /// <param name="page">The picture that was refused, else the first.</param>
    public string? Refuse(Frame first, out Frame page) => Refuse(first, null, out page);

    /// <summary>
    /// Why a part can't be judged by its pictures, as the other overload says; also holds the first picture against a reference.
    /// </summary>
    /// <param name="first">The part's first picture.</param>
    /// <param name="check">
    /// The reference; null: there is none. Further pages are not held against the reference: they may show anything.
    /// </param>
    /// <param name="page">The picture that was refused, else the first.</param>
    internal string? Refuse(Frame first, ReferenceCheck? check, out Frame page)
    {
        (_sampled, _measured, Measures, ShowsNothing) = (null, null, null, false);
        string? refused = Absolute(page = first);
        ShowsNothing = refused is not null;
        refused ??= check is null ? null : Compare(first, check);
        for (Frame? next = first.NextPage; next is not null && refused is null; next = next.NextPage)
        {
            refused = Absolute(page = next);
            ShowsNothing = refused is not null;
        }
        if (refused is null)
            page = first;
        return refused;
    }

    /// <summary>The sample of a picture; taken once for each picture.</summary>
    internal PictureSample SampleOf(Frame picture)
    {
        if (!ReferenceEquals(_sampled, picture))
            _sample.Take(_sampled = picture);
        return _sample;
    }

    /// <summary>How sharp a picture is.</summary>
    internal double SharpnessOf(Frame picture)
    {
        if (!ReferenceEquals(_measured, picture))
            _sharp = Sharpness.Of(_measured = picture);
        return _sharp;
    }

    private string? Compare(Frame picture, ReferenceCheck check)
    {
        if (check.Unfit(picture) is { } unfit)
            return unfit;
        PictureMeasures measures = check.Measure(SampleOf(picture), SharpnessOf(picture));
        Measures = measures;
        return check.Refuse(measures);
    }

    private string? Absolute(Frame picture)
    {
        if (options is { Whole: false, Dark: 0, Bright: 1, Clipped: 1, Detail: 0 })
            return null;
        if (options.Whole && Unwritten(picture) is { } unwritten)
            return unwritten;
        PictureSample sample = SampleOf(picture);
        (double mean, double deviation, int black, int white) = (
            sample.Brightness, sample.Contrast, sample.BlackPoints, sample.WhitePoints);
        if (mean < options.Dark)
            return Words($"the picture is black: its mean brightness is {mean:0.000}, below {options.Dark:0.###} (Picture:Dark)");
        if (mean > options.Bright && options.Bright < 1)
            return Words($"the picture is white: its mean brightness is {mean:0.000}, above {options.Bright:0.###} (Picture:Bright)");
        double clipped = Math.Max(black, white) / (double)PictureSample.Points;
        if (clipped > options.Clipped && options.Clipped < 1)
        {
            string colour = black > white ? "black" : "white";
            return Words($"{clipped:0.0%} of the picture is {colour}, more than {options.Clipped:0.###%} (Picture:Clipped)");
        }
        if (options.Detail == 0 || (deviation >= TextureAbove * options.Detail && mean >= DarkBelow * options.Dark))
            return null;
        Span<int> sums = stackalloc int[Cells];
        sample.Coarse(sums);
        sums.Sort();
        double detail = (sums[Cells * 95 / 100] - sums[Cells * 5 / 100]) / (255.0 * PictureSample.CoarsePoints);
        double noise = NoiseSpread * deviation / Math.Sqrt(PictureSample.CoarsePoints);
        return detail >= options.Detail + noise
            ? null
            : Words($"the picture shows nothing: its brightness differs by {detail:0.0000} from place to place, ")
                + Words($"less than {options.Detail:0.###} (Picture:Detail) above noise");
    }

    /// <summary>
    /// A picture that was not written to its end has one colour from some row on, because decoders fill the rest with grey or green; a
    /// sensor's noise never gives one colour. Black and white may come from a sensor, and are left to the other limits.
    /// </summary>
    private static string? Unwritten(Frame picture)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        ReadOnlySpan<byte> colour = pixels[^3..];
        if (colour.IndexOfAnyExceptInRange((byte)0, (byte)PictureSample.Black) < 0
            || colour.IndexOfAnyExceptInRange((byte)PictureSample.White, (byte)255) < 0)
            return null;
        int row = picture.Height;
        while (row > 0 && IsOneColour(pixels.Slice((row - 1) * picture.Stride, picture.Stride), colour))
            row--;
        if (row == 0)
            return "the picture shows nothing: it has one colour all over (Picture:Whole)";
        int rows = picture.Height - row;
        return rows < UnwrittenRows || rows < picture.Height * UnwrittenFrom
            ? null
            : Words(
                $"the picture was not written to its end: from row {row} of {picture.Height} on it has one colour (Picture:Whole)");
    }

    private static bool IsOneColour(ReadOnlySpan<byte> row, ReadOnlySpan<byte> colour) =>
        row[..3].SequenceEqual(colour) && row[3..].SequenceEqual(row[..^3]);

    private static string Words(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
