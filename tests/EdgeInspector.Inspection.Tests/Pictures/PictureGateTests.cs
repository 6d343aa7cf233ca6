using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.Tests.Pictures;

public sealed class PictureGateTests : IDisposable
{
    private const int Width = 640, Height = 480;

    private readonly FramePool _pool = new();
    private readonly PictureGate _gate = new(new PictureOptions());
    private readonly Random _random = new(20261128);

    public void Dispose() => _pool.Dispose();

    private Frame Draw(Func<int, int, double> level, double noise, int width = Width, int height = Height)
    {
        Frame frame = _pool.Rent(width, height);
        Span<byte> pixels = frame.Writable;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
                pixels.Slice((y * width + x) * 3, 3).Fill((byte)Math.Clamp(Math.Round(level(x, y) + noise * normal), 0, 255));
            }
        }
        return frame;
    }

    private string? Refuse(Frame frame)
    {
        string? refused = _gate.Refuse(frame, out _);
        frame.Release();
        return refused;
    }

    /// <summary>A bright disc on a dark belt.</summary>
    private static double Part(int x, int y) => Math.Pow(x - Width / 2.0, 2) + Math.Pow(y - Height / 2.0, 2) < 150 * 150 ? 150 : 60;

    [Theory]
    [InlineData(0, 0, "is black")]
    [InlineData(2, 3, "is black")]
    [InlineData(255, 0, "is white")]
    [InlineData(250, 4, "is white")]
    [InlineData(128, 0, "one colour")]
    [InlineData(128, 2.5, "shows nothing")]
    [InlineData(60, 4, "shows nothing")]
    [InlineData(15, 8, "shows nothing")]
    [InlineData(20, 12, "shows nothing")]
    public void Black_white_flat_and_noise_in_the_dark_are_refused_with_what_was_measured(double level, double noise, string words)
    {
        for (int i = 0; i < 20; i++)
            Assert.Contains(words, Refuse(Draw((_, _) => level, noise)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0.7)]
    [InlineData(1, 3)]
    [InlineData(0.35, 3)]
    [InlineData(1.6, 8)]
    public void A_part_under_any_ordinary_light_is_not_refused(double light, double noise)
    {
        for (int i = 0; i < 20; i++)
            Assert.Null(Refuse(Draw((x, y) => light * Part(x, y), noise)));
    }

    [Fact]
    public void A_texture_that_fills_the_picture_is_not_flat() => Assert.Null(Refuse(Draw((x, y) => 100 + 15 * ((x / 2 + y / 2) % 2), 2)));

    [Fact]
    public void A_dark_field_with_a_bright_scratch_is_refused_only_where_nobody_said_that_it_is_dark()
    {
        double Scratch(int x, int y) => Math.Abs(x - y) < 3 ? 200 : 3;
        Assert.Contains("Picture:Dark", Refuse(Draw(Scratch, 1)), StringComparison.Ordinal);
        Frame frame = Draw(Scratch, 1);
        Assert.Null(new PictureGate(new PictureOptions { Dark = 0 }).Refuse(frame, out _));
        frame.Release();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_picture_that_was_not_written_to_its_end_is_refused_with_the_row(double written)
    {
        int end = (int)(Height * written);
        Frame frame = Draw(Part, 3);
        frame.Writable[(end * frame.Stride)..].Fill(128);
        Assert.Contains($"from row {end} of {Height} on", Refuse(frame), StringComparison.Ordinal);
        frame = Draw(Part, 3);
        frame.Writable[(end * frame.Stride)..].Fill(128);
        Assert.Null(new PictureGate(new PictureOptions { Whole = false }).Refuse(frame, out _));
        frame.Release();
    }

    [Fact]
    public void A_second_page_that_shows_nothing_refuses_the_part_and_is_named()
    {
        Frame first = Draw(Part, 3), second = Draw((_, _) => 128, 2);
        first.Append(second);
        Assert.NotNull(_gate.Refuse(first, out Frame page));
        Assert.Same(second, page);
        first.Release();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 200)]
    [InlineData(5000, 2)]
    public void A_picture_of_any_size_is_looked_at(int width, int height) =>
        Assert.NotNull(Refuse(Draw((_, _) => 128, 0, width, height)));

    [Fact]
    public void Nothing_is_refused_where_nothing_is_looked_for_and_a_look_allocates_nothing()
    {
        var off = new PictureGate(PictureOptions.Off);
        Frame black = Draw((_, _) => 0, 0), part = Draw(Part, 3, 1920, 1200);
        Assert.Null(off.Refuse(black, out _));
        Assert.Null(_gate.Refuse(part, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Assert.Null(_gate.Refuse(part, out _));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        black.Release();
        part.Release();
    }
}
