using System.Buffers.Binary;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>Size and completeness of the first picture of a TIFF file (revision 6.0); BigTIFF is not read.</summary>
internal static class TiffHeader
{
    private const int ImageWidth = 256, ImageLength = 257, StripOffsets = 273, StripByteCounts = 279, TileWidth = 322, TileLength = 323,
        TileOffsets = 324, TileByteCounts = 325, SamplesPerPixel = 277;

    /// <summary>The header, or null when the first directory is not within the file or lacks the sides.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
            return null;
        var tiff = new Reader(file, file[0] == (byte)'I');
        long directory = tiff.UInt32(4);
        if (directory + 2 > file.Length)
            return null;
        int entries = tiff.UInt16(directory);
        if (entries == 0 || directory + 2 + entries * 12L > file.Length)
            return null;
        long width = 0, height = 0, tileWidth = 0, tileHeight = 0, samples = 1;
        Field offsets = default, counts = default;
        for (int entry = 0; entry < entries; entry++)
        {
            long at = directory + 2 + entry * 12L;
            var field = new Field(tiff.UInt16(at + 2), tiff.UInt32(at + 4), at + 8);
            switch (tiff.UInt16(at))
            {
                case ImageWidth:
                    width = tiff.Value(field, 0);
                    break;
                case ImageLength:
                    height = tiff.Value(field, 0);
                    break;
                case TileWidth:
                    tileWidth = tiff.Value(field, 0);
                    break;
                case TileLength:
                    tileHeight = tiff.Value(field, 0);
                    break;
                case SamplesPerPixel:
                    samples = tiff.Value(field, 0);
                    break;
                case StripOffsets or TileOffsets:
                    offsets = field;
                    break;
                case StripByteCounts or TileByteCounts:
                    counts = field;
                    break;
            }
        }
        if (samples is < 1 or > 16)
            return null;
        bool complete = HoldsAllParts(tiff, offsets, counts);
        // A decoder allocates whole tiles, also around a small picture.
        return new ImageHeader(ImageKind.Tiff, width < 1 ? 0 : Math.Max(width, tileWidth), height < 1 ? 0 : Math.Max(height, tileHeight), complete);
    }

    private static bool HoldsAllParts(Reader tiff, Field offsets, Field counts)
    {
        if (offsets.Count == 0 || offsets.Count != counts.Count)
            return false;
        for (long part = 0; part < offsets.Count; part++)
        {
            long offset = tiff.Value(offsets, part);
            long count = tiff.Value(counts, part);
            if (offset <= 0 || count < 0 || offset + count > tiff.Length)
                return false;
        }
        return true;
    }

    /// <summary>A field of the directory: its type, the number of its values, and where its value or their offset lies.</summary>
    private readonly record struct Field(int Type, long Count, long At);

    private readonly ref struct Reader(ReadOnlySpan<byte> file, bool littleEndian)
    {
        private readonly ReadOnlySpan<byte> _file = file;

        public long Length => _file.Length;

        public int UInt16(long at) =>
            littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(_file[(int)at..]) : BinaryPrimitives.ReadUInt16BigEndian(_file[(int)at..]);

        public long UInt32(long at) =>
            littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(_file[(int)at..]) : BinaryPrimitives.ReadUInt32BigEndian(_file[(int)at..]);

        /// <summary>One value of a field of 16- or 32-bit numbers; −1 when it is of another type or not within the file.</summary>
        public long Value(Field field, long index)
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
}
