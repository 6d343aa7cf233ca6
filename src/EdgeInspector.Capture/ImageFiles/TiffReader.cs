using System.Buffers.Binary;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>A field of a directory: its type, the number of its values, and where its value or their offset lies.</summary>
internal readonly record struct TiffField(int Type, long Count, long At);

/// <summary>The numbers of a TIFF file, in the byte order that the file names.</summary>
/// <param name="file">The file, at least its head of 8 bytes.</param>
internal readonly ref struct TiffReader(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private readonly bool _isLittleEndian = file[0] == (byte)'I';

    public long Length => _file.Length;

    /// <summary>Where the first directory lies.</summary>
    public long FirstDirectory => UInt32(4);

    public int UInt16(long at) =>
        _isLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(_file[(int)at..])
            : BinaryPrimitives.ReadUInt16BigEndian(_file[(int)at..]);

    public long UInt32(long at) =>
        _isLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(_file[(int)at..])
            : BinaryPrimitives.ReadUInt32BigEndian(_file[(int)at..]);

    /// <summary>
    /// One value of a field of 16- or 32-bit numbers; −1 when the field has another type or does not lie within the file.
    /// </summary>
    public long Value(TiffField field, long index)
    {
        int size = field.Type switch { 3 => 2, 4 => 4, _ => 0 };
        if (size == 0 || index >= field.Count)
            return -1;
        long start = field.Count * size <= 4 ? field.At : UInt32(field.At);
        long at = start + index * size;
        if (at + size > _file.Length)
            return -1;
        return size == 2 ? UInt16(at) : UInt32(at);
    }
}
