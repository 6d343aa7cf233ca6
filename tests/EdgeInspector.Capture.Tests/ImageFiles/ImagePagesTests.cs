using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.ImageFiles;

public sealed class ImagePagesTests
{
    [Fact]
    public void Each_page_of_a_tiff_is_read_in_its_order_and_size()
    {
        byte[] file = Tiff.Write(new TiffPage(20, 10, 8, 50), new TiffPage(30, 12, 8, 100), new TiffPage(20, 10, 16, 38550));
        byte[] before = [.. file];
        using ImageDecoding decoding = ImageFile.Decode(file, new ImageLimits());
        Assert.Equal([(20, 10, 50), (30, 12, 100), (20, 10, 150)], decoding.Pages.Select(Shown));
        Assert.Equal(before, file);
    }

    [Fact]
    public void The_pages_that_another_program_wrote_are_read_as_well()
    {
        using var first = new Mat(10, 20, MatType.CV_8UC3, Scalar.All(40));
        using var second = new Mat(10, 20, MatType.CV_8UC3, Scalar.All(90));
        Cv2.ImEncode(".tif", first, out _);
        using var folder = new TemporaryFolder();
        Assert.True(Cv2.ImWrite(folder["two.tif"], [first, second]));
        using var pool = new FramePool();
        ImageReading reading = ImageFile.Read(folder["two.tif"], pool);
        Assert.Equal((40, 90), (reading.Frame!.Pixels[0], reading.Frame.NextPage!.Pixels[0]));
        Assert.Null(reading.Frame.NextPage.NextPage);
        reading.Frame.Release();
        Assert.Equal(0, pool.InUse);
    }

    [Theory]
    [InlineData(254, 1)]
    [InlineData(254, 4)]
    [InlineData(255, 2)]
    public void Thumbnails_and_masks_are_no_pages(ushort tag, ushort value)
    {
        using ImageDecoding decoding = ImageFile.Decode(
            Tiff.Write(new TiffPage(4, 3, 8, 9, (tag, value)), new TiffPage(20, 10, 8, 50)), new ImageLimits());
        Assert.Equal([(20, 10, 50)], decoding.Pages.Select(Shown));
    }

    [Fact]
    public void A_jpeg_of_two_views_has_two_pages_and_its_previews_are_none()
    {
        byte[] left = Jpeg(64, 48, 60), preview = Jpeg(16, 12, 200), right = Jpeg(64, 48, 120);
        using ImageDecoding decoding = ImageFile.Decode([.. left, .. preview, 0, 0, .. right], new ImageLimits());
        Assert.Equal([(64, 48, 60), (64, 48, 120)], decoding.Pages.Select(Shown));
        Assert.Contains("cut off", ImageFile.Decode([.. left, .. right[..^30]], new ImageLimits()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void One_page_that_can_t_be_read_refuses_the_file_and_is_named()
    {
        string? problem = ImageFile.Decode(
            Tiff.Write(new TiffPage(20, 10, 8, 50), new TiffPage(20, 10, 16, 900)), new ImageLimits()).Problem;
        Assert.StartsWith("Page 2 of 2: The picture has 16 bits", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_pages_together_keep_within_the_limits()
    {
        TiffPage[] pages = [.. Enumerable.Repeat(new TiffPage(20, 10, 8, 50), 3)];
        Assert.Contains(
            "megapixels together",
            ImageFile.Decode(Tiff.Write(pages), new ImageLimits { MaxPixels = 599 }).Problem,
            StringComparison.Ordinal);
        TiffPage[] many = [.. Enumerable.Repeat(new TiffPage(2, 2, 8, 50), 101)];
        Assert.Contains("more than 100 pictures", ImageFile.Decode(Tiff.Write(many), new ImageLimits()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_that_lead_in_a_circle_are_read_once()
    {
        byte[] file = Tiff.Write(new TiffPage(20, 10, 8, 50), new TiffPage(20, 10, 8, 60));
        // The second directory's pointer to the next one: back to the first.
        int second = 8 + 2 + 9 * 12 + 4 + 200;
        file[second + 2 + 9 * 12] = 8;
        using ImageDecoding decoding = ImageFile.Decode(file, new ImageLimits());
        Assert.Equal([50, 60], decoding.Pages.Select(page => Shown(page).Value));
    }

    [Fact]
    public void A_tiff_that_names_its_sides_twice_is_refused_before_it_is_decoded()
    {
        byte[] file = Tiff.Write(new TiffPage(20, 10, 8, 50));
        // The height's tag becomes a second width.
        file[8 + 2 + 12] = 0;
        Assert.Contains("head is broken", ImageFile.Decode(file, new ImageLimits()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_animation_is_refused_with_what_to_do()
    {
        byte[] png = Pictures.Encode(".png");
        byte[] control = [0, 0, 0, 8, .. "acTL"u8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Contains(
            "is an animation",
            ImageFile.Decode([.. png[..33], .. control, .. png[33..]], new ImageLimits()).Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_a_part_that_nobody_wrote_yet_proves_no_end()
    {
        byte[] jpeg = Pictures.Encode(".jpg", 900, 700);
        Assert.True(ImageFile.ProvesItsEnd(jpeg));
        jpeg.AsSpan(4096, 4096).Clear();
        Assert.False(ImageFile.ProvesItsEnd(jpeg));
        Assert.True(ImageFile.ProvesItsEnd(Pictures.Encode(".png")));
        Assert.True(ImageFile.ProvesItsEnd(Pictures.Encode(".webp")));
        Assert.False(ImageFile.ProvesItsEnd(Pictures.Encode(".bmp")));
        Assert.False(ImageFile.ProvesItsEnd(Pictures.Encode(".tif")));
    }

    private static (int Width, int Height, int Value) Shown(Mat page) => (page.Width, page.Height, page.At<Vec3b>(0, 0).Item0);

    private static byte[] Jpeg(int width, int height, int grey)
    {
        using var image = new Mat(height, width, MatType.CV_8UC1, Scalar.All(grey));
        Cv2.ImEncode(".jpg", image, out byte[] bytes);
        return bytes;
    }
}
