using System.Buffers.Binary;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Reads width and height out of the head of an image file and finds out whether the file holds its picture's end. Works on bytes alone,
/// allocates nothing, and accepts any bytes: returns null for bytes that are not understood.
/// </summary>
internal static class ImageHeaderReader
{
    /// <summary>
    /// The header, or null when the bytes are no image of a supported kind, or the head of the image is broken or cut off.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="kind">
    /// The kind by the file's first bytes, also when the rest of the head is not understood; null for any other file.
    /// </param>
    public static ImageHeader? Read(ReadOnlySpan<byte> file, out PictureFormat? kind)
    {
        kind = PictureFormats.Of(file);
        ImageHeader? header = kind switch
        {
            PictureFormat.Jpeg => JpegHeader.Read(file, out _),
            PictureFormat.Png => PngHeader.Read(file),
            PictureFormat.Bmp => ReadBmp(file),
            PictureFormat.Tiff => TiffHeader.Read(file),
            PictureFormat.WebP => ReadWebP(file),
            _ => null,
        };
        return header is { Width: >= 1, Height: >= 1 } ? header : null;
    }

    // BMP: a file header of 14 bytes with the offset of the pixels, then a header whose length tells its form.
    private static ImageHeader? ReadBmp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26)
            return null;
        long pixels = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        uint form = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]);
        long width, height;
        int bits;
        uint compression = 0;
        if (form == 12)
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);
            height = BinaryPrimitives.ReadUInt16LittleEndian(file[20..]);
            bits = BinaryPrimitives.ReadUInt16LittleEndian(file[24..]);
        }
        else
        {
            if (form < 36 || file.Length < 34)
                return null;
            width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
            // Negative: the rows run from top to bottom.
            height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]));
            bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
            compression = BinaryPrimitives.ReadUInt32LittleEndian(file[30..]);
        }
        if (width < 1)
            return null;
        bool runLength = compression is 1 or 2;
        long rowBytes = (width * bits + 31) / 32 * 4;
        // Run-length coded pictures end with a zero and a one, which may stand anywhere; the length in the file header is the best that is
        // known.
        long length = runLength ? BinaryPrimitives.ReadUInt32LittleEndian(file[2..]) : pixels + SaturatingMultiply(rowBytes, height);
        return new ImageHeader(PictureFormat.Bmp, width, height, length <= file.Length);
    }

    // WebP (RFC 9649): a RIFF container whose first chunk is VP8 (lossy), VP8L (lossless) or VP8X (extended, with the canvas' size).
    private static ImageHeader? ReadWebP(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30)
            return null;
        bool complete = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L <= file.Length;
        ReadOnlySpan<byte> chunk = file[12..];
        if (chunk.StartsWith("VP8X"u8))
            return new ImageHeader(
                PictureFormat.WebP, 1L + ReadUInt24(file[24..]), 1L + ReadUInt24(file[27..]), complete, IsAnimation: (file[20] & 2) != 0);
        if (chunk.StartsWith("VP8L"u8))
        {
            if (file[20] != 0x2F)
                return null;
            uint sides = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
            return new ImageHeader(PictureFormat.WebP, 1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF), complete);
        }
        if (!chunk.StartsWith("VP8 "u8))
            return null;
        int width = BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF;
        int height = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF;
        return new ImageHeader(PictureFormat.WebP, width, height, complete);
    }

    private static int ReadUInt24(ReadOnlySpan<byte> at) => at[0] | at[1] << 8 | at[2] << 16;

    /// <summary>The product, or the largest number when the product does not fit.</summary>
    internal static long SaturatingMultiply(long a, long b) => Math.BigMul(a, b, out long low) == 0 && low >= 0 ? low : long.MaxValue;
}
