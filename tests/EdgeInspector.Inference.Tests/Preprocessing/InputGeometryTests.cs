using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tests.Preprocessing;

public sealed class InputGeometryTests
{
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData(512, 512, 512, 512)]
    [InlineData(1920, 1200, 672, 416)]
    [InlineData(1280, 960, 608, 448)]
    [InlineData(100, 4000, 96, 3264)]
    public void Pixel_count_keeps_the_aspect_ratio_and_rounds_up_to_32(int width, int height, int expectedWidth, int expectedHeight)
    {
        InputGeometry geometry = InputGeometry.For(Plan(new() { Resize = ResizeMethod.ByPixelCountAlign32 }), new Tile(0, 0, width, height), 0, 0);
        Assert.Equal((expectedWidth, expectedHeight), (geometry.InputWidth, geometry.InputHeight));
    }

    [Fact]
    public void A_network_of_fixed_size_is_stretched_to_whatever_the_metadata_say()
    {
        InputGeometry geometry = InputGeometry.For(Plan(new() { Resize = ResizeMethod.ByPixelCountAlign32 }), new Tile(0, 0, 1920, 1200), 416, 320);
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

    [Fact]
    public void Each_point_comes_from_the_first_source_that_speaks_of_it()
    {
        var onnx = new Dictionary<string, string> { ["Image.BitmapPixelFormat"] = "Bgr8", ["Image.NominalPixelRange"] = "NominalRange_0_255" };
        var json = new Dictionary<string, string>
        {
            ["Image.BitmapPixelFormat"] = "Rgb8",
            ["Image.NominalPixelRange"] = "Normalized_0_1",
            ["CustomVision.Preprocess.NormalizeMean"] = "[1.0, 2, 3e0]",
        };
        PreprocessingPlan plan = PreprocessingPlan.Decide(new() { Range = ValueRange.ZeroToOne }, onnx, json, ModelKind.Classifier);
        Assert.Equal((ColourOrder.Bgr, ValueRange.ZeroToOne, new Triple(1, 2, 3), new Triple(1, 1, 1)), (plan.ColourOrder, plan.Range, plan.Mean, plan.Std));
        Assert.StartsWith("colours BGR (ONNX file), range 0..1 (setting), mean [1, 2, 3] (JSON), deviation [1, 1, 1] (default)", plan.ToString(), StringComparison.Ordinal);
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
        PreprocessingPlan plan = PreprocessingPlan.Decide(new(), None, new Dictionary<string, string> { [key] = value }, ModelKind.Classifier);
        Assert.Contains(key, Assert.Single(plan.Problems), StringComparison.Ordinal);
    }

    private static PreprocessingPlan Plan(PreprocessingOptions options) => PreprocessingPlan.Decide(options, None, None, ModelKind.Detector);
}
