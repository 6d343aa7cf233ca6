using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>A part's look as grey means over a grid, at three sizes, each half of the one before. Not thread-safe.</summary>
internal sealed class LookGrid
{
    /// <summary>Sizes of the grids.</summary>
    public const int Sizes = 3;

    private readonly float[][] _cells = [.. Enumerable.Range(0, Sizes).Select(size => new float[RowsOf(size) * ColumnsOf(size)])];

    /// <summary>Rows of a grid; 0 is the finest.</summary>
    public static int RowsOf(int size) => PictureSample.Rows >> size;

    /// <summary>Columns of a grid; 0 is the finest.</summary>
    public static int ColumnsOf(int size) => PictureSample.Columns >> size;

    /// <summary>The means of a grid, in grey levels 0..255, row by row.</summary>
    public ReadOnlySpan<float> this[int size] => _cells[size];

    /// <summary>Takes the look of a picture.</summary>
    /// <param name="sums">Sums over the cells of the finest grid.</param>
    public void Take(ReadOnlySpan<int> sums)
    {
        Span<float> finest = _cells[0];
        for (int i = 0; i < finest.Length; i++)
            finest[i] = sums[i] * (1f / PictureSample.FinePoints);
        Shrink();
    }

    /// <summary>Takes a look that is known as means.</summary>
    /// <param name="means">Means over the cells of the finest grid.</param>
    public void Take(ReadOnlySpan<float> means)
    {
        means.CopyTo(_cells[0]);
        Shrink();
    }

    private void Shrink()
    {
        for (int size = 1; size < Sizes; size++)
        {
            int columns = ColumnsOf(size), wide = 2 * columns;
            ReadOnlySpan<float> larger = _cells[size - 1];
            Span<float> smaller = _cells[size];
            for (int row = 0; row < RowsOf(size); row++)
            {
                ReadOnlySpan<float> above = larger.Slice(2 * row * wide, wide), below = larger.Slice((2 * row + 1) * wide, wide);
                Span<float> into = smaller.Slice(row * columns, columns);
                for (int i = 0; i < columns; i++)
                    into[i] = 0.25f * (above[2 * i] + above[2 * i + 1] + below[2 * i] + below[2 * i + 1]);
            }
        }
    }
}
