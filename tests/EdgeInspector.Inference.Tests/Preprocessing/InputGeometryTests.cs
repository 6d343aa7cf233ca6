using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Tests.Preprocessing;

public sealed class InputGeometryTests
{
    private static readonly TensorInput Input = new("data", TensorElementType.Float, true, 3, 224, 224, true);

    [Theory]
    [InlineData(512, 512, 512, 512)]
    [InlineData(1920, 1200, 672, 416)]
    [InlineData(1280, 960, 608, 448)]
    [InlineData(100, 4000, 96, 3264)]
    public void Pixel_count_keeps_the_aspect_ratio_and_rounds_up_to_32(int width, int height, int expectedWidth, int expectedHeight)
    {
        InputGeometry geometry = InputGeometry.For(
            Plan(new() { Resize = ResizeMethod.ByPixelCountAlign32 }), new Tile(0, 0, width, height), 0, 0);
        Assert.Equal((expectedWidth, expectedHeight), (geometry.InputWidth, geometry.InputHeight));
    }

    [Fact]
    public void A_network_of_fixed_size_is_stretched_to_whatever_the_metadata_say()
    {
        InputGeometry geometry = InputGeometry.For(
            Plan(new() { Resize = ResizeMethod.ByPixelCountAlign32 }), new Tile(0, 0, 1920, 1200), 416, 320);
        Assert.Equal(new InputGeometry(0, 0, 1920, 1200, 416, 320), geometry);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20000, 1)]
    [InlineData(1, 20000)]
    public void Extreme_frames_give_inputs_of_bearable_size(int width, int height)
    {
        foreach (ResizeMethod resize in Enum.GetValues<ResizeMethod>())
        {
            InputGeometry geometry = InputGeometry.For(Plan(new() { Resize = resize }), new Tile(0, 0, width, height), 0, 0);
            Assert.InRange(geometry.InputWidth, 32, 4096);
            Assert.InRange(geometry.InputHeight, 32, 4096);
        }
    }

    [Theory]
    [InlineData(1920, 1200, 410, 256, 93, 16)]
    [InlineData(1200, 1920, 256, 410, 16, 93)]
    [InlineData(640, 480, 341, 256, 58, 16)]
    [InlineData(100, 100, 256, 256, 16, 16)]
    public void Shorter_side_and_centre_crop_keep_the_ratio_and_cut_the_middle(
        int width, int height, int scaledWidth, int scaledHeight, int left, int top)
    {
        // As in an export of July 2026.
        var json = new Dictionary<string, string>
        {
            ["CustomVision.Preprocess.ResizeMethod"] = "ByShorterSide",
            ["CustomVision.Preprocess.TargetWidth"] = "256",
            ["CustomVision.Preprocess.TargetHeight"] = "256",
            ["CustomVision.Preprocess.CropMethod"] = "OneCropCenter",
            ["CustomVision.Preprocess.CropWidth"] = "224",
            ["CustomVision.Preprocess.CropHeight"] = "224",
        };
        PreprocessingPlan plan = Plans.Of(new(), json: json);
        Assert.Empty(plan.Problems);
        InputGeometry geometry = InputGeometry.For(plan, new Tile(0, 0, width, height), 224, 224);
        Assert.Equal(new InputGeometry(0, 0, width, height, 224, 224, new ScaledWindow(scaledWidth, scaledHeight, left, top)), geometry);
    }

    [Fact]
    public void A_letterbox_shows_the_whole_picture_between_two_bars()
    {
        PreprocessingPlan plan = Plans.Of(new() { Resize = ResizeMethod.Letterbox });
        InputGeometry geometry = InputGeometry.For(plan, new Tile(0, 0, 1280, 720), 640, 640);
        Assert.Equal(new InputGeometry(0, 0, 1280, 720, 640, 640, new ScaledWindow(640, 360, 0, -140)), geometry);
        Assert.Equal(new Tile(0, 140, 640, 360), geometry.Filled);
        Assert.Equal((0, -280, 1280, 1280), geometry.Seen);
    }

    [Fact]
    public void A_crop_that_the_network_does_not_take_is_a_complaint_that_names_the_setting()
    {
        var options = new PreprocessingOptions
        {
            Crop = CropMethod.OneCropCenter,
            Resize = ResizeMethod.ByShorterSide,
            TargetWidth = 256,
            TargetHeight = 256,
        };
        Assert.Null(Plans.Of(options).Complaint(Input));
        Assert.Contains(
            "Preprocessing:CropWidth to 224", Plans.Of(options with { CropWidth = 200 }).Complaint(Input), StringComparison.Ordinal);
        Assert.Contains(
            "Preprocessing:TargetHeight to 224 or more",
            Plans.Of(options with { TargetHeight = 128 }).Complaint(Input),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_names_what_is_known_and_the_setting_that_decides()
    {
        PreprocessingPlan plan = Plans.Of(
            new(), json: new Dictionary<string, string> { ["CustomVision.Preprocess.CropMethod"] = "FiveCrops" });
        string problem = Assert.Single(plan.Problems);
        Assert.Contains("NoCrop, FullImageShorterSide, OneCropCenter", problem, StringComparison.Ordinal);
        Assert.Contains("Set Preprocessing:Crop of the station", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("export", problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_station_decides_before_the_package_and_the_package_before_the_trainer()
    {
        var json = new Dictionary<string, string> { ["Image.NominalPixelRange"] = "Normalized_0_1", ["Image.BitmapPixelFormat"] = "Rgb8" };
        PreprocessingPlan plan = Plans.Of(
            new() { ColourOrder = ColourOrder.Bgr },
            json: json,
            package: new() { Range = ValueRange.MinusOneToOne, ColourOrder = ColourOrder.Rgb, Mean = [2] });
        Assert.Equal((ColourOrder.Bgr, ValueRange.MinusOneToOne, new Triple(2, 2, 2)), (plan.ColourOrder, plan.Range, plan.Mean));
        Assert.StartsWith(
            "colours BGR (setting), range -1..1, mean [2, 2, 2] (edgeinspector.json), deviation",
            plan.Words(Input),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Each_point_comes_from_the_first_source_that_speaks_of_it()
    {
        var onnx = new Dictionary<string, string>
        {
            ["Image.BitmapPixelFormat"] = "Bgr8",
            ["Image.NominalPixelRange"] = "NominalRange_0_255",
        };
        var json = new Dictionary<string, string>
        {
            ["Image.BitmapPixelFormat"] = "Rgb8",
            ["Image.NominalPixelRange"] = "Normalized_0_1",
            ["CustomVision.Preprocess.NormalizeMean"] = "[1.0, 2, 3e0]",
        };
        PreprocessingPlan plan = Plans.Of(new() { Range = ValueRange.ZeroToOne }, onnx, json);
        Assert.Equal(
            (ColourOrder.Bgr, ValueRange.ZeroToOne, new Triple(1, 2, 3), new Triple(1, 1, 1)),
            (plan.ColourOrder, plan.Range, plan.Mean, plan.Std));
        Assert.StartsWith(
            "colours BGR (ONNX file), range 0..1 (setting), mean [1, 2, 3] (JSON), deviation [1, 1, 1], crop NoCrop",
            plan.Words(Input),
            StringComparison.Ordinal);
        Assert.Empty(plan.Problems);
    }

    [Theory]
    [InlineData("CustomVision.Preprocess.NormalizeStd", "[0.0, 1.0, 1.0]")]
    [InlineData("CustomVision.Preprocess.NormalizeMean", "[NaN, 0, 0]")]
    [InlineData("CustomVision.Preprocess.ResizeMethod", "7")]
    [InlineData("CustomVision.Preprocess.TargetWidth", "999999999999")]
    [InlineData("CustomVision.Preprocess.CropMethod", "Corner")]
    public void A_value_that_makes_no_sense_is_a_problem_that_names_it(string key, string value)
    {
        PreprocessingPlan plan = Plans.Of(new(), json: new Dictionary<string, string> { [key] = value });
        Assert.Contains(key, Assert.Single(plan.Problems), StringComparison.Ordinal);
    }

    private static PreprocessingPlan Plan(PreprocessingOptions options) => Plans.Of(options, kind: ModelKind.Detector);
}
