using System.Buffers.Binary;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Size and completeness of a JPEG file (ITU-T T.81, annex B): markers with lengths, and entropy-coded data after each start of scan.
/// </summary>
internal static class JpegHeader
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    // Programs write up to some twenty scans. Each scan costs a walk over the whole picture, however few bytes the scan has.
    private const int MostScans = 100;

    private const string TooManyScans =
        "The JPEG image has more than 100 scans, as no camera writes. Do not trust this file; save the picture anew with another program.";

    /// <summary>The header, or null when no frame header (SOF) is found before the first scan.</summary>
    /// <param name="file">From the picture's first byte on.</param>
    /// <param name="end">Where the picture ends; the file's length where no end was found.</param>
    public static ImageHeader? Read(ReadOnlySpan<byte> file, out int end)
    {
        long width = 0, height = 0;
        int at = 2, heads = 0, scans = 0, kept = 0;
        end = file.Length;
        while (TryNextMarker(file, ref at, out byte marker))
        {
            if (marker == EndOfImage)
            {
                end = at;
                return Header(width, height, true, heads, scans, kept);
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
                heads++;
                // A decoder keeps all coefficients of a progressive picture, two bytes each, until the last scan.
                kept = Math.Max(kept, IsProgressive(marker) && at + 8 <= file.Length ? 2 * file[at + 7] : 0);
                // A broken file may have several frame headers: a decoder may allocate by the largest.
                height = Math.Max(height, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 3)..]));
                width = Math.Max(width, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }
            at += length;
            if (at > file.Length)
                break;
            if (marker == StartOfScan)
            {
                scans++;
                SkipScan(file, ref at);
            }
        }
        return Header(width, height, false, heads, scans, kept);
    }

    private static ImageHeader? Header(long width, long height, bool isComplete, int heads, int scans, int kept) => width == 0
        ? null
        : new ImageHeader(
            PictureFormat.Jpeg,
            width,
            height,
            isComplete,
            Beside: kept * width * height,
            Oddity: heads > 1 ? ContradictoryHead.Of(PictureFormat.Jpeg) : scans > MostScans ? TooManyScans : null);

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

    /// <summary>
    /// Skips a scan. Within a scan 0xFF is followed by a zero, or by a restart marker; any other byte after 0xFF ends the scan.
    /// </summary>
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

    private static bool IsProgressive(byte marker) => marker is 0xC2 or 0xC6 or 0xCA or 0xCE;

    private static bool IsFrameHeader(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
