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
        List<Prediction> left = Predict("softmax-no-metadata", new TilingOptions(), 0, 0, 320, Height), right = Predict("softmax-no-metadata", new TilingOptions(), 320, 0, 320, Height);
        Assert.NotEqual(left, right);
        Assert.Equal(left.Concat(right), tiled.Select(prediction => prediction with { BoundingBox = null }));
        Assert.Equal([new BoundingBox(0, 0, 0.5f, 1), new BoundingBox(0.5f, 0, 0.5f, 1)], tiled.Select(prediction => prediction.BoundingBox!.Value).Distinct());
    }

    [Fact]
    public void Boxes_of_a_tile_lie_where_they_are_on_the_frame()
    {
        var region = new RegionOptions { Left = 0.25, Top = 0.5, Width = 0.5, Height = 0.5 };
        List<Prediction> tiled = Predict("grid-fixed-416", new TilingOptions { Regions = [region] }, 0, 0, Width, Height);
        List<Prediction> alone = Predict("grid-fixed-416", new TilingOptions(), 160, 200, 320, 200);
        Assert.NotEmpty(alone);
        Assert.Equal(alone.Count, tiled.Count);
        foreach ((Prediction ofTile, Prediction ofFrame) in tiled.Zip(alone))
        {
            Assert.Equal((ofFrame.TagName, ofFrame.Probability), (ofTile.TagName, ofTile.Probability));
            (BoundingBox seen, BoundingBox expected) = (ofTile.BoundingBox!.Value, ofFrame.BoundingBox!.Value);
            Assert.Equal(0.25 + expected.Left / 2, seen.Left, 1e-5);
            Assert.Equal(0.5 + expected.Top / 2, seen.Top, 1e-5);
            Assert.Equal(expected.Width / 2, seen.Width, 1e-5);
            Assert.Equal(expected.Height / 2, seen.Height, 1e-5);
        }
    }

    private static List<Prediction> Predict(string package, TilingOptions tiling, int left, int top, int width, int height)
    {
        LoadOutcome outcome = GenerationLoader.Load(
            TestModels.Reference(package), new InferenceOptions { Threads = 1, WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance,
            new DetectorOptions { MinimumProbability = 0.05 }, tiling);
        Assert.Empty(outcome.Problems);
        using OnnxGeneration generation = outcome.Generation!;
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width * 3; x++)
                frame.Writable[y * frame.Stride + x] = (byte)(((x / 3 + left) * 7 + (y + top) * 13 + (x / 3 + left) * (y + top) / 50 + x % 3 * 40) % 256);
        }
        List<Prediction> predictions = [];
        generation.Predict(frame, predictions);
        frame.Release();
        return predictions;
    }
}
