using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace EdgeInspector.Inference.Tests.Preprocessing;

public sealed unsafe class BilinearFillTests
{
    [Fact]
    public void One_pass_gives_the_grey_levels_that_OpenCVs_resize_and_the_second_pass_give()
    {
        Assert.SkipUnless(BilinearFill.CanDo(new InputGeometry(0, 0, 64, 64, 64, 64)), "This processor has no AVX2; OpenCV resizes.");
        var random = new Random(5);
        using var pool = new FramePool();
        for (int round = 0; round < 150; round++)
        {
            // Shrunk, enlarged, equal and exactly halved, each in either direction.
            (int width, int height) = (random.Next(1, 500), random.Next(1, 400));
            int cropLeft = random.Next(width), cropTop = random.Next(height);
            (int cropWidth, int cropHeight) = (random.Next(1, width - cropLeft + 1), random.Next(1, height - cropTop + 1));
            (int inputWidth, int inputHeight) = (Side(cropWidth, random, 8), Side(cropHeight, random, 1));
            Compare(pool, random, width, height, new InputGeometry(cropLeft, cropTop, cropWidth, cropHeight, inputWidth, inputHeight), $"round {round}");
        }
    }

    [Theory]
    [InlineData(1920, 1200, 224, 224)]
    [InlineData(960, 960, 480, 480)]
    [InlineData(1280, 960, 640, 480)]
    [InlineData(480, 480, 480, 480)]
    [InlineData(2048, 1536, 32, 4096)]
    public void Sizes_of_real_cameras_and_networks_agree_too(int width, int height, int inputWidth, int inputHeight)
    {
        Assert.SkipUnless(BilinearFill.CanDo(new InputGeometry(0, 0, 64, 64, 64, 64)), "This processor has no AVX2; OpenCV resizes.");
        using var pool = new FramePool();
        Compare(pool, new Random(6), width, height, new InputGeometry(0, 0, width, height, inputWidth, inputHeight), "whole frame");
    }

    private static int Side(int crop, Random random, int least) => Math.Max(least, random.Next(4) switch { 0 => crop, 1 => crop / 2, _ => random.Next(1, 300) });

    private static void Compare(FramePool pool, Random random, int width, int height, InputGeometry geometry, string what)
    {
        Frame frame = pool.Rent(width, height);
        random.NextBytes(frame.Writable);
        PixelTable table = PixelTable.For(
            PreprocessingPlan.Decide(
                new PreprocessingOptions { ColourOrder = (ColourOrder)random.Next(2), Range = (ValueRange)random.Next(2), Mean = [1, 2, 3], Std = [0.5f, 1, 2] },
                new Dictionary<string, string>(),
                new Dictionary<string, string>(),
                ModelKind.Classifier),
            TensorElementType.Float);
        int count = geometry.InputWidth * geometry.InputHeight;
        float[] expected = new float[3 * count], actual = new float[3 * count];
        Array.Fill(actual, float.NaN);
        byte* crop = (byte*)frame.Data + geometry.CropTop * frame.Stride + geometry.CropLeft * 3;
        using (Mat view = Mat.FromPixelData(geometry.CropHeight, geometry.CropWidth, MatType.CV_8UC3, (nint)crop, frame.Stride))
        using (Mat resized = view.Resize(new Size(geometry.InputWidth, geometry.InputHeight)))
            fixed (float* to = expected)
                TensorFill.Planar(resized.DataPointer, count, table, to);
        fixed (float* to = actual)
            new BilinearFill(geometry).Fill(crop, frame.Stride, table, to);
        frame.Release();
        for (int i = 0; i < expected.Length; i++)
        {
            // The second pass takes its last few values from a table, which may differ in the last bit; a grey level is thousands of times that.
            if (MathF.Abs(expected[i] - actual[i]) > 1e-6f * MathF.Max(1, MathF.Abs(expected[i])))
                Assert.Fail($"{what}, {geometry}, element {i}: {actual[i]} instead of {expected[i]}");
        }
    }
}
