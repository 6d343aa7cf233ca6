namespace EdgeInspector.Capture.ImageFiles;

/// <summary>The kinds of image files that are read.</summary>
internal enum ImageKind
{
    Jpeg,
    Png,
    Bmp,
    Tiff,
    WebP,
}

/// <summary>What the head of an image file says, found without decoding a pixel.</summary>
/// <param name="Kind">The form of the file, by its content and not by its name.</param>
/// <param name="Width">Pixels in a row as stored (before any rotation), at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="IsComplete">False when the file ends before its picture does.</param>
internal readonly record struct ImageHeader(ImageKind Kind, long Width, long Height, bool IsComplete);
