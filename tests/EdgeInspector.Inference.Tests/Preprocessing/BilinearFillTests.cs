using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
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
            Compare(
                pool, random, width, height, new InputGeometry(cropLeft, cropTop, cropWidth, cropHeight, inputWidth, inputHeight),
                $"round {round}");
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

    [Fact]
    public void Pictures_that_are_cut_or_padded_after_the_resize_agree_too()
    {
        Assert.SkipUnless(BilinearFill.CanDo(new InputGeometry(0, 0, 64, 64, 64, 64)), "This processor has no AVX2; OpenCV resizes.");
        using var pool = new FramePool();
        var random = new Random(8);
        for (int round = 0; round < 100; round++)
        {
            (int width, int height) = (random.Next(40, 400), random.Next(40, 400));
            int left = random.Next(width / 4), top = random.Next(height / 4);
            bool isCut = round % 2 == 0;
            PreprocessingPlan plan = Plans.Of(new PreprocessingOptions
            {
                Resize = isCut ? ResizeMethod.ByShorterSide : ResizeMethod.Letterbox,
                Crop = isCut ? CropMethod.OneCropCenter : CropMethod.NoCrop,
                TargetWidth = isCut ? 73 : random.Next(32, 300),
                TargetHeight = isCut ? 73 : random.Next(32, 300),
                CropWidth = random.Next(32, 73),
                CropHeight = random.Next(32, 73),
            });
            InputGeometry geometry = InputGeometry.For(plan, new Tile(left, top, width - (2 * left), height - (2 * top)), 0, 0);
            if (BilinearFill.CanDo(geometry))
                Compare(pool, random, width, height, geometry, $"round {round}");
        }
    }

    private static int Side(int crop, Random random, int least) =>
        Math.Max(least, random.Next(4) switch { 0 => crop, 1 => crop / 2, _ => random.Next(1, 300) });

    private static void Compare(FramePool pool, Random random, int width, int height, InputGeometry geometry, string what)
    {
        Frame frame = pool.Rent(width, height);
        random.NextBytes(frame.Writable);
        PixelTable table = PixelTable.For(
            Plans.Of(new PreprocessingOptions
            {
                ColourOrder = (ColourOrder)random.Next(2),
                Range = (ValueRange)random.Next(3),
                Mean = [1, 2, 3],
                Std = [0.5f, 1, 2],
            }),
            TensorElementType.Float);
        int count = geometry.InputWidth * geometry.InputHeight;
        float[] expected = new float[3 * count], actual = new float[3 * count];
        Array.Fill(actual, float.NaN);
        byte* crop = (byte*)frame.Data + geometry.CropTop * frame.Stride + geometry.CropLeft * 3;
        using (Mat view = Mat.FromPixelData(geometry.CropHeight, geometry.CropWidth, MatType.CV_8UC3, (nint)crop, frame.Stride))
        using (var input = InputArray.Create(view))
        using (var resized = new ResizedPicture(Interpolation.Linear))
            fixed (float* to = expected)
                TensorFill.Planar(resized.Make(input, geometry), count, table, to);
        fixed (float* to = actual)
            new BilinearFill(geometry).Fill(crop, frame.Stride, table, to);
        frame.Release();
        for (int i = 0; i < expected.Length; i++)
        {
            // The second pass takes its last few values from a table, which may differ in the last bit; a grey level is thousands of times
            // that.
            if (MathF.Abs(expected[i] - actual[i]) > 1e-6f * MathF.Max(1, MathF.Abs(expected[i])))
                Assert.Fail($"{what}, {geometry}, element {i}: {actual[i]} instead of {expected[i]}");
        }
    }
}
