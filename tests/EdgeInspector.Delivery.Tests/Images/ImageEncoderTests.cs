using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Tests.Images;

public sealed class ImageEncoderTests
{
    [Theory]
    [InlineData(1920, 1200, 256 * 1024, ImageFormat.Jpeg)]
    [InlineData(1280, 960, 32 * 1024, ImageFormat.Png)]
    [InlineData(1280, 960, 8 * 1024, ImageFormat.Jpeg)]
    [InlineData(40, 1200, 8 * 1024, ImageFormat.Png)]
    [InlineData(1, 1, 8 * 1024, ImageFormat.Jpeg)]
    public void Even_noise_fits_into_the_limit(int width, int height, int most, ImageFormat format)
    {
        using var pool = new FramePool();
        Frame frame = Noise(pool, width, height);
        var encoder = new ImageEncoder(new ImageOptions { Format = format });
        byte[] jpeg = encoder.Fit(
            encoder.Annotated(frame, Reject("scratch"), [new("scratch", 0.9f, new BoundingBox(0.5f, 0.5f, 0.1f, 0.1f))]), most);
        frame.Release();
        Assert.InRange(jpeg.Length, 1, most);
        Assert.Equal([0xFF, 0xD8], jpeg[..2]);
        using Mat picture = Cv2.ImDecode(jpeg, ImreadModes.Color);
        Assert.False(picture.Empty());
    }

    [Fact]
    public void A_picture_that_fits_keeps_its_size_and_the_frame_is_not_drawn_on()
    {
        using var pool = new FramePool();
        Frame frame = pool.Rent(1280, 960);
        frame.Writable.Fill(100);
        var encoder = new ImageEncoder(new ImageOptions());
        byte[] file = encoder.Annotated(frame, Reject("scratch"), [new("scratch", 0.9f, new BoundingBox(0.2f, 0.2f, 0.4f, 0.4f))]);
        byte[] jpeg = encoder.Fit(file, 256 * 1024);
        Assert.Same(file, jpeg);
        Assert.Equal(-1, frame.Pixels.IndexOfAnyExcept((byte)100));
        frame.Release();
        using Mat picture = Cv2.ImDecode(jpeg, ImreadModes.Color);
        Assert.Equal(new Size(1280, 960), picture.Size());
        Vec3b edge = picture.At<Vec3b>(400, 256);
        Assert.True(edge.Item2 > edge.Item0 + 50, $"The left edge of the box is red, not {edge.Item0},{edge.Item1},{edge.Item2}.");
    }

    [Fact]
    public void What_was_conspicuous_glows_and_what_was_not_stays_as_it_is()
    {
        using var pool = new FramePool();
        Frame frame = pool.Rent(640, 480);
        frame.Writable.Fill(100);
        byte[] cells = new byte[8 * 6];
        cells[^1] = 255;
        byte[] file = new ImageEncoder(new ImageOptions { Format = ImageFormat.Png }).Annotated(
            frame, Reject("anomaly"), [], new HeatMap(8, 6, cells));
        frame.Release();
        using Mat picture = Cv2.ImDecode(file, ImreadModes.Color);
        Vec3b hot = picture.At<Vec3b>(470, 630), cold = picture.At<Vec3b>(240, 100);
        Assert.True(hot.Item2 > hot.Item0 + 20, $"The hot corner is red, not {hot.Item0},{hot.Item1},{hot.Item2}.");
        Assert.Equal(new Vec3b(100, 100, 100), cold);
    }

    [Fact]
    public void Boxes_from_outside_the_picture_and_odd_tags_do_no_harm()
    {
        using var pool = new FramePool();
        Frame frame = Noise(pool, 320, 240);
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -5, -0.1f, 0, 0.5f, 1, 1.1f, 1e30f];
        List<Prediction> predictions = [];
        foreach (float a in odd)
        {
            foreach (float b in odd)
                predictions.Add(new("Kratzer-ü-傷\n\0%s" + new string('x', 100), 0.9f, new BoundingBox(a, b, b, a)));
        }
        byte[] jpeg = new ImageEncoder(new ImageOptions()).Annotated(frame, Reject("傷"), predictions);
        frame.Release();
        Assert.NotEmpty(jpeg);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    public void The_original_has_no_marks_and_png_keeps_every_pixel(ImageFormat format)
    {
        using var pool = new FramePool();
        Frame frame = Noise(pool, 64, 48);
        byte[] expected = frame.Pixels.ToArray();
        byte[] file = new ImageEncoder(new ImageOptions { Format = format }).Original(frame);
        frame.Release();
        using Mat picture = Cv2.ImDecode(file, ImreadModes.Color);
        Assert.Equal(new Size(64, 48), picture.Size());
        picture.GetArray(out Vec3b[] pixels);
        if (format == ImageFormat.Png)
            Assert.Equal(expected, pixels.SelectMany(p => new[] { p.Item0, p.Item1, p.Item2 }));
    }

    [Fact]
    public void What_is_no_picture_any_more_is_refused_with_a_reason()
    {
        var encoder = new ImageEncoder(new ImageOptions());
        foreach (byte[] broken in new byte[][] { [], new byte[5000], [0x89, 0x50, 0x4E, 0x47, 1, 2, 3] })
            Assert.Contains(
                "not a picture", Assert.Throws<DeliveryException>(() => encoder.Fit(broken, 100_000)).Message, StringComparison.Ordinal);
    }

    private static Verdict Reject(string tag) => new(VerdictKind.Reject, NoneReason.NotNone, $"{tag} 0.90 ≥ 0.50", tag, 0.9f);

    private static Frame Noise(FramePool pool, int width, int height)
    {
        Frame frame = pool.Rent(width, height);
        new Random(1).NextBytes(frame.Writable);
        return frame;
    }
}
