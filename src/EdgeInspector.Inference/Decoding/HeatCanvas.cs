using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Collects the heat of one frame on a coarse grid, from the pictures of its tiles or of the whole frame. Keeps its memory from part to
/// part. One caller at a time.
/// </summary>
internal sealed class HeatCanvas
{
    private const int LongerSide = 128;

    private byte[] _cells = [];
    private int _width;
    private int _height;
    private double _cellWidth;
    private double _cellHeight;

    /// <summary>Begins a frame.</summary>
    public void Clear(int frameWidth, int frameHeight)
    {
        double scale = (double)LongerSide / Math.Max(frameWidth, frameHeight);
        (_width, _height) = (Math.Max(1, (int)Math.Round(frameWidth * scale)), Math.Max(1, (int)Math.Round(frameHeight * scale)));
        (_cellWidth, _cellHeight) = ((double)frameWidth / _width, (double)frameHeight / _height);
        if (_cells.Length != _width * _height)
            _cells = new byte[_width * _height];
        Array.Clear(_cells);
    }

    /// <summary>Adds the heat of a picture; where pictures overlap, the hotter one counts.</summary>
    /// <param name="values">0..1, row by row.</param>
    /// <param name="width">Cells in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="geometry">Where the picture lies on the frame.</param>
    public void Add(ReadOnlySpan<float> values, int width, int height, in InputGeometry geometry)
    {
        (double left, double top, double seenWidth, double seenHeight) = geometry.Seen;
        for (int y = 0; y < _height; y++)
        {
            (int fromRow, int toRow) = Covered(y, _cellHeight, top, height / seenHeight, height);
            for (int x = 0; fromRow < toRow && x < _width; x++)
            {
                (int fromColumn, int toColumn) = Covered(x, _cellWidth, left, width / seenWidth, width);
                ref byte cell = ref _cells[(y * _width) + x];
                for (int row = fromRow; row < toRow; row++)
                {
                    for (int column = fromColumn; column < toColumn; column++)
                        cell = Math.Max(cell, (byte)Math.Clamp(values[(row * width) + column] * 255, 0, 255));
                }
            }
        }
    }

    /// <summary>
    /// The rows or columns of a picture's map that a cell of the grid covers, at least the one in the middle of the cell: no small spot may
    /// be lost between cells.
    /// </summary>
    private static (int From, int To) Covered(int cell, double cellSide, double start, double scale, int count)
    {
        int middle = (int)Math.Floor((((cell + 0.5) * cellSide) - start) * scale);
        int from = Math.Min(middle, (int)Math.Ceiling(((cell * cellSide) - start) * scale));
        int to = Math.Max(middle + 1, (int)Math.Ceiling((((cell + 1) * cellSide) - start) * scale));
        return (Math.Clamp(from, 0, count), Math.Clamp(to, 0, count));
    }

    /// <summary>A copy of the collected heat.</summary>
    public HeatMap Copy() => new(_width, _height, _cells.ToArray());
}
