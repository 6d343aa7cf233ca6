using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>A rectangle of the frame, in pixels.</summary>
internal readonly record struct Tile(int Left, int Top, int Width, int Height);

/// <summary>
/// The tiles of a frame: each region is covered by tiles of one size, spread evenly, that overlap at least as much as asked for. Kept until the frame's size changes.
/// </summary>
internal sealed class TileGrid(TilingOptions options)
{
    /// <summary>More are taken for a mistake: a frame would take seconds.</summary>
    public const int MostTiles = 256;

    private (int Width, int Height) _size;
    private Tile[] _tiles = [];

    /// <summary>The tiles, region after region, in rows.</summary>
    /// <param name="width">The frame's width, pixels.</param>
    /// <param name="height">The frame's height, pixels.</param>
    /// <exception cref="PredictionException">There would be too many.</exception>
    public ReadOnlySpan<Tile> For(int width, int height)
    {
        if (_size != (width, height))
        {
            _tiles = Cut(width, height);
            _size = (width, height);
        }
        return _tiles;
    }

    private Tile[] Cut(int width, int height)
    {
        List<Tile> tiles = [];
        foreach (RegionOptions region in options.Regions.Count > 0 ? options.Regions : [new RegionOptions()])
        {
            (int left, int regionWidth) = Pixels(region.Left, region.Width, width);
            (int top, int regionHeight) = Pixels(region.Top, region.Height, height);
            (int tileWidth, int columns) = Divide(regionWidth, options.Width);
            (int tileHeight, int rows) = Divide(regionHeight, options.Height);
            if (tiles.Count + (long)columns * rows > MostTiles)
            {
                throw new PredictionException(
                    $"A frame of {width}×{height} would be cut into {tiles.Count + (long)columns * rows} tiles or more; at most {MostTiles} are allowed. "
                    + "Make Tiling:Width and Height larger, Overlap smaller, or the regions smaller.");
            }
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                    tiles.Add(new Tile(left + Place(column, columns, regionWidth - tileWidth), top + Place(row, rows, regionHeight - tileHeight), tileWidth, tileHeight));
            }
        }
        return [.. tiles];
    }

    /// <summary>Whole pixels of a share; at least one, and within the frame.</summary>
    private static (int From, int Length) Pixels(double from, double share, int side)
    {
        int first = Math.Clamp((int)Math.Round(from * side), 0, side - 1);
        return (first, Math.Clamp((int)Math.Round((from + share) * side) - first, 1, side - first));
    }

    private (int Side, int Count) Divide(int length, int tile)
    {
        if (tile == 0 || tile >= length)
            return (length, 1);
        double step = Math.Max(1, tile * (1 - options.Overlap));
        return (tile, (int)Math.Ceiling((length - tile) / step) + 1);
    }

    private static int Place(int index, int count, int room) => count == 1 ? 0 : (int)((long)index * room / (count - 1));
}
