using System.Buffers.Binary;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Size, depth and completeness of a PNG file (ISO/IEC 15948, third edition): chunks of length, type, data and checksum; IHDR first, IEND
/// last.
/// </summary>
internal static class PngHeader
{
    private const int HeadBytes = 13;

    /// <summary>The header, or null when the file does not begin with an IHDR of the right length.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26 || BinaryPrimitives.ReadUInt32BigEndian(file[8..]) != HeadBytes || !file[12..].StartsWith("IHDR"u8))
            return null;
        long width = BinaryPrimitives.ReadUInt32BigEndian(file[16..]);
        long height = BinaryPrimitives.ReadUInt32BigEndian(file[20..]);
        bool hasAlpha = file[25] is 4 or 6;
        int bits = 0, heads = 0, pictures = 0, controls = 0;
        long at = 8;
        bool complete = false, animated = false, otherSize = false;
        while (!complete && at + 12 <= file.Length)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            ReadOnlySpan<byte> type = chunk.Slice(4, 4);
            complete = type.SequenceEqual("IEND"u8);
            heads += type.SequenceEqual("IHDR"u8) ? 1 : 0;
            // Significant bits: a byte for each channel.
            if (type.SequenceEqual("sBIT"u8) && length is >= 1 and <= 4 && chunk.Length >= 8 + length)
                bits = Largest(chunk.Slice(8, (int)length - (hasAlpha && length > 1 ? 1 : 0)));
            // Animated PNG: the number of pictures, and before each picture its size.
            if (type.SequenceEqual("acTL"u8))
            {
                controls++;
                animated |= length >= 8 && chunk.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]) > 1;
            }
            if (type.SequenceEqual("fcTL"u8))
            {
                pictures++;
                otherSize |= chunk.Length < 20 || BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]) != width
                    || BinaryPrimitives.ReadUInt32BigEndian(chunk[16..]) != height;
            }
            animated |= type.SequenceEqual("fdAT"u8);
            at += 12L + length;
        }
        return new ImageHeader(
            PictureFormat.Png,
            width,
            height,
            complete,
            animated || pictures > 1 || controls > 1,
            new SaidDepth(bits < 16 ? bits : 0, SampleStorage.SpreadOrBare),
            IsDeep: file[24] > 8,
            Oddity: heads > 1 || otherSize ? ContradictoryHead.Of(PictureFormat.Png) : null);
    }

    private static int Largest(ReadOnlySpan<byte> bytes)
    {
        int largest = 0;
        foreach (byte value in bytes)
            largest = Math.Max(largest, value);
        return largest;
    }
}
