using System.Globalization;
using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// Judges the picture of a part before its verdict counts: a model may call a black picture good, and finds no defect in an empty one. Not
/// thread-safe; runs on the station's thread, before the model.
/// </summary>
/// <remarks>
/// Takes the green channel at up to 96 rows and 480 columns, which makes the cost the same for every camera. The means of 12 × 16 cells say
/// whether the picture shows anything: averaged over a cell, the noise of a sensor all but vanishes, and what is there does not.
/// </remarks>
public sealed class PictureGate(PictureOptions options)
{
    private const int CellRows = 12, CellColumns = 16, Cells = CellRows * CellColumns;
    private const int RowsPerCell = 8, ColumnsPerCell = 30;
    private const int SampledRows = CellRows * RowsPerCell, SampledColumns = CellColumns * ColumnsPerCell;
    private const int SamplesPerCell = RowsPerCell * ColumnsPerCell, Samples = Cells * SamplesPerCell;

    // A sensor's black and white are not always 0 and 255.
    private const int Black = 2, White = 253;

    // A fine texture that fills the picture has cells alike but much within each; a flat picture has little more than noise. In the dark
    // noise is strong, so that there only the cells tell.
    private const double TextureAbove = 2, DarkBelow = 3;

    // From the 5th to the 95th percentile of means of pure noise lie 3.3 of their deviations.
    private const double NoiseSpread = 3.3;

    private const double UnwrittenFrom = 0.06;
    private const int UnwrittenRows = 8;

    private readonly int[] _columns = new int[SampledColumns];
    private int _width;

    /// <summary>Why a part can't be judged by its pictures, with what was measured and the limit; null when it can.</summary>
    /// <param name="first">The part's first picture; its further pages are looked at too, since a part that one of them does not show was not seen.</param>
    /// <param name="page">The picture that was refused, else the first.</param>
    public string? Refuse(Frame first, out Frame page)
    {
        for (Frame? next = first; next is not null; next = next.NextPage)
        {
            if (Refuse(page = next) is { } refused)
                return refused;
        }
        page = first;
        return null;
    }

    private string? Refuse(Frame picture)
    {
        if (options is { Whole: false, Dark: 0, Bright: 1, Clipped: 1, Detail: 0 })
            return null;
        if (options.Whole && Unwritten(picture) is { } unwritten)
            return unwritten;
        Span<int> sums = stackalloc int[Cells];
        (long squares, int black, int white) = Sample(picture, sums);
        long sum = 0;
        foreach (int cell in sums)
            sum += cell;
        double mean = sum / (255.0 * Samples);
        if (mean < options.Dark)
            return Words($"the picture is black: its mean brightness is {mean:0.000}, below {options.Dark:0.###} (Picture:Dark)");
        if (mean > options.Bright && options.Bright < 1)
            return Words($"the picture is white: its mean brightness is {mean:0.000}, above {options.Bright:0.###} (Picture:Bright)");
        double clipped = Math.Max(black, white) / (double)Samples;
        if (clipped > options.Clipped && options.Clipped < 1)
        {
            return Words(
                $"{clipped:0.0%} of the picture is {(black > white ? "black" : "white")}, more than {options.Clipped:0.###%} (Picture:Clipped)");
        }
        double deviation = Math.Sqrt(Math.Max(0, squares / (255.0 * 255 * Samples) - mean * mean));
        if (options.Detail == 0 || (deviation >= TextureAbove * options.Detail && mean >= DarkBelow * options.Dark))
            return null;
        sums.Sort();
        double detail = (sums[Cells * 95 / 100] - sums[Cells * 5 / 100]) / (255.0 * SamplesPerCell);
        double noise = NoiseSpread * deviation / Math.Sqrt(SamplesPerCell);
        return detail >= options.Detail + noise
            ? null
            : Words($"the picture shows nothing: its brightness differs by {detail:0.0000} from place to place, less than {options.Detail:0.###} (Picture:Detail) above noise");
    }

    private (long Squares, int Black, int White) Sample(Frame picture, Span<int> sums)
    {
        if (_width != picture.Width)
            Spread(picture.Width);
        ReadOnlySpan<byte> pixels = picture.Pixels;
        long squares = 0;
        int black = 0, white = 0;
        for (int row = 0; row < SampledRows; row++)
        {
            int y = (int)((2L * row + 1) * picture.Height / (2 * SampledRows));
            ReadOnlySpan<byte> line = pixels.Slice(y * picture.Stride, picture.Stride);
            Span<int> cells = sums.Slice(row / RowsPerCell * CellColumns, CellColumns);
            int at = 0;
            for (int cell = 0; cell < cells.Length; cell++)
            {
                int sum = 0;
                foreach (int column in _columns.AsSpan(at, ColumnsPerCell))
                {
                    int value = line[column];
                    sum += value;
                    squares += value * value;
                    black += value <= Black ? 1 : 0;
                    white += value >= White ? 1 : 0;
                }
                cells[cell] += sum;
                at += ColumnsPerCell;
            }
        }
        return (squares, black, white);
    }

    /// <summary>The green byte of evenly spread columns.</summary>
    private void Spread(int width)
    {
        _width = width;
        for (int i = 0; i < SampledColumns; i++)
            _columns[i] = (int)((2L * i + 1) * width / (2 * SampledColumns)) * 3 + 1;
    }

    /// <summary>
    /// A picture that was not written to its end has one colour from some row on, which a sensor's noise never gives: decoders fill with
    /// grey or green. Black and white may be a sensor's own, and are left to the other limits.
    /// </summary>
    private static string? Unwritten(Frame picture)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        ReadOnlySpan<byte> colour = pixels[^3..];
        if (colour.IndexOfAnyExceptInRange((byte)0, (byte)Black) < 0 || colour.IndexOfAnyExceptInRange((byte)White, (byte)255) < 0)
            return null;
        int row = picture.Height;
        while (row > 0 && IsOneColour(pixels.Slice((row - 1) * picture.Stride, picture.Stride), colour))
            row--;
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
