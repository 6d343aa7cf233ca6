using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests;

public sealed class GenerationLoaderTests
{
    [Fact]
    public void A_truncated_network_is_refused_at_every_length_with_one_clear_sentence()
    {
        ModelPackage package = TestModels.Reference("softmax-no-metadata");
        int step = Math.Max(1, package.Onnx.Length / 60);
        for (int length = 0; length < package.Onnx.Length; length += step)
        {
            LoadOutcome outcome = Load(package with { Onnx = package.Onnx[..length] });
            Assert.Null(outcome.Generation);
            string problem = Assert.Single(outcome.Problems);
            Assert.DoesNotContain("   at ", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_network_with_flipped_bytes_is_refused_or_runs_but_never_crashes()
    {
        ModelPackage package = TestModels.Reference("softmax-no-metadata");
        var random = new Random(5);
        for (int round = 0; round < 60; round++)
        {
            byte[] onnx = [.. package.Onnx];
            for (int i = 0; i < 4; i++)
                onnx[random.Next(onnx.Length)] = (byte)random.Next(256);
            LoadOutcome outcome = Load(package with { Onnx = onnx });
            Assert.True(outcome.Generation is not null ^ outcome.Problems.Count > 0);
            outcome.Generation?.Dispose();
        }
    }

    [Theory]
    [InlineData("softmax-no-metadata", "names 3 tags (labels.txt), but model.onnx gives 4 numbers")]
    [InlineData("label-and-map", "names 3 tags, but the model gives 4 probabilities")]
    [InlineData("grid-fixed-416", "names 3 tags (labels.txt), but model.onnx gives 4 classes")]
    public void Too_few_labels_are_refused_with_both_numbers(string name, string expected)
    {
        ModelPackage package = TestModels.Reference(name);
        LoadOutcome outcome = Load(package with { Labels = [.. package.Labels.Take(3)], NetworkLabels = null, LabelsFrom = "labels.txt" });
        Assert.Null(outcome.Generation);
        Assert.Contains(expected, Assert.Single(outcome.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_another_kind_of_model_is_refused()
    {
        LoadOutcome outcome = Load(TestModels.Reference("softmax-no-metadata") with { DomainType = "ObjectDetection" });
        Assert.Null(outcome.Generation);
        Assert.Contains("model_output [1,4] float32", Assert.Single(outcome.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_that_are_not_understood_are_refused_and_a_setting_mends_them()
    {
        ModelPackage package = TestModels.Reference("softmax-no-metadata") with
        {
            Metadata = new Dictionary<string, string> { ["Image.BitmapPixelFormat"] = "Yuv420" },
        };
        LoadOutcome refused = Load(package);
        Assert.Contains("Image.BitmapPixelFormat = 'Yuv420'", Assert.Single(refused.Problems), StringComparison.Ordinal);
        LoadOutcome mended = GenerationLoader.Load(
            package, new InferenceOptions(), new PreprocessingOptions { ColourOrder = ColourOrder.Rgb }, NullLogger.Instance);
        Assert.Empty(mended.Problems);
        mended.Generation!.Dispose();
    }

    [Fact]
    public void What_was_recognised_is_told()
    {
        using OnnxGeneration generation = TestModels.Load(Path.Combine(ReferenceData.Folder, "packages", "softmax-onnx-metadata-wins"));
        ModelDescription description = generation.Description;
        Assert.Equal(ModelKind.Classifier, description.Kind);
        Assert.Equal("data [1,3,64,64] float32, NCHW", description.Input);
        Assert.Contains("colours BGR, range 0..255 (ONNX file)", description.Preprocessing, StringComparison.Ordinal);
        Assert.Contains("resize Stretch (JSON)", description.Preprocessing, StringComparison.Ordinal);
        Assert.Equal("cpu", generation.Model.Provider);
    }

    [Theory]
    [InlineData("softmax-no-metadata")]
    [InlineData("grid-centre-square")]
    public void A_prediction_in_steady_state_allocates_next_to_nothing(string name)
    {
        using OnnxGeneration generation = TestModels.Load(Path.Combine(ReferenceData.Folder, "packages", name));
        using var pool = new FramePool();
        Frame frame = TestFrames.Noise(pool, 1280, 960);
        List<Prediction> predictions = [];
        for (int i = 0; i < 50; i++)
            generation.Predict(frame, predictions);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            generation.Predict(frame, predictions);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {each} bytes a prediction");
        frame.Release();
        Assert.InRange(each, 0, 2048);
    }

    private static LoadOutcome Load(ModelPackage package) =>
        GenerationLoader.Load(package, new InferenceOptions(), new PreprocessingOptions(), NullLogger.Instance);
}
