using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// One look at a picture, which serves everybody who judges pictures: its brightness, how much of it is full black or full white, and its
/// means over a fine and over a coarse grid. Takes the green channel at up to 96 rows and 288 columns, so that the cost is the same for
/// every camera. Not thread-safe.
/// </summary>
internal sealed class PictureSample
{
    /// <summary>The fine grid, on which a reference keeps the look of a part.</summary>
    public const int Rows = 48, Columns = 96;

    /// <summary>
    /// The coarse grid: averaging over its cells all but removes the noise of a sensor, and leaves what the picture shows.
    /// </summary>
    public const int CoarseRows = 12, CoarseColumns = 16;

    /// <summary>Points in a cell of the fine grid, in a cell of the coarse grid, and in all.</summary>
    public const int FinePoints = RowsPerCell * ColumnsPerCell, CoarsePoints = 144, Points = Rows * Columns * FinePoints;

    /// <summary>Rows of the picture that are looked at.</summary>
    public const int SampledRows = Rows * RowsPerCell;

    private const int RowsPerCell = 2, ColumnsPerCell = 3;
    private const int SampledColumns = Columns * ColumnsPerCell;
    private const int RowsPerCoarse = Rows / CoarseRows, ColumnsPerCoarse = Columns / CoarseColumns;

    // A sensor's black and white are not always 0 and 255.
    internal const int Black = 2, White = 253;

    private readonly int[] _columns = new int[SampledColumns];
    private readonly int[] _fine = new int[Rows * Columns];
    private int _width;

    /// <summary>Sums over the cells of the fine grid, row by row.</summary>
    public ReadOnlySpan<int> Fine => _fine;

    /// <summary>Mean brightness, as a share of full brightness.</summary>
    public double Brightness { get; private set; }

    /// <summary>Standard deviation of the brightness of single points, as a share of full brightness.</summary>
    public double Contrast { get; private set; }

    /// <summary>Points that are full black.</summary>
    public int BlackPoints { get; private set; }

    /// <summary>Points that are full white.</summary>
    public int WhitePoints { get; private set; }

    /// <summary>Takes the sample of a picture; the sample of the picture before is forgotten.</summary>
    public void Take(Frame picture)
    {
        if (_width != picture.Width)
            Spread(picture.Width);
        ReadOnlySpan<byte> pixels = picture.Pixels;
        long squares = 0, total = 0;
        int black = 0, white = 0;
        _fine.AsSpan().Clear();
        for (int row = 0; row < SampledRows; row++)
        {
            // 27,648 points for each part: Spread keeps every column within the row, so the index is not checked again.
            ref byte line = ref MemoryMarshal.GetReference(pixels.Slice(RowAt(row, picture.Height) * picture.Stride, picture.Stride));
            ref int column = ref MemoryMarshal.GetArrayDataReference(_columns);
            int rowSquares = 0, rowTotal = 0;
            foreach (ref int cell in _fine.AsSpan(row / RowsPerCell * Columns, Columns))
            {
                int sum = 0;
                for (int i = 0; i < ColumnsPerCell; i++)
                {
                    int value = Unsafe.Add(ref line, column);
                    column = ref Unsafe.Add(ref column, 1);
                    sum += value;
                    rowSquares += value * value;
                    // One comparison for both limits, since a point is hardly ever beyond one.
                    if ((uint)(value - Black - 1) < White - Black - 1)
                        continue;
                    black += value <= Black ? 1 : 0;
                    white += value >= White ? 1 : 0;
                }
                cell += sum;
                rowTotal += sum;
            }
            squares += rowSquares;
            total += rowTotal;
        }
        (BlackPoints, WhitePoints) = (black, white);
        Brightness = total / (255.0 * Points);
        Contrast = Math.Sqrt(Math.Max(0, squares / (255.0 * 255 * Points) - Brightness * Brightness));
    }

    /// <summary>Where one of <see cref="SampledRows"/> lies in a picture.</summary>
    public static int RowAt(int row, int height) => (int)((2L * row + 1) * height / (2 * SampledRows));

    /// <summary>Sums over the cells of the coarse grid.</summary>
    /// <param name="sums">Receives <see cref="CoarseRows"/> × <see cref="CoarseColumns"/> sums.</param>
    public void Coarse(Span<int> sums)
    {
        sums.Clear();
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<int> line = _fine.AsSpan(row * Columns, Columns);
            Span<int> into = sums.Slice(row / RowsPerCoarse * CoarseColumns, CoarseColumns);
            for (int column = 0; column < Columns; column++)
                into[column / ColumnsPerCoarse] += line[column];
        }
    }

    /// <summary>Fills the places of the green bytes of evenly spread columns.</summary>
    private void Spread(int width)
    {
        _width = width;
        for (int i = 0; i < SampledColumns; i++)
            _columns[i] = (int)((2L * i + 1) * width / (2 * SampledColumns)) * 3 + 1;
    }
}
