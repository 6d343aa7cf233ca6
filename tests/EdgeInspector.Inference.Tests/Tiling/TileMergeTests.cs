using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tests.Tiling;

public sealed class TileMergeTests
{
    private static readonly BoundingBox Whole = new(0.40f, 0.40f, 0.10f, 0.10f);

    // What the next tile sees of it, cut by its border.
    private static readonly BoundingBox Piece = new(0.44f, 0.40f, 0.06f, 0.10f);

    [Fact]
    public void A_defect_that_two_tiles_see_is_told_once_by_the_surer_one() =>
        Assert.Equal([new Prediction("dent", 0.9f, Whole)], Merge([new("dent", 0.9f, Whole)], [new("dent", 0.6f, Piece)]));

    [Fact]
    public void Other_tags_other_places_and_boxes_of_one_tile_are_left_alone()
    {
        var elsewhere = new BoundingBox(0.6f, 0.4f, 0.1f, 0.1f);
        List<Prediction> merged = Merge([new("dent", 0.9f, Whole), new("dent", 0.5f, Piece)], [new("scratch", 0.8f, Piece), new("dent", 0.7f, elsewhere)]);
        Assert.Equal([0.9f, 0.8f, 0.7f, 0.5f], merged.Select(prediction => prediction.Probability));
    }

    [Fact]
    public void What_was_put_away_puts_nothing_else_away()
    {
        // The second lies in the first, the third in the second but not in the first.
        BoundingBox first = new(0, 0, 0.1f, 0.1f), second = new(0.04f, 0, 0.1f, 0.1f), third = new(0.08f, 0, 0.1f, 0.1f);
        List<Prediction> merged = Merge([new("dent", 0.9f, first)], [new("dent", 0.8f, second)], [new("dent", 0.7f, third)]);
        Assert.Equal([0.9f, 0.7f], merged.Select(prediction => prediction.Probability));
    }

    private static List<Prediction> Merge(params List<Prediction>[] tiles)
    {
        var merge = new TileMerge();
        for (int i = 0; i < tiles.Length; i++)
            merge.Add(i, tiles[i]);
        List<Prediction> predictions = [];
        merge.WriteTo(predictions);
        return predictions;
    }
}
