using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests.Tiling;

/// <summary>A tile of a frame gives exactly what a frame of its own with the same pixels gives.</summary>
public sealed class TiledPredictionTests
{
    private const int Width = 640, Height = 400;

    [Fact]
    public void Each_tile_of_a_classifier_is_seen_as_a_picture_of_its_own_and_says_where_it_lies()
    {
        var tiling = new TilingOptions { Width = 320, Height = 400, Overlap = 0 };
        List<Prediction> tiled = Predict("softmax-no-metadata", tiling, 0, 0, Width, Height);
        List<Prediction> left = Predict("softmax-no-metadata", new TilingOptions(), 0, 0, 320, Height),
            right = Predict("softmax-no-metadata", new TilingOptions(), 320, 0, 320, Height);
        Assert.NotEqual(left, right);
        Assert.Equal(left.Concat(right), tiled.Select(prediction => prediction with { BoundingBox = null }));
        Assert.Equal(
            [new BoundingBox(0, 0, 0.5f, 1), new BoundingBox(0.5f, 0, 0.5f, 1)],
            tiled.Select(prediction => prediction.BoundingBox!.Value).Distinct());
    }

    [Fact]
    public void Boxes_of_a_tile_lie_where_they_are_on_the_frame()
    {
        var region = new RegionOptions { Left = 0.25, Top = 0.5, Width = 0.5, Height = 0.5 };
        List<Prediction> tiled = Predict("grid-fixed-416", new TilingOptions { Regions = [region] }, 0, 0, Width, Height);
        List<Prediction> alone = Predict("grid-fixed-416", new TilingOptions(), 160, 200, 320, 200);
        AssertSame(alone, tiled, box => new BoundingBox(0.25f + (box.Left / 2), 0.5f + (box.Top / 2), box.Width / 2, box.Height / 2));
    }

    [Fact]
    public void A_network_that_sees_the_middle_of_its_picture_sees_all_of_a_region_and_its_boxes_lie_where_they_are_on_the_frame()
    {
        // Of 128 pixels it sees 96: a region of 120 needs a tile of 160 around it.
        var region = new RegionOptions { Left = 200.0 / Width, Top = 100.0 / Height, Width = 120.0 / Width, Height = 120.0 / Height };
        List<Prediction> tiled = Predict(
            Trainer("customvision-2026-detector"), new TilingOptions { Regions = [region] }, 0, 0, Width, Height);
        List<Prediction> alone = Predict(Trainer("customvision-2026-detector"), new TilingOptions(), 180, 80, 160, 160);
        AssertSame(alone, tiled, box => new BoundingBox(
            (180 + (box.Left * 160)) / Width, (80 + (box.Top * 160)) / Height, box.Width * 160 / Width, box.Height * 160 / Height));
        Assert.All(tiled, prediction => Assert.InRange(prediction.BoundingBox!.Value.Left, region.Left - 1e-6, region.Left + region.Width));
    }

    [Fact]
    public void Each_tile_is_letterboxed_by_itself_and_its_segments_keep_their_share_of_the_frame()
    {
        foreach (string package in new[] { "ultralytics-detect", "ultralytics-segment", "ultralytics-detect-wide" })
        {
            var region = new RegionOptions { Left = 0.25, Top = 0.5, Width = 0.5, Height = 0.25 };
            List<Prediction> tiled = Predict(Trainer(package), new TilingOptions { Regions = [region] }, 0, 0, Width, Height);
            List<Prediction> alone = Predict(Trainer(package), new TilingOptions(), 160, 200, 320, 100);
            AssertSame(alone, tiled, box => new BoundingBox(0.25f + (box.Left / 2), 0.5f + (box.Top / 4), box.Width / 2, box.Height / 4));
            Assert.Equal(package == "ultralytics-segment", alone[0].MaskArea is not null);
            foreach ((Prediction ofTile, Prediction ofFrame) in tiled.Zip(alone))
                Assert.Equal((ofFrame.MaskArea ?? 0) / 8, ofTile.MaskArea ?? 0, 1e-6f);
        }
    }

    [Fact]
    public void Tiles_of_a_classifier_that_sees_the_middle_overlap_so_that_nothing_between_them_is_unseen()
    {
        const string Package = "customvision-2026-small";
        List<Prediction> tiled = Predict(
            Trainer(Package), new TilingOptions { Width = 200, Height = 200, Overlap = 0 }, 0, 0, Width, Height);
        BoundingBox[] tiles = [.. tiled.Select(prediction => prediction.BoundingBox!.Value).Distinct()];
        Assert.All(tiles, tile => Assert.Equal((200f, 200f), (tile.Width * Width, tile.Height * Height)));
        foreach (BoundingBox tile in tiles)
        {
            List<Prediction> alone = Predict(
                Trainer(Package), new TilingOptions(), (int)MathF.Round(tile.Left * Width), (int)MathF.Round(tile.Top * Height), 200, 200);
            Assert.Equal(
                alone,
                tiled.Where(prediction => prediction.BoundingBox == tile).Select(prediction => prediction with { BoundingBox = null }));
        }
        // The network sees 64 of 80 pixels of a tile's side: its middle 160.
        for (int x = 20; x < Width - 20; x++)
            Assert.Contains(tiles, tile => x >= (tile.Left * Width) + 20 - 0.5 && x < (tile.Left * Width) + 180 + 0.5);
        for (int y = 20; y < Height - 20; y++)
            Assert.Contains(tiles, tile => y >= (tile.Top * Height) + 20 - 0.5 && y < (tile.Top * Height) + 180 + 0.5);
    }

    private static string Trainer(string name) => TestModels.TrainerPath(name);

    private static void AssertSame(List<Prediction> alone, List<Prediction> tiled, Func<BoundingBox, BoundingBox> placed)
    {
        Assert.NotEmpty(alone);
        Assert.Equal(alone.Count, tiled.Count);
        foreach ((Prediction ofTile, Prediction ofFrame) in tiled.Zip(alone))
        {
            Assert.Equal((ofFrame.TagName, ofFrame.Probability), (ofTile.TagName, ofTile.Probability));
            (BoundingBox seen, BoundingBox expected) = (ofTile.BoundingBox!.Value, placed(ofFrame.BoundingBox!.Value));
            Assert.Equal(expected.Left, seen.Left, 1e-5);
            Assert.Equal(expected.Top, seen.Top, 1e-5);
            Assert.Equal(expected.Width, seen.Width, 1e-5);
            Assert.Equal(expected.Height, seen.Height, 1e-5);
        }
    }

    private static List<Prediction> Predict(string package, TilingOptions tiling, int left, int top, int width, int height)
    {
        LoadOutcome outcome = GenerationLoader.Load(
            Path.IsPathRooted(package) ? TestModels.Package(package) : TestModels.Reference(package),
            new InferenceOptions { Threads = 1, WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance,
            new DetectorOptions { MinimumProbability = 0.05 }, tiling);
        Assert.Empty(outcome.Problems);
        using OnnxGeneration generation = outcome.Generation!;
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width * 3; x++)
                frame.Writable[y * frame.Stride + x] =
                    (byte)(((x / 3 + left) * 7 + (y + top) * 13 + (x / 3 + left) * (y + top) / 50 + x % 3 * 40) % 256);
        }
        List<Prediction> predictions = [];
        generation.Predict(frame, predictions);
        frame.Release();
        return predictions;
    }
}
