using System.Buffers.Binary;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Size and completeness of a JPEG file (ITU-T T.81, annex B): markers with lengths, and entropy-coded data after each start of scan.
/// </summary>
internal static class JpegHeader
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    /// <summary>The header, or null when no frame header (SOF) is found before the first scan.</summary>
    /// <param name="file">From the picture's first byte on.</param>
    /// <param name="end">Where the picture ends; the file's length where no end was found.</param>
    public static ImageHeader? Read(ReadOnlySpan<byte> file, out int end)
    {
        long width = 0, height = 0;
        int at = 2;
        end = file.Length;
        while (TryNextMarker(file, ref at, out byte marker))
        {
            if (marker == EndOfImage)
            {
                end = at;
                return width > 0 ? new ImageHeader(ImageKind.Jpeg, width, height, true) : null;
            }
            if (HasNoLength(marker))
                continue;
            if (at + 2 > file.Length)
                break;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2)
                break;
            if (IsFrameHeader(marker) && at + 7 <= file.Length)
            {
                // A broken file may have several: the largest is what a decoder might come to allocate.
                height = Math.Max(height, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 3)..]));
                width = Math.Max(width, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }
            at += length;
            if (at > file.Length)
                break;
            if (marker == StartOfScan)
                SkipScan(file, ref at);
        }
        return width > 0 ? new ImageHeader(ImageKind.Jpeg, width, height, false) : null;
    }

    /// <summary>Moves past the next marker's two bytes and any filling before it.</summary>
    private static bool TryNextMarker(ReadOnlySpan<byte> file, ref int at, out byte marker)
    {
        marker = 0;
        while (at + 1 < file.Length)
        {
            int next = file[at..].IndexOf((byte)0xFF);
            if (next < 0)
                return false;
            at += next + 1;
            while (at < file.Length && file[at] == 0xFF)
                at++;
            if (at >= file.Length)
                return false;
            marker = file[at++];
            if (marker != 0)
                return true;
        }
        return false;
    }

    /// <summary>Within a scan 0xFF is followed by a zero, or by a restart marker; anything else ends it.</summary>
    private static void SkipScan(ReadOnlySpan<byte> file, ref int at)
    {
        while (at + 1 < file.Length)
        {
            int next = file[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= file.Length)
                break;
            at += next;
            if (file[at + 1] is not (0 or >= 0xD0 and <= 0xD7))
                return;
            at += 2;
        }
        at = file.Length;
    }

    private static bool HasNoLength(byte marker) => marker is 0x01 or >= 0xD0 and <= 0xD8;

    private static bool IsFrameHeader(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
