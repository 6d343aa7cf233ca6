using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Predictions;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Inference.Tests.Tiling;

public sealed class TileMergeTests
{
    // Two tiles side by side that share a tenth of the frame, and the one below the first.
    private static readonly BoundingBox FirstTile = new(0, 0, 0.5f, 0.5f), NextTile = new(0.4f, 0, 0.5f, 0.5f),
        TileBelow = new(0, 0.4f, 0.5f, 0.5f);

    // In the part that both see, and what the next tile sees of a thing that its border cuts.
    private static readonly BoundingBox Whole = new(0.36f, 0.40f, 0.10f, 0.05f), Piece = new(0.4f, 0.40f, 0.06f, 0.05f);

    [Fact]
    public void A_defect_that_two_tiles_see_is_told_once_by_the_surer_one()
    {
        Assert.Equal(
            [new Prediction("dent", 0.9f, Whole)], Merge((FirstTile, [new("dent", 0.9f, Whole)]), (NextTile, [new("dent", 0.6f, Piece)])));
        Assert.Equal(
            [new Prediction("dent", 0.9f, Piece)], Merge((FirstTile, [new("dent", 0.6f, Whole)]), (NextTile, [new("dent", 0.9f, Piece)])));
    }

    [Fact]
    public void Other_tags_other_places_and_boxes_of_one_tile_are_left_alone()
    {
        var elsewhere = new BoundingBox(0.6f, 0.4f, 0.1f, 0.05f);
        List<Prediction> merged = Merge(
            (FirstTile, [new("dent", 0.9f, Whole), new("dent", 0.5f, Piece)]),
            (NextTile, [new("scratch", 0.8f, Piece), new("dent", 0.7f, elsewhere)]));
        Assert.Equal([0.9f, 0.8f, 0.7f, 0.5f], merged.Select(prediction => prediction.Probability));
    }

    [Fact]
    public void What_was_put_away_puts_nothing_else_away()
    {
        // The second lies in the first, the third in the second but not in the first.
        BoundingBox first = new(0.2f, 0.2f, 0.1f, 0.1f), second = new(0.24f, 0.2f, 0.1f, 0.1f), third = new(0.28f, 0.2f, 0.1f, 0.1f);
        List<Prediction> merged = Merge(
            (FirstTile, [new("dent", 0.9f, first)]), (NextTile, [new("dent", 0.8f, second)]), (TileBelow, [new("dent", 0.7f, third)]));
        Assert.Equal([0.9f, 0.7f], merged.Select(prediction => prediction.Probability));
    }

    [Fact]
    public void A_scratch_through_several_tiles_is_one_with_a_box_around_all_of_it()
    {
        // From the upper left to the lower right, through three tiles; none sees more than its own part.
        var third = new BoundingBox(0.8f, 0, 0.2f, 0.5f);
        Prediction merged = Assert.Single(Merge(
            (FirstTile, [new("scratch", 0.8f, new(0.1f, 0.1f, 0.395f, 0.1f))]),
            (third, [new("scratch", 0.7f, new(0.805f, 0.27f, 0.1f, 0.03f))]),
            (NextTile, [new("scratch", 0.6f, new(0.41f, 0.18f, 0.48f, 0.1f))])));
        Assert.Equal(("scratch", 0.8f), (merged.TagName, merged.Probability));
        AssertNear(new BoundingBox(0.1f, 0.1f, 0.805f, 0.2f), merged.BoundingBox!.Value);
    }

    [Fact]
    public void A_scratch_through_tiles_without_overlap_is_one_too()
    {
        BoundingBox left = new(0, 0, 0.5f, 1), right = new(0.5f, 0, 0.5f, 1);
        Prediction merged = Assert.Single(Merge(
            (left, [new("scratch", 0.8f, new(0.3f, 0.2f, 0.195f, 0.1f))]),
            (right, [new("scratch", 0.9f, new(0.502f, 0.28f, 0.2f, 0.1f))])));
        AssertNear(new BoundingBox(0.3f, 0.2f, 0.402f, 0.18f), merged.BoundingBox!.Value);
    }

    [Fact]
    public void Two_scratches_that_do_not_meet_or_that_no_border_cuts_stay_two()
    {
        // Both cut, but at different heights.
        Assert.Equal(2, Merge(
            (FirstTile, [new("scratch", 0.8f, new(0.2f, 0.1f, 0.3f, 0.05f))]),
            (NextTile, [new("scratch", 0.8f, new(0.4f, 0.4f, 0.3f, 0.05f))])).Count);
        // They cross a little, but each ends before its tile does.
        Assert.Equal(2, Merge(
            (FirstTile, [new("scratch", 0.8f, new(0.2f, 0.1f, 0.26f, 0.05f))]),
            (NextTile, [new("scratch", 0.8f, new(0.44f, 0.12f, 0.3f, 0.05f))])).Count);
    }

    [Fact]
    public void Noise_at_a_border_makes_no_sure_box_larger()
    {
        var sure = new Prediction("scratch", 0.9f, new(0.2f, 0.1f, 0.3f, 0.05f));
        List<Prediction> merged = Merge((FirstTile, [sure]), (NextTile, [new("scratch", 0.05f, new(0.4f, 0.1f, 0.4f, 0.1f))]));
        Assert.Equal(sure, merged[0]);
    }

    [Fact]
    public void Whatever_the_boxes_nothing_sure_is_lost_and_nothing_is_invented() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new System.Random(seed);
            Tile[] tiles = [.. new TileGrid(new TilingOptions
            {
                Width = random.Next(150, 500),
                Height = random.Next(150, 500),
                Overlap = random.NextDouble() * 0.5,
            }).For(1000, 1000)];
            (BoundingBox Tile, List<Prediction> Seen)[] seen =
            [
                .. tiles.Select(tile => (Share(tile), Enumerable.Range(0, random.Next(4)).Select(_ => RandomBox(random, tile)).ToList())),
            ];
            Prediction[] all = [.. seen.SelectMany(tile => tile.Seen)];
            List<Prediction> merged = Merge(seen);
            Assert.Equal(
                merged.OrderByDescending(prediction => prediction.Probability).Select(prediction => prediction.Probability),
                merged.Select(prediction => prediction.Probability));
            Assert.All(merged, told => Assert.Contains(all, prediction => prediction.TagName == told.TagName
                && prediction.Probability == told.Probability && Within(prediction, told)));
            Assert.All(all, prediction => Assert.Contains(merged, told =>
                told.TagName == prediction.TagName && told.Probability >= prediction.Probability
                && Touch(prediction.BoundingBox!.Value, told.BoundingBox!.Value)));
        }).QuickCheckThrowOnFailure();

    private static Prediction RandomBox(System.Random random, Tile tile)
    {
        float left = random.NextSingle() * 0.9f, top = random.NextSingle() * 0.9f;
        float width = (1 - left) * (0.05f + 0.95f * random.NextSingle()), height = (1 - top) * (0.05f + 0.95f * random.NextSingle());
        return new Prediction(random.Next(2) == 0 ? "dent" : "scratch", random.NextSingle(), new BoundingBox(
            (tile.Left + left * tile.Width) / 1000,
            (tile.Top + top * tile.Height) / 1000,
            width * tile.Width / 1000,
            height * tile.Height / 1000));
    }

    private static BoundingBox Share(Tile tile) => new(tile.Left / 1000f, tile.Top / 1000f, tile.Width / 1000f, tile.Height / 1000f);

    private static bool Within(Prediction inner, Prediction outer)
    {
        (BoundingBox a, BoundingBox b) = (inner.BoundingBox!.Value, outer.BoundingBox!.Value);
        return a.Left >= b.Left - 1e-5 && a.Top >= b.Top - 1e-5 && a.Left + a.Width <= b.Left + b.Width + 1e-5
            && a.Top + a.Height <= b.Top + b.Height + 1e-5;
    }

    private static bool Touch(BoundingBox a, BoundingBox b) =>
        a.Left <= b.Left + b.Width && b.Left <= a.Left + a.Width && a.Top <= b.Top + b.Height && b.Top <= a.Top + a.Height;

    private static void AssertNear(BoundingBox expected, BoundingBox actual)
    {
        Assert.Equal(expected.Left, actual.Left, 1e-5);
        Assert.Equal(expected.Top, actual.Top, 1e-5);
        Assert.Equal(expected.Width, actual.Width, 1e-5);
        Assert.Equal(expected.Height, actual.Height, 1e-5);
    }

    private static List<Prediction> Merge(params (BoundingBox Tile, List<Prediction> Seen)[] tiles)
    {
        var merge = new TileMerge();
        foreach ((BoundingBox tile, List<Prediction> seen) in tiles)
            merge.Add(tile, seen);
        List<Prediction> predictions = [];
        merge.WriteTo(predictions);
        return predictions;
    }
}
