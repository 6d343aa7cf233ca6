using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Predictions;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Inference.Tests.Tiling;

public sealed class TileGridTests
{
    [Fact]
    public void A_frame_is_covered_by_tiles_of_one_size_that_overlap()
    {
        Tile[] tiles = [.. new TileGrid(new TilingOptions { Width = 480, Height = 480, Overlap = 0.1 }).For(1920, 1200)];
        Assert.Equal(5 * 3, tiles.Length);
        Assert.Equal([0, 360, 720, 1080, 1440], tiles.Take(5).Select(tile => tile.Left));
        Assert.Equal([0, 360, 720], tiles.Select(tile => tile.Top).Distinct());
        Assert.All(tiles, tile => Assert.Equal((480, 480), (tile.Width, tile.Height)));
    }

    [Fact]
    public void A_tile_larger_than_its_region_is_the_region()
    {
        var options = new TilingOptions
        {
            Width = 800,
            Height = 800,
            Regions = [new RegionOptions { Left = 0.5, Top = 0.25, Width = 0.25, Height = 0.5 }],
        };
        Assert.Equal([new Tile(500, 200, 250, 400)], new TileGrid(options).For(1000, 800));
    }

    [Fact]
    public void Where_a_region_keeps_its_scale_its_tiles_are_as_large_as_without_regions_and_lie_around_it()
    {
        // 300×200 pixels from (96, 120): a tile of 480 has 90 pixels more to each side, 140 above and below, of which 120 are there.
        var region = new RegionOptions { Left = 96 / 1920.0, Top = 120 / 1200.0, Width = 300 / 1920.0, Height = 200 / 1200.0 };
        var options = new TilingOptions { Width = 480, Height = 480, Regions = [region], RegionScale = RegionScale.AsInFrame };
        Assert.Equal([new Tile(6, 0, 480, 480)], new TileGrid(options).For(1920, 1200));
        // Wider than a tile: 960 pixels in three tiles, of which neighbours share a tenth, as without scale.
        options = options with { Regions = [region with { Width = 960 / 1920.0 }] };
        Assert.Equal(
            [new Tile(96, 0, 480, 480), new Tile(336, 0, 480, 480), new Tile(576, 0, 480, 480)], new TileGrid(options).For(1920, 1200));
        // At the frame's lower right corner.
        options = options with { Regions = [region with { Left = 0.9, Top = 0.9, Width = 0.1, Height = 0.1 }] };
        Assert.Equal([new Tile(1440, 720, 480, 480)], new TileGrid(options).For(1920, 1200));
        // Two that lie in one tile are seen once.
        options = options with { Regions = [.. options.Regions, .. options.Regions] };
        Assert.Single(new TileGrid(options).For(1920, 1200).ToArray());
    }

    [Fact]
    public void Where_only_squares_are_seen_a_region_that_keeps_its_scale_is_seen_in_the_largest_square_of_the_frame()
    {
        var region = new RegionOptions { Left = 0.8, Top = 0.1, Width = 0.1, Height = 0.1 };
        var options = new TilingOptions { Regions = [region], RegionScale = RegionScale.AsInFrame };
        Assert.Equal([new Tile(200, 0, 800, 800)], new TileGrid(options, null, new ViewOfTile(true, 1, 1)).For(1000, 800));
        // Of each square the network sees the middle 80 %: a region at the left edge lies outside of all of them.
        var middle = new ViewOfTile(true, 0.8, 0.8);
        Assert.Equal([new Tile(200, 0, 800, 800)], new TileGrid(options, null, middle).For(1000, 800));
        var grid = new TileGrid(options with { Regions = [new RegionOptions { Width = 0.2, Top = 0.4, Height = 0.2 }] }, null, middle);
        string said = Assert.Throws<PredictionException>(() => { _ = grid.For(1000, 800); }).Message;
        Assert.Contains("not all of Regions", said, StringComparison.Ordinal);
        Assert.Contains("set RegionScale to Magnified", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_regions_tiles_that_keep_their_scale_have_one_size_and_show_all_of_each_region() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new System.Random(seed);
            int width = random.Next(20, 2000), height = random.Next(20, 2000);
            double seen = random.Next(2) == 0 ? 1 : 0.6 + (0.4 * random.NextDouble());
            var options = new TilingOptions
            {
                Width = random.Next(3) == 0 ? 0 : random.Next(100, 900),
                Height = random.Next(3) == 0 ? 0 : random.Next(100, 900),
                Overlap = random.NextDouble() * 0.5,
                Regions = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomRegion(random))],
                RegionScale = RegionScale.AsInFrame,
            };
            bool isSquare = random.Next(2) == 0;
            Tile[] tiles;
            try
            {
                tiles = [.. new TileGrid(options, null, new ViewOfTile(isSquare, seen, seen)).For(width, height)];
            }
            catch (PredictionException refused)
            {
                bool isUnseen = refused.Message.Contains("the middle only", StringComparison.Ordinal);
                Assert.True(refused.Message.Contains("tiles or more", StringComparison.Ordinal) || (seen < 1 && isUnseen), refused.Message);
                return;
            }
            int wide = options.Width == 0 ? width : Math.Min(options.Width, width);
            int high = options.Height == 0 ? height : Math.Min(options.Height, height);
            if (isSquare)
                wide = high = Math.Min(wide, high);
            Assert.All(tiles, tile => Assert.Equal((wide, high), (tile.Width, tile.Height)));
            Assert.All(tiles, tile => Assert.True(tile is { Left: >= 0, Top: >= 0 }, $"{tile}"));
            Assert.All(tiles, tile => Assert.True(tile.Left + tile.Width <= width && tile.Top + tile.Height <= height, $"{tile}"));
            Assert.Equal(tiles.Length, tiles.Distinct().Count());
            foreach (RegionOptions region in options.Regions)
            {
                (double left, double top, double regionWidth, double regionHeight) = region.Bounds;
                foreach ((double x, double y) in new[] { (0.01, 0.01), (0.99, 0.01), (0.01, 0.99), (0.99, 0.99), (0.5, 0.5) })
                {
                    double pixelX = (left + (x * regionWidth)) * width, pixelY = (top + (y * regionHeight)) * height;
                    Assert.Contains(tiles, tile => Shows(pixelX, tile.Left, tile.Width) && Shows(pixelY, tile.Top, tile.Height));
                }
            }

            bool Shows(double at, int from, int length)
            {
                double margin = (length * (1 - seen) / 2) - 2;
                return at >= from + margin && at <= from + length - margin;
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tiles_without_number_are_refused_with_what_to_change()
    {
        var grid = new TileGrid(new TilingOptions { Width = 16, Height = 16 });
        PredictionException refused = Assert.Throws<PredictionException>(() => { _ = grid.For(4096, 3000); });
        Assert.Contains("Make Tiling:Width and Height larger", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_pixel_of_a_region_lies_in_a_tile_and_no_tile_leaves_the_frame() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new System.Random(seed);
            int width = random.Next(1, 3000), height = random.Next(1, 3000);
            double left = random.NextDouble() * 0.9, top = random.NextDouble() * 0.9;
            var region = new RegionOptions
            {
                Left = left,
                Top = top,
                Width = Math.Max(0.001, random.NextDouble() * (1 - left)),
                Height = Math.Max(0.001, random.NextDouble() * (1 - top)),
            };
            var options = new TilingOptions
            {
                Width = random.Next(300, 2000),
                Height = random.Next(300, 2000),
                Overlap = random.NextDouble() * 0.5,
                Regions = [region],
            };
            Tile[] tiles = [.. new TileGrid(options).For(width, height)];
            Assert.All(tiles, tile => Assert.True(tile is { Left: >= 0, Top: >= 0, Width: > 0, Height: > 0 }
                && tile.Left + tile.Width <= width && tile.Top + tile.Height <= height));
            AssertCovered(tiles.Select(tile => (tile.Left, tile.Left + tile.Width)), options.Overlap);
            AssertCovered(tiles.Select(tile => (tile.Top, tile.Top + tile.Height)), options.Overlap);
            Assert.InRange(tiles.Min(tile => tile.Left), 0, (int)Math.Round(left * width) + 1);
            Assert.InRange(tiles.Max(tile => tile.Left + tile.Width), (int)Math.Round((left + region.Width) * width) - 1, width);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_the_regions_each_pixel_that_counts_lies_in_a_tile_and_tiles_are_square_where_only_squares_are_seen() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue).ToArbitrary(),
            seed =>
            {
                var random = new System.Random(seed);
                int width = random.Next(20, 300), height = random.Next(20, 300);
                bool square = random.Next(2) == 0;
                // Some networks see no more than the middle of a tile.
                double seen = random.Next(2) == 0 ? 1 : 0.6 + (0.4 * random.NextDouble());
                var options = new TilingOptions
                {
                    Width = random.Next(3) == 0 ? 0 : random.Next(30, 200),
                    Height = random.Next(3) == 0 ? 0 : random.Next(30, 200),
                    Overlap = random.NextDouble() * 0.5,
                    Regions = [.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomRegion(random))],
                };
                using var area = new InspectedArea(options, null);
                Tile[] tiles;
                try
                {
                    tiles = [.. new TileGrid(options, area, new ViewOfTile(square, seen, seen)).For(width, height)];
                }
                catch (PredictionException tooMany)
                {
                    Assert.Contains("tiles or more", tooMany.Message, StringComparison.Ordinal);
                    return;
                }
                Assert.All(tiles, tile => Assert.True(area.Touches(tile), $"{tile} touches nothing"));
                Assert.All(tiles, tile => Assert.True(!square || tile.Width == tile.Height, $"{tile} is not square"));
                for (int y = 0; y < height; y++)
                {
                    for (int x = 0; x < width; x++)
                    {
                        if (area.Touches(new Tile(x, y, 1, 1)))
                            Assert.True(
                                Array.Exists(
                                    tiles, tile => Shows(x, tile.Left, tile.Width, width) && Shows(y, tile.Top, tile.Height, height)),
                                $"{x}, {y} is not seen");
                    }
                }

                // At the frame's edge, no tile can have it in its middle.
                bool Shows(int at, int from, int length, int frame)
                {
                    double margin = length * (1 - seen) / 2;
                    return at >= (from == 0 ? 0 : Math.Floor(from + margin))
                        && at < (from + length == frame ? frame : Math.Ceiling(from + length - margin));
                }
            }).QuickCheckThrowOnFailure();

    private static RegionOptions RandomRegion(System.Random random)
    {
        if (random.Next(2) == 0)
            return new RegionOptions
            {
                Points = [.. Enumerable.Range(0, random.Next(3, 9))
                    .Select(_ => new PointOptions { X = random.NextDouble(), Y = random.NextDouble() })],
            };
        double left = random.NextDouble() * 0.8, top = random.NextDouble() * 0.8;
        return new RegionOptions
        {
            Left = left,
            Top = top,
            Width = 0.2 + random.NextDouble() * (0.8 - left),
            Height = 0.2 + random.NextDouble() * (0.8 - top),
        };
    }

    private static void AssertCovered(IEnumerable<(int From, int To)> spans, double overlap)
    {
        (int From, int To)[] sorted = [.. spans.Distinct().Order()];
        foreach (((int From, int To) first, (int From, int To) next) in sorted.Zip(sorted.Skip(1)))
            Assert.True(first.To - next.From >= (int)(overlap * (first.To - first.From)) - 1, $"{first} {next}, {overlap}");
    }
}
