using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>What the head of an image file says, found without decoding a pixel.</summary>
/// <param name="Kind">The form of the file, by its content and not by its name.</param>
/// <param name="Width">Pixels in a row as stored (before any rotation), at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="IsComplete">False when the file ends before its picture does.</param>
/// <param name="IsAnimation">True when the file holds several pictures in the way of an animation.</param>
/// <param name="Depth">What the file says of the bits that its 16-bit values use.</param>
/// <param name="IsDeep">True when its values have more than 8 bits.</param>
/// <param name="Beside">Bytes that the decoder takes beside the picture: for a strip or a tile, or for all coefficients.</param>
/// <param name="Oddity">What speaks against decoding it, as a sentence; null: nothing.</param>
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
    /// <summary>The largest number where they would not fit into it.</summary>
    public long Pixels => ImageHeaderReader.SaturatingMultiply(Width, Height);

    /// <summary>
    /// What decoding takes at most, in bytes: three channels of 8 bits; or of 16, of which 8 are made when what lay beside is free again.
    /// Only for sides whose product is within some limit.
    /// </summary>
    public long Memory => IsDeep ? Math.Max((6 * Pixels) + Beside, 9 * Pixels) : (3 * Pixels) + Beside;
}

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
