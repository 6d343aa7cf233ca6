using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>One of the pictures of a part in an image file.</summary>
/// <param name="Header">Head of the picture.</param>
/// <param name="Start">JPEG: where in the file the picture begins. TIFF: where the picture's directory lies. Otherwise 0.</param>
/// <param name="End">JPEG: where the picture ends. Otherwise the file's length.</param>
internal readonly record struct ImagePage(ImageHeader Header, int Start, int End);

/// <summary>
/// Finds the pictures in an image file. Thumbnails, masks and scaled-down copies of a picture are no further pictures of the part.
/// </summary>
internal static class ImagePages
{
    /// <summary>The most pictures that a file may hold.</summary>
    public const int Most = 100;

    private static ReadOnlySpan<byte> Start => [0xFF, 0xD8, 0xFF];

    /// <summary>The pages in the order of the file, the first one being <paramref name="first"/>; one more than <see cref="Most"/> when
    /// there are too many.</summary>
    public static IReadOnlyList<ImagePage> Find(ReadOnlySpan<byte> file, in ImageHeader first) => first.Kind switch
    {
        PictureFormat.Tiff => TiffHeader.Pages(file),
        PictureFormat.Jpeg => OfJpeg(file, first),
        _ => [new ImagePage(first, 0, file.Length)],
    };

    // Stereo and multi-view cameras write several JPEG pictures behind each other into one file (CIPA DC-007, "MPO"). Previews and gain
    // maps lie there as well, but are smaller than the picture.
    private static List<ImagePage> OfJpeg(ReadOnlySpan<byte> file, in ImageHeader first)
    {
        JpegHeader.Read(file, out int end);
        List<ImagePage> pages = [new ImagePage(first, 0, end)];
        while (pages.Count <= Most && file[end..].IndexOf(Start) is var next and >= 0)
        {
            int start = end + next;
            ImageHeader? further = JpegHeader.Read(file[start..], out int length);
            if (further is { } page && page.Width == first.Width && page.Height == first.Height)
                pages.Add(new ImagePage(page, start, start + length));
            // A preview that is cut off, or bytes that only look like a picture, must not hide pictures behind them.
            end = start + (further is { IsComplete: true } ? length : 3);
        }
        return pages;
    }
}
