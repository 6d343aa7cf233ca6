using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Inference.Tests.Tiling;

/// <summary>What lies outside of regions and mask does not count, with tiles and without.</summary>
public sealed class InspectedAreaTests : IDisposable
{
    private const int Width = 640, Height = 400;

    // The upper left half of the frame, above the diagonal.
    private static readonly RegionOptions Triangle = new() { Points = [Point(0, 0), Point(1, 0), Point(0, 1)] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tiles_and_boxes_are_told_by_how_much_of_them_counts()
    {
        using var area = new InspectedArea(new TilingOptions { Regions = [Triangle] }, null);
        area.For(Width, Height);
        Assert.True(area.Touches(new Tile(0, 0, 10, 10)));
        Assert.False(area.Touches(new Tile(Width - 10, Height - 10, 10, 10)));
        Assert.Equal(1f, area.ShareOf(new BoundingBox(0, 0, 0.4f, 0.4f)));
        Assert.Equal(0.5f, area.ShareOf(new BoundingBox(0, 0, 1, 1)), 0.01f);
        Assert.Equal(0f, area.ShareOf(new BoundingBox(0.8f, 0.8f, 0.2f, 0.2f)));
        // Drawn anew for frames of another size.
        area.For(64, 40);
        Assert.Equal(0.5f, area.ShareOf(new BoundingBox(0, 0, 1, 1)), 0.03f);
        Assert.False(area.Touches(new Tile(54, 34, 6, 6)));
    }

    [Fact]
    public void A_mask_of_another_size_is_brought_to_the_frames_and_cuts_the_regions()
    {
        string mask = Mask(64, 40, new Rect(0, 0, 32, 40));
        var options = new TilingOptions { Mask = mask, Regions = [new RegionOptions { Top = 0.5, Height = 0.5 }] };
        using var area = new InspectedArea(options, MaskFile.Read(mask, "Mask", out _));
        area.For(Width, Height);
        Assert.False(area.Touches(new Tile(0, 0, Width, 199)));
        Assert.True(area.Touches(new Tile(0, 200, 300, 200)));
        Assert.False(area.Touches(new Tile(330, 200, 310, 200)));
        Assert.Equal(0.25f, area.ShareOf(new BoundingBox(0, 0, 1, 1)), 0.01f);
    }

    [Fact]
    public void What_happens_outside_of_a_mask_changes_nothing_a_classifier_says()
    {
        var options = new TilingOptions { Mask = Mask(Width, Height, new Rect(0, 0, Width / 2, Height)) };
        List<Prediction> before = Predict("softmax-no-metadata", options, Scene());
        Assert.Equal(before, Predict("softmax-no-metadata", options, Scene(changed: new Rect(Width / 2 + 8, 0, Width / 2 - 8, Height))));
        Assert.NotEqual(before, Predict("softmax-no-metadata", options, Scene(changed: new Rect(0, 0, Width / 2, Height))));
        Assert.All(before, prediction => Assert.Null(prediction.BoundingBox));
    }

    [Fact]
    public void A_classifier_sees_grey_in_place_of_what_lies_outside()
    {
        var options = new TilingOptions { Mask = Mask(Width, Height, new Rect(0, 0, Width / 2, Height)) };
        byte[] grey = Scene();
        for (int y = 0; y < Height; y++)
            grey.AsSpan((y * Width + Width / 2) * 3, Width / 2 * 3).Fill(FrameTensor.Neutral);
        Assert.Equal(Predict("softmax-no-metadata", new TilingOptions(), grey), Predict("softmax-no-metadata", options, Scene()));
    }

    [Fact]
    public void Tiles_outside_of_a_polygon_are_not_run()
    {
        var tiles = new TilingOptions { Width = 160, Height = 100, Overlap = 0 };
        BoundingBox[] all = Seen(tiles), inside = Seen(tiles with { Regions = [Triangle] });
        Assert.Equal(16, all.Length);
        // 10 in the triangle, and those that its edge touches.
        Assert.InRange(inside.Length, 10, 13);
        Assert.Equal(
            all.Where(tile => tile.Left + tile.Top < 0.9f).Order(ByPlace),
            inside.Where(tile => tile.Left + tile.Top < 0.9f).Order(ByPlace));

        BoundingBox[] Seen(TilingOptions options) =>
            [.. Predict("softmax-no-metadata", options, Scene()).Select(prediction => prediction.BoundingBox!.Value).Distinct()];
    }

    [Fact]
    public void Boxes_mostly_outside_are_dropped_and_the_others_are_what_they_were()
    {
        var options = new TilingOptions { Mask = Mask(Width, Height, new Rect(0, 0, Width / 2, Height)) };
        List<Prediction> all = Predict("grid-fixed-416", new TilingOptions(), Scene()),
            inside = Predict("grid-fixed-416", options, Scene());
        Assert.Equal(
            all.Where(prediction => ShareLeft(prediction.BoundingBox!.Value) > 0.52),
            inside.Where(prediction => ShareLeft(prediction.BoundingBox!.Value) > 0.52));
        Assert.True(inside.Count < all.Count && inside.Count > 0);
        Assert.All(inside, prediction => Assert.True(ShareLeft(prediction.BoundingBox!.Value) > 0.48));

        static double ShareLeft(BoundingBox box) => Math.Clamp((0.5 - box.Left) / box.Width, 0, 1);
    }

    [Fact]
    public void A_network_that_sees_the_centre_square_only_is_shown_all_of_its_region()
    {
        // A strip, of which the centre square alone would be a fifth.
        List<Prediction> seen = Predict(
            "softmax-centre-square",
            new TilingOptions { Overlap = 0, Regions = [new RegionOptions { Top = 0.4, Height = 0.3125 }] },
            Scene());
        BoundingBox[] tiles = [.. seen.Select(prediction => prediction.BoundingBox!.Value).Distinct()];
        Assert.Equal(6, tiles.Length);
        Assert.Equal((0, 1), (tiles.Min(tile => tile.Left), tiles.Max(tile => tile.Left + tile.Width)));
    }

    [Fact]
    public void A_mask_that_leaves_nothing_of_what_the_network_sees_gives_no_verdict()
    {
        // The centre square does not reach the left border.
        var options = new TilingOptions { Mask = Mask(Width, Height, new Rect(0, 0, 100, Height)) };
        PredictionException refused = Assert.Throws<PredictionException>(() => Predict("softmax-centre-square", options, Scene()));
        Assert.Contains("nothing is inspected", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_cannot_be_used_is_refused_with_what_to_do()
    {
        string text = _folder["text.png"];
        File.WriteAllText(text, "no picture");
        foreach ((string mask, string why) in new[]
        {
            (_folder["missing.png"], "there is no file"), (text, "no picture that can be read"),
            (Mask(8, 8, new Rect(0, 0, 0, 0)), "no white pixel"), (_folder.Path, "there is no file"),
        })
        {
            var options = new TilingOptions { Mask = mask, MaskName = "Stations:s1:Tiling:Mask" };
            string problem = Assert.Single(Load("softmax-no-metadata", options).Problems);
            Assert.StartsWith("Stations:s1:Tiling:Mask: ", problem, StringComparison.Ordinal);
            Assert.Contains(why, problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Regions_that_are_no_regions_are_refused()
    {
        Assert.Empty(Complaints(Triangle));
        Assert.Contains(
            "3 to 1000 corners",
            Assert.Single(Complaints(new RegionOptions { Points = [Point(0, 0), Point(1, 1)] })),
            StringComparison.Ordinal);
        Assert.Contains(
            "narrower",
            Assert.Single(Complaints(new RegionOptions { Points = [Point(0.5, 0), Point(0.5, 1), Point(0.5, 0.5)] })),
            StringComparison.Ordinal);
        Assert.Contains(
            "either a rectangle or a polygon", Assert.Single(Complaints(Triangle with { Left = 0.2 })), StringComparison.Ordinal);
    }

    private static readonly Comparer<BoundingBox> ByPlace = Comparer<BoundingBox>.Create(
        (a, b) => (a.Top, a.Left).CompareTo((b.Top, b.Left)));

    private static IEnumerable<string> Complaints(RegionOptions region) =>
        region.Validate(new ValidationContext(region)).Select(result => result.ErrorMessage!);

    private static PointOptions Point(double x, double y) => new() { X = x, Y = y };

    private string Mask(int width, int height, Rect white)
    {
        string path = _folder[$"{Guid.NewGuid()}.png"];
        using var mask = new Mat(height, width, MatType.CV_8UC1, Scalar.All(0));
        if (white.Width > 0)
            Cv2.Rectangle(mask, white, Scalar.All(255), -1);
        Cv2.ImWrite(path, mask);
        return path;
    }

    /// <summary>B, G, R for each pixel, with other ones in a rectangle.</summary>
    private static byte[] Scene(Rect changed = default)
    {
        byte[] pixels = new byte[Width * Height * 3];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width * 3; x++)
                pixels[y * Width * 3 + x] =
                    (byte)((x / 3 * 7 + y * 13 + x / 3 * y / 50 + x % 3 * 40 + (changed.Contains(x / 3, y) ? x * y / 7 : 0)) % 256);
        }
        return pixels;
    }

    private static LoadOutcome Load(string package, TilingOptions tiling) => GenerationLoader.Load(
        TestModels.Reference(package), new InferenceOptions { Threads = 1, WarmUpRuns = 1 }, new PreprocessingOptions(),
        NullLogger.Instance, new DetectorOptions { MinimumProbability = 0.05 }, tiling);

    private static List<Prediction> Predict(string package, TilingOptions tiling, byte[] pixels)
    {
        LoadOutcome outcome = Load(package, tiling);
        Assert.Empty(outcome.Problems);
        using OnnxGeneration generation = outcome.Generation!;
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(Width, Height);
        for (int y = 0; y < Height; y++)
            pixels.AsSpan(y * Width * 3, Width * 3).CopyTo(frame.Writable[(y * frame.Stride)..]);
        List<Prediction> predictions = [];
        try
        {
            generation.Predict(frame, predictions);
        }
        finally
        {
            frame.Release();
        }
        return predictions;
    }
}
