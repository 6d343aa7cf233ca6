using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>A rectangle of the frame, in pixels.</summary>
internal readonly record struct Tile(int Left, int Top, int Width, int Height);

/// <summary>
/// The tiles of a frame: each region is covered by tiles of one size, spread evenly, that overlap at least as much as asked for. Kept until the frame's size changes.
/// </summary>
/// <param name="options">Tiles and regions.</param>
/// <param name="area">What of the frame counts; tiles outside of it are left out. Null: all of each region. The caller's.</param>
/// <param name="square">True for a network that sees the centre square of a picture only: of any other tile it would miss the sides.</param>
internal sealed class TileGrid(TilingOptions options, InspectedArea? area = null, bool square = false)
{
    /// <summary>More are taken for a mistake: a frame would take seconds.</summary>
    public const int MostTiles = 256;

    private (int Width, int Height) _size;
    private Tile[] _tiles = [];

    /// <summary>The tiles, region after region, in rows.</summary>
    /// <param name="width">The frame's width, pixels.</param>
    /// <param name="height">The frame's height, pixels.</param>
    /// <exception cref="PredictionException">There would be too many, or none.</exception>
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
        area?.For(width, height);
        foreach (RegionOptions region in options.Regions.Count > 0 ? options.Regions : [new RegionOptions()])
        {
            (int left, int top, int regionWidth, int regionHeight) = Pixels(region, width, height);
            (int wantedWidth, int wantedHeight) = Wanted(regionWidth, regionHeight);
            (int tileWidth, int columns) = Divide(regionWidth, wantedWidth);
            (int tileHeight, int rows) = Divide(regionHeight, wantedHeight);
            if (tiles.Count + (long)columns * rows > MostTiles)
            {
                throw new PredictionException(
                    $"A frame of {width}×{height} would be cut into {tiles.Count + (long)columns * rows} tiles or more; at most {MostTiles} are allowed. "
                    + "Make Tiling:Width and Height larger, Overlap smaller, or the regions smaller.");
            }
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    var tile = new Tile(left + Place(column, columns, regionWidth - tileWidth), top + Place(row, rows, regionHeight - tileHeight), tileWidth, tileHeight);
                    if (area is null || area.Touches(tile))
                        tiles.Add(tile);
                }
            }
        }
        // No picture of nothing may pass a part.
        return tiles.Count > 0
            ? [.. tiles]
            : throw new PredictionException($"Of a frame of {width}×{height} nothing is inspected: Tiling:Regions and Tiling:Mask leave no pixel. Make them larger.");
    }

    /// <summary>The rectangle of a region, or the one around it, in whole pixels; at least one, and within the frame.</summary>
    public static Tile Pixels(RegionOptions region, int width, int height)
    {
        (double left, double top, double regionWidth, double regionHeight) = region.Bounds;
        (int x, int columns) = Pixels(left, regionWidth, width);
        (int y, int rows) = Pixels(top, regionHeight, height);
        return new Tile(x, y, columns, rows);
    }

    private static (int From, int Length) Pixels(double from, double share, int side)
    {
        int first = Math.Clamp((int)Math.Round(from * side), 0, side - 1);
        return (first, Math.Clamp((int)Math.Round((from + share) * side) - first, 1, side - first));
    }

    private (int Width, int Height) Wanted(int regionWidth, int regionHeight)
    {
        int width = options.Width == 0 ? regionWidth : Math.Min(options.Width, regionWidth);
        int height = options.Height == 0 ? regionHeight : Math.Min(options.Height, regionHeight);
        return square ? (Math.Min(width, height), Math.Min(width, height)) : (width, height);
    }

    private (int Side, int Count) Divide(int length, int tile)
    {
        if (tile >= length)
            return (length, 1);
        double step = Math.Max(1, tile * (1 - options.Overlap));
        return (tile, (int)Math.Ceiling((length - tile) / step) + 1);
    }

    private static int Place(int index, int count, int room) => count == 1 ? 0 : (int)((long)index * room / (count - 1));
}
