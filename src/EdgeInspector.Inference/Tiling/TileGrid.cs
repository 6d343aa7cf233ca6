using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>A rectangle of the frame, in pixels.</summary>
internal readonly record struct Tile(int Left, int Top, int Width, int Height);

/// <summary>
/// The tiles of a frame: each region is covered by tiles of one size, spread evenly, that overlap at least as much as the settings ask.
/// Where regions keep their scale, tiles are as large as they are without regions, and lie around the region. Kept until the frame's size
/// changes.
/// </summary>
/// <param name="options">Tiles and regions.</param>
/// <param name="area">
/// The area of the frame that counts; tiles outside of it are left out. Null: all of each region counts. Owned by the caller.
/// </param>
/// <param name="view">What the network sees of a tile; null: all of the tile.</param>
internal sealed class TileGrid(TilingOptions options, InspectedArea? area = null, ViewOfTile? view = null)
{
    private readonly ViewOfTile _view = view ?? ViewOfTile.Whole;

    /// <summary>A larger number is taken for a mistake: a frame would take seconds.</summary>
    public const int MostTiles = 256;

    private (int Width, int Height) _size;
    private Tile[] _tiles = [];

    /// <summary>The tiles, region after region, in rows.</summary>
    /// <param name="width">The frame's width, pixels.</param>
    /// <param name="height">The frame's height, pixels.</param>
    /// <exception cref="PredictionException">There would be too many tiles, or none.</exception>
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
            Tile asked = Pixels(region, width, height);
            (int left, int top, int regionWidth, int regionHeight) = asked;
            (int wantedWidth, int wantedHeight) = Wanted(regionWidth, regionHeight, width, height);
            (left, regionWidth) = Around(left, regionWidth, wantedWidth, _view.Width, width);
            (top, regionHeight) = Around(top, regionHeight, wantedHeight, _view.Height, height);
            if (options.KeepsScale)
            {
                (left, regionWidth) = AtLeast(left, regionWidth, wantedWidth, width);
                (top, regionHeight) = AtLeast(top, regionHeight, wantedHeight, height);
            }
            if (_view.IsSquare)
                wantedWidth = wantedHeight = Math.Min(Math.Min(wantedWidth, regionWidth), Math.Min(wantedHeight, regionHeight));
            (int tileWidth, int columns) = Divide(regionWidth, wantedWidth, _view.Width);
            (int tileHeight, int rows) = Divide(regionHeight, wantedHeight, _view.Height);
            if (tiles.Count + (long)columns * rows > MostTiles)
            {
                throw new PredictionException(
                    $"A frame of {width}×{height} would be cut into {tiles.Count + (long)columns * rows} tiles or more; "
                    + $"at most {MostTiles} are allowed. "
                    + "Make Tiling:Width and Height larger, Overlap smaller, or the regions smaller.");
            }
            if (options.KeepsScale)
                RequireSeen(asked, new Tile(left, top, regionWidth, regionHeight), tileWidth, tileHeight, width, height);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    var tile = new Tile(
                        left + Place(column, columns, regionWidth - tileWidth),
                        top + Place(row, rows, regionHeight - tileHeight),
                        tileWidth,
                        tileHeight);
                    // Regions of one scale may lie in the same tile.
                    if ((area is null || area.Touches(tile)) && !(options.KeepsScale && tiles.Contains(tile)))
                        tiles.Add(tile);
                }
            }
        }
        // A frame without tiles must not pass a part.
        return tiles.Count > 0
            ? [.. tiles]
            : throw new PredictionException(
                $"Of a frame of {width}×{height} nothing is inspected: {options.RegionsName} and {options.MaskName} leave no pixel. "
                + "Make them larger.");
    }

    /// <summary>The rectangle of a region, or the one around it, in whole pixels; at least one pixel, and within the frame.</summary>
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

    private (int Width, int Height) Wanted(int regionWidth, int regionHeight, int frameWidth, int frameHeight)
    {
        int width = Wanted(options.Width, regionWidth, _view.Width, frameWidth),
            height = Wanted(options.Height, regionHeight, _view.Height, frameHeight);
        return _view.IsSquare ? (Math.Min(width, height), Math.Min(width, height)) : (width, height);
    }

    /// <summary>
    /// The length of a tile's side: as the settings ask; otherwise so long that the network sees the whole region in the middle of the
    /// tile, if the frame has room. Where regions keep their scale, as long as without regions.
    /// </summary>
    private int Wanted(int asked, int region, double seen, int frame)
    {
        int whole = options.KeepsScale ? frame : Math.Min((int)Math.Ceiling(region / seen), frame);
        return asked == 0 ? whole : Math.Min(asked, whole);
    }

    /// <summary>A part of a side, made as long as a tile; the original part stays in the middle, as far as the frame allows.</summary>
    private static (int From, int Length) AtLeast(int from, int length, int tile, int frame) =>
        length >= tile ? (from, length) : (Math.Clamp(from - ((tile - length) / 2), 0, frame - tile), tile);

    /// <summary>
    /// Where the network sees only the middle of a tile, a region at the frame's edge may lie outside of every such middle.
    /// </summary>
    /// <exception cref="PredictionException">The region lies outside: no part may pass unseen.</exception>
    private void RequireSeen(in Tile region, in Tile covered, int tileWidth, int tileHeight, int width, int height)
    {
        if (IsSeen(region.Left, region.Width, covered.Left, covered.Width, tileWidth, _view.Width)
            && IsSeen(region.Top, region.Height, covered.Top, covered.Height, tileHeight, _view.Height))
            return;
        throw new PredictionException(
            $"Of a frame of {width}×{height} the network sees the middle only, "
            + $"and with RegionScale AsInFrame not all of {options.RegionsName}. "
            + "Keep regions away from the frame's edge, or set RegionScale to Magnified.");
    }

    private static bool IsSeen(int from, int length, int coveredFrom, int covered, int tile, double seen)
    {
        // One pixel less, for rounding.
        double margin = (tile * (1 - seen) / 2) - 1;
        return from >= coveredFrom + margin && from + length <= coveredFrom + covered - margin;
    }

    /// <summary>The region with a margin, as far as the frame goes, so that the region's edges too are in the middle of a tile.</summary>
    private static (int From, int Length) Around(int from, int length, int tile, double seen, int frame)
    {
        int margin = (int)Math.Ceiling(tile * (1 - seen) / 2);
        int first = Math.Max(0, from - margin);
        return (first, Math.Min(frame, from + length + margin) - first);
    }

    private (int Side, int Count) Divide(int length, int tile, double seen)
    {
        if (tile >= length)
            return (length, 1);
        double step = Math.Max(1, tile * seen * (1 - options.Overlap));
        return (tile, (int)Math.Ceiling((length - tile) / step) + 1);
    }

    private static int Place(int index, int count, int room) => count == 1 ? 0 : (int)((long)index * room / (count - 1));
}
