using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>What the head of an image file says, found without decoding a pixel.</summary>
/// <param name="Kind">The form of the file, by its content and not by its name.</param>
/// <param name="Width">Pixels in a row as stored (before any rotation), at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="IsComplete">False when the file ends before its picture does.</param>
/// <param name="IsAnimation">True when the file holds several pictures in the way of an animation.</param>
/// <param name="Depth">How many bits the file's 16-bit values use, as the file says.</param>
/// <param name="IsDeep">True when the picture's values have more than 8 bits.</param>
/// <param name="Beside">Bytes that the decoder needs besides the picture: for a strip or a tile, or for all coefficients.</param>
/// <param name="Oddity">Why the file must not be decoded, as a sentence; null: it may.</param>
internal readonly record struct ImageHeader(
    PictureFormat Kind,
    long Width,
    long Height,
    bool IsComplete,
    bool IsAnimation = false,
    SaidDepth Depth = default,
    bool IsDeep = false,
    long Beside = 0,
    string? Oddity = null)
{
    /// <summary>Width × height, or the largest number where the product does not fit.</summary>
    public long Pixels => ImageHeaderReader.SaturatingMultiply(Width, Height);

    /// <summary>
    /// How much memory decoding takes at most, in bytes: three channels of 8 bits; or three of 16 bits, from which 8 bits are made after
    /// the memory of <see cref="Beside"/> is free again. Only for sides whose product is within some limit.
    /// </summary>
    public long Memory => IsDeep ? Math.Max((6 * Pixels) + Beside, 9 * Pixels) : (3 * Pixels) + Beside;
}

/// <summary>How many bits the values of a file use, as the file says, where values are stored in more bits.</summary>
/// <param name="Bits">1 to 15; 0 when the file says nothing that helps.</param>
/// <param name="Storage">Where the bits lie within 16.</param>
internal readonly record struct SaidDepth(int Bits, SampleStorage Storage = SampleStorage.Bare);

/// <summary>Where the bits that a value uses lie within 16.</summary>
internal enum SampleStorage
{
    /// <summary>The bits lie at the bottom.</summary>
    Bare,

    /// <summary>The bits lie at the top: the file stores no more bits than are used, and the decoder moves them there.</summary>
    Packed,

    /// <summary>The bits are spread over all 16 if the program kept to the specification, otherwise they lie at the bottom.</summary>
    SpreadOrBare,
}
