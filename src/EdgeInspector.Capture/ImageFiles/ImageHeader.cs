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
/// <param name="IsAnimation">True when the file holds several pictures in the way of an animation.</param>
/// <param name="Depth">What the file says of the bits that its 16-bit values use.</param>
internal readonly record struct ImageHeader(
    ImageKind Kind, long Width, long Height, bool IsComplete, bool IsAnimation = false, SaidDepth Depth = default);

/// <summary>What a file says of the bits that its values use, where it stores them in more.</summary>
/// <param name="Bits">1 to 15; 0 when the file says nothing that helps.</param>
/// <param name="Storage">Where in 16 bits they lie.</param>
internal readonly record struct SaidDepth(int Bits, SampleStorage Storage = SampleStorage.Bare);

/// <summary>Where the bits that a value uses lie within 16.</summary>
internal enum SampleStorage
{
    /// <summary>At the bottom.</summary>
    Bare,

    /// <summary>At the top: the file stores no more bits than are used, and the decoder moves them there.</summary>
    Packed,

    /// <summary>Spread over all 16 where the program kept to the specification, at the bottom where it did not.</summary>
    SpreadOrBare,
}
