using System.Buffers.Binary;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// The directory at the end of a zip (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16). Its size is checked before the
/// runtime's archive reader makes an object of each entry: a gigabyte of entries would take the memory of the machine, however small the
/// entries are when unpacked.
/// </summary>
internal static class ZipDirectory
{
    /// <summary>The largest directory that is read, in bytes; that of an export has some hundred.</summary>
    public const int Most = 4 << 20;

    private const uint Signature = 0x06054B50;
    private const int RecordBytes = 22, DiskAt = 4, CountAt = 10, StartAt = 16, MostComment = ushort.MaxValue;

    /// <summary>True when the file ends with a directory, as a completely copied zip does.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be read.</exception>
    public static bool IsThere(string path)
    {
        // A pipe or a device shows no length, and opening one might wait for ever.
        if (new FileInfo(path).Length == 0)
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Size(file) is not null;
    }

    /// <summary>
    /// Bytes from the beginning of the directory to the end of the file; null when there is no directory. The stream's position changes.
    /// </summary>
    public static long? Size(Stream file)
    {
        byte[] end = new byte[Math.Min(file.Length, RecordBytes + MostComment)];
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        for (int at = end.Length - RecordBytes; at >= 0; at--)
        {
            ReadOnlySpan<byte> record = end.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Signature)
                return file.Length - Math.Min(file.Length, Start(record));
        }
        return null;
    }

    /// <summary>
    /// Where the directory begins; 0 where a second record, for files above 4 GiB, says so instead: then the whole file may be directory.
    /// </summary>
    private static long Start(ReadOnlySpan<byte> record)
    {
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(record[StartAt..]);
        bool isElsewhere = start == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(record[DiskAt..]) == ushort.MaxValue
            || BinaryPrimitives.ReadUInt16LittleEndian(record[CountAt..]) == ushort.MaxValue;
        return isElsewhere ? 0 : start;
    }
}
