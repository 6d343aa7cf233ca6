using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.ImageFiles;

public sealed class ImageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new();

    public static TheoryData<string> Kinds => [.. Pictures.Kinds];

    public void Dispose()
    {
        Assert.Equal(0, _pool.InUse);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_is_read_whatever_its_name(string kind)
    {
        (int width, int height, byte[] left, byte[] right) = ReadWell(Pictures.Encode(kind));
        Assert.Equal((64, 48), (width, height));
        AssertNear([10, 10, 150], left);
        AssertNear([200, 200, 200], right);
    }

    [Fact]
    public void Grey_alpha_and_sixteen_bits_become_eight_bit_bgr()
    {
        AssertNear([200, 200, 200], ReadWell(Pictures.Encode(".png", type: MatType.CV_8UC1)).Right);
        AssertNear([200, 200, 200], ReadWell(Pictures.Encode(".png", type: MatType.CV_8UC4)).Right);
        AssertNear([10, 10, 150], ReadWell(Pictures.Encode(".png", type: MatType.CV_16UC3)).Left);
        AssertNear([10, 10, 150], ReadWell(Pictures.Encode(".tif", type: MatType.CV_16UC3)).Left);
        AssertNear([10, 10, 10], ReadWell(Pictures.Encode(".png", type: MatType.CV_16UC1)).Left);
    }

    [Fact]
    public void The_exif_orientation_is_honoured()
    {
        // 6: the camera was turned; the picture is to be turned by 90 degrees clockwise, so the left half comes to lie on top.
        (int width, int height, byte[] left, byte[] right) = ReadWell(Pictures.WithOrientation(Pictures.Encode(".jpg"), 6));
        Assert.Equal((48, 64), (width, height));
        AssertNear([10, 10, 150], left);
        AssertNear([10, 10, 150], right);
        (_, _, left, _) = ReadWell(Pictures.WithOrientation(Pictures.Encode(".jpg"), 3));
        AssertNear([200, 200, 200], left);
    }

    [Fact]
    public void An_empty_file_is_refused() => Assert.Equal("The file is empty, or no file but a pipe or a device.", Refusal([]));

    [Fact]
    public void A_file_that_is_no_image_is_refused()
    {
        Assert.Equal("The file is not a JPEG, PNG, BMP, TIFF or WebP image.", Refusal("This is a text."u8.ToArray()));
        Assert.Contains("head is broken or cut off", Refusal([0xFF, 0xD8, 0xFF, 0xE0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_folders_are_refused()
    {
        Assert.Equal("There is no such file.", ImageFile.Read(_folder["none.png"], _pool).Problem);
        Assert.Equal("There is no such folder.", ImageFile.Read(_folder["none/none.png"], _pool).Problem);
        Assert.Equal("This is a folder, not a file.", ImageFile.Read(_folder.Path, _pool).Problem);
    }

    [Fact]
    public void A_large_file_is_refused_before_it_is_read()
    {
        using (FileStream file = File.Create(_folder["large.jpg"]))
            file.SetLength(200_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("The file has 200 MB; at most 100 MB are read.", ImageFile.Read(_folder["large.jpg"], _pool).Problem);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Too_many_pixels_are_refused_without_decoding(string kind)
    {
        byte[] file = Pictures.Encode(kind, 200, 100);
        using ImageDecoding decoding = ImageFile.Decode(file, Pictures.AnyFormat with { MaxPixels = 19_999 });
        Assert.Equal("The image has 200x100 pixels; at most 0.02 megapixels are read. Scale it down.", decoding.Problem);
        using ImageDecoding large = ImageFile.Decode(file, Pictures.AnyFormat with { MaxPixels = 20_000 });
        Assert.NotNull(large.Image);
    }

    [Fact]
    public void Twenty_thousand_by_twenty_thousand_pixels_are_refused_in_a_clear_sentence()
    {
        Assert.Equal(
            "The image has 20,000x20,000 pixels; at most 100 megapixels are read. Scale it down.",
            Refusal(Pictures.PngHead(20_000, 20_000)));
        Assert.Contains("4,294,967,295x4,294,967,295", Refusal(Pictures.PngHead(uint.MaxValue, uint.MaxValue)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_cut_off_anywhere_is_refused(string kind)
    {
        byte[] file = Pictures.Encode(kind);
        // TIFF may keep its directory at the end: then even the last byte matters; the other kinds have an end mark or a length.
        foreach (int length in Enumerable.Range(1, 40).Select(step => file.Length * step / 41).Append(file.Length - 1))
            Assert.NotEmpty(Refusal(file[..length]));
    }

    private (int Width, int Height, byte[] Left, byte[] Right) ReadWell(byte[] bytes)
    {
        string path = _folder["picture.any"];
        File.WriteAllBytes(path, bytes);
        ImageReading reading = ImageFile.Read(path, _pool, Pictures.AnyFormat);
        Assert.Null(reading.Problem);
        Frame frame = reading.Frame!;
        int middle = frame.Height / 4 * frame.Stride;
        byte[] left = frame.Pixels.Slice(middle + 3 * (frame.Width / 4), 3).ToArray();
        byte[] right = frame.Pixels.Slice(middle + 3 * (frame.Width * 3 / 4), 3).ToArray();
        (int, int, byte[], byte[]) read = (frame.Width, frame.Height, left, right);
        frame.Release();
        return read;
    }

    private string Refusal(byte[] bytes)
    {
        string path = _folder["refused.any"];
        File.WriteAllBytes(path, bytes);
        ImageReading reading = ImageFile.Read(path, _pool, Pictures.AnyFormat);
        reading.Frame?.Release();
        Assert.True(reading.Frame is null, $"{bytes.Length} bytes were read as an image.");
        return reading.Problem!;
    }

    private static void AssertNear(byte[] expected, byte[] actual)
    {
        for (int channel = 0; channel < 3; channel++)
            Assert.InRange(actual[channel], expected[channel] - 6, expected[channel] + 6);
    }
}
