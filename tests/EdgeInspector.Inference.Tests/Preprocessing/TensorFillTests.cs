using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Tests.Preprocessing;

public sealed unsafe class TensorFillTests
{
    [Fact]
    public void Vectors_and_the_table_of_exact_values_agree()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            PixelTable table = PixelTable.For(RandomPlan(random), TensorElementType.Float);
            int count = 1 + round;
            byte[] pixels = new byte[3 * count];
            random.NextBytes(pixels);
            float[] expected = new float[3 * count], actual = new float[3 * count];
            Array.Fill(actual, float.NaN);
            fixed (byte* from = pixels)
            fixed (float* values = table.Singles, slow = expected, fast = actual)
            {
                TensorFill.Planar(from, count, values, table.BlueFirst, slow);
                TensorFill.Planar(from, count, table, fast);
            }
            float largest = table.Singles.Max(MathF.Abs);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(
                    MathF.Abs(expected[i] - actual[i]) <= 3e-7f * largest,
                    $"round {round}, element {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    [Fact]
    public void Plain_pixels_are_exact()
    {
        PixelTable table = PixelTable.For(PlanOf(new PreprocessingOptions()), TensorElementType.Float);
        byte[] pixels = [.. Enumerable.Range(0, 768).Select(i => (byte)(i / 3))];
        float[] tensor = new float[768];
        fixed (byte* from = pixels)
        fixed (float* to = tensor)
            TensorFill.Planar(from, 256, table, to);
        Assert.Equal([.. Enumerable.Range(0, 768).Select(i => (float)(i % 256))], tensor);
    }

    [Theory]
    [InlineData(Interpolation.Linear)]
    [InlineData(Interpolation.Area)]
    [InlineData(Interpolation.Cubic)]
    public void The_interpolation_that_is_set_is_used(Interpolation interpolation)
    {
        // Columns of white at every eighth pixel: shrunk by eight, only the average sees them.
        using var pool = new FramePool();
        Frame frame = pool.Rent(512, 512);
        frame.Writable.Clear();
        for (int i = 0; i < frame.ByteCount; i += 24)
            frame.Writable.Slice(i, 3).Fill(255);
        using var tensor = new FrameTensor(
            new TensorInput("data", TensorElementType.Float, true, 3, 64, 64, false),
            PlanOf(new PreprocessingOptions { Interpolation = interpolation }));
        tensor.Fill(frame, new Tile(0, 0, frame.Width, frame.Height));
        frame.Release();
        float expected = interpolation == Interpolation.Area ? MathF.Round(255f / 8) : 0;
        Assert.All(tensor.Tensor.GetTensorDataAsSpan<float>().ToArray(), value => Assert.Equal(expected, value));
    }

    [Fact]
    public void A_network_of_a_few_pixels_is_filled_too()
    {
        using var pool = new FramePool();
        Frame frame = pool.Rent(9, 9);
        frame.Writable.Fill(77);
        using var tensor = new FrameTensor(
            new TensorInput("data", TensorElementType.Float, true, 3, 3, 2, false), PlanOf(new PreprocessingOptions()));
        tensor.Fill(frame, new Tile(0, 0, frame.Width, frame.Height));
        frame.Release();
        Assert.Equal(Enumerable.Repeat(77f, 18), tensor.Tensor.GetTensorDataAsSpan<float>().ToArray());
    }

    private static PreprocessingPlan RandomPlan(Random random) => PlanOf(new PreprocessingOptions
    {
        ColourOrder = (ColourOrder)random.Next(2),
        Range = (ValueRange)random.Next(3),
        Mean = [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextDouble())],
        Std = [.. Enumerable.Range(0, 3).Select(_ => (float)(random.NextDouble() + 0.1))],
    });

    private static PreprocessingPlan PlanOf(PreprocessingOptions options) => Plans.Of(options);
}
