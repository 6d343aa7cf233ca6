using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests.Tiling;

/// <summary>
/// A region that keeps its scale is seen as it is seen in the whole frame; what is expected is computed from frames without regions.
/// </summary>
public sealed class RegionScaleTests
{
    private const int Width = 640, Height = 400;

    private static readonly RegionOptions LeftHalf = new() { Width = 0.5 };

    [Fact]
    public void A_classifier_sees_the_region_as_in_the_frame_and_grey_around_it()
    {
        // Each brings the frame to its input in another way.
        foreach (string package in new[] { Reference("softmax-no-metadata"), Trainer("keras-softmax") })
        {
            List<Prediction> seen = Predict(package, AsInFrame(LeftHalf), Scene());
            Assert.Equal(Predict(package, new TilingOptions(), Grey(Scene(), (x, _) => x >= Width / 2)), seen);
            Assert.NotEqual(Predict(package, new TilingOptions { Regions = [LeftHalf] }, Scene()), seen);
            Assert.All(seen, prediction => Assert.Null(prediction.BoundingBox));
        }
    }

    [Fact]
    public void A_classifier_that_sees_squares_only_is_shown_the_square_around_the_region()
    {
        // 200 of 640 pixels from the left: the square of the frame's height around them begins at the left edge.
        string package = Reference("softmax-centre-square");
        List<Prediction> seen = Predict(package, AsInFrame(new RegionOptions { Width = 200.0 / Width }), Scene());
        byte[] square = Cut(Grey(Scene(), (x, _) => x >= 200), 0, 0, Height, Height);
        List<Prediction> alone = Predict(package, new TilingOptions(), square, Height, Height);
        Assert.Equal(alone, seen.Select(prediction => prediction with { BoundingBox = null }));
        Assert.All(seen, prediction => Assert.Equal(new BoundingBox(0, 0, (float)Height / Width, 1), prediction.BoundingBox));
    }

    [Fact]
    public void A_detectors_boxes_are_those_of_the_whole_frame_without_those_mostly_outside()
    {
        // Stretched, letterboxed, and scaled by the number of pixels.
        foreach (string package in new[] { Reference("grid-fixed-416"), Trainer("ultralytics-detect"), Trainer("ultralytics-segment") })
        {
            var region = new RegionOptions { Left = 0.1, Top = 0.2, Width = 0.6, Height = 0.6 };
            List<Prediction> whole = Predict(package, new TilingOptions(), Scene());
            List<Prediction> seen = Predict(package, AsInFrame(region), Scene());
            Assert.NotEmpty(seen);
            Assert.Equal(
                whole.Where(one => ShareIn(region, one.BoundingBox!.Value) > 0.53),
                seen.Where(one => ShareIn(region, one.BoundingBox!.Value) > 0.53));
            Assert.All(seen, one => Assert.True(ShareIn(region, one.BoundingBox!.Value) > 0.47));
        }
    }

    [Fact]
    public void Boxes_of_a_tile_around_a_region_lie_where_they_are_on_the_frame()
    {
        // 80×60 pixels from (300, 100): the tile of 320×200 around them begins at (180, 30).
        var region = new RegionOptions { Left = 300.0 / Width, Top = 100.0 / Height, Width = 80.0 / Width, Height = 60.0 / Height };
        TilingOptions tiles = AsInFrame(region) with { Width = 320, Height = 200 };
        string package = Reference("grid-fixed-416");
        List<Prediction> seen = Predict(package, tiles, Scene());
        List<BoundingBox> expected =
        [
            .. Predict(package, new TilingOptions(), Cut(Scene(), 180, 30, 320, 200), 320, 200)
                .Select(prediction => OnFrame(prediction.BoundingBox!.Value)).Where(box => ShareIn(region, box) >= 0.5),
        ];
        Assert.Equal(expected.Count, seen.Count);
        foreach ((BoundingBox should, BoundingBox box) in expected.Zip(seen.Select(prediction => prediction.BoundingBox!.Value)))
        {
            Assert.Equal(should.Left, box.Left, 1e-5);
            Assert.Equal(should.Top, box.Top, 1e-5);
            Assert.Equal(should.Width, box.Width, 1e-5);
            Assert.Equal(should.Height, box.Height, 1e-5);
        }

        static BoundingBox OnFrame(BoundingBox box) => new(
            (180 + (box.Left * 320)) / Width, (30 + (box.Top * 200)) / Height, box.Width * 320 / Width, box.Height * 200 / Height);
    }

    [Fact]
    public void What_lies_outside_of_a_region_that_keeps_its_scale_changes_nothing_a_classifier_says()
    {
        string package = Reference("softmax-no-metadata");
        List<Prediction> before = Predict(package, AsInFrame(LeftHalf), Scene());
        Assert.Equal(before, Predict(package, AsInFrame(LeftHalf), Grey(Scene(), (x, _) => x >= (Width / 2) + 8)));
        Assert.NotEqual(before, Predict(package, AsInFrame(LeftHalf), Grey(Scene(), (x, y) => x < Width / 4 && y > 100)));
    }

    [Fact]
    public void A_region_that_is_magnified_a_lot_is_told_with_how_much_and_what_to_set()
    {
        var small = new RegionOptions { Left = 0.4, Top = 0.4, Width = 0.2, Height = 0.25 };
        var two = new TilingOptions { Regions = [new RegionOptions { Width = 0.6 }, small], RegionsName = "Stations:s1:Regions" };
        string said = Assert.Single(Notes(two));
        Assert.StartsWith("Stations:s1:Regions:1 fills the network's picture", said, StringComparison.Ordinal);
        Assert.Contains("up to 5 times as large", said, StringComparison.Ordinal);
        Assert.Contains("20 % × 25 % of the picture; no golden images tell", said, StringComparison.Ordinal);
        Assert.Contains("RegionScale to AsInFrame", said, StringComparison.Ordinal);
        said = Assert.Single(Notes(new TilingOptions { Regions = [small], Example = new PictureSize(1920, 1200) }));
        Assert.Contains("384×300 of the 1920×1200 pixels that golden images have", said, StringComparison.Ordinal);
        Assert.DoesNotContain("shows nothing new", said, StringComparison.Ordinal);
        said = Assert.Single(Notes(new TilingOptions { Regions = [small], Example = new PictureSize(240, 160) }));
        Assert.Contains("shows nothing new", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Regions_that_are_hardly_magnified_or_meant_to_be_are_not_told()
    {
        var small = new RegionOptions { Left = 0.4, Top = 0.4, Width = 0.2, Height = 0.25 };
        Assert.Empty(Notes(new TilingOptions()));
        Assert.Empty(Notes(new TilingOptions { Regions = [new RegionOptions { Width = 0.5, Height = 0.5 }] }));
        Assert.Empty(Notes(new TilingOptions { Regions = [small], RegionScale = RegionScale.Magnified }));
        Assert.Empty(Notes(new TilingOptions { Regions = [small], RegionScale = RegionScale.AsInFrame }));
        // Smaller than the tiles that are asked for anyway: not magnified beyond them.
        Assert.Empty(Notes(new TilingOptions { Width = 320, Height = 240, Regions = [small], Example = new PictureSize(1600, 1200) }));
    }

    private static double ShareIn(RegionOptions region, BoundingBox box) =>
        Overlap(box.Left, box.Width, region.Left, region.Width) * Overlap(box.Top, box.Height, region.Top, region.Height) / box.Area;

    private static double Overlap(double from, double length, double otherFrom, double otherLength) =>
        Math.Max(0, Math.Min(from + length, otherFrom + otherLength) - Math.Max(from, otherFrom));

    private static TilingOptions AsInFrame(RegionOptions region) =>
        new() { Overlap = 0, Regions = [region], RegionScale = RegionScale.AsInFrame };

    private static string Reference(string name) => Path.Combine(ReferenceData.Folder, "packages", name);

    private static string Trainer(string name) => TestModels.TrainerPath(name);

    /// <summary>B, G, R for each pixel.</summary>
    private static byte[] Scene()
    {
        byte[] pixels = new byte[Width * Height * 3];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width * 3; x++)
                pixels[(y * Width * 3) + x] = (byte)(((x / 3 * 7) + (y * 13) + (x / 3 * y / 50) + (x % 3 * 40)) % 256);
        }
        return pixels;
    }

    private static byte[] Grey(byte[] scene, Func<int, int, bool> where)
    {
        for (int i = 0; i < Width * Height; i++)
        {
            if (where(i % Width, i / Width))
                scene.AsSpan(3 * i, 3).Fill(FrameTensor.Neutral);
        }
        return scene;
    }

    private static byte[] Cut(byte[] scene, int left, int top, int width, int height)
    {
        byte[] cut = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
            scene.AsSpan((((top + y) * Width) + left) * 3, width * 3).CopyTo(cut.AsSpan(y * width * 3));
        return cut;
    }

    private static LoadOutcome Load(string package, TilingOptions tiling) => GenerationLoader.Load(
        TestModels.Package(package), new InferenceOptions { Threads = 1, WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance,
        new DetectorOptions { MinimumProbability = 0.05 }, tiling);

    private static IEnumerable<string> Notes(TilingOptions tiling)
    {
        LoadOutcome outcome = Load(Reference("softmax-no-metadata"), tiling);
        outcome.Generation!.Dispose();
        return outcome.Notes.Where(note => note.Contains("Regions", StringComparison.Ordinal));
    }

    private static List<Prediction> Predict(string package, TilingOptions tiling, byte[] pixels, int width = Width, int height = Height)
    {
        LoadOutcome outcome = Load(package, tiling);
        Assert.Empty(outcome.Problems);
        using OnnxGeneration generation = outcome.Generation!;
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(width, height);
        for (int y = 0; y < height; y++)
            pixels.AsSpan(y * width * 3, width * 3).CopyTo(frame.Writable[(y * frame.Stride)..]);
        List<Prediction> predictions = [];
        generation.Predict(frame, predictions);
        frame.Release();
        return predictions;
    }
}
