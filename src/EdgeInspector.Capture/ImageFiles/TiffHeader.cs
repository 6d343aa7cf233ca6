using System.Buffers.Binary;
using System.Numerics;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>Size, depth and completeness of the pictures of a TIFF file (revision 6.0); BigTIFF is not read.</summary>
internal static class TiffHeader
{
    private const int NewSubfileType = 254, SubfileType = 255, BitsPerSample = 258, MaxSampleValue = 281;

    // NewSubfileType: bit 0 says that it is a scaled-down copy of another picture of the file, bit 2 that it is a mask. SubfileType is its
    // forerunner.
    private const int ScaledDownOrMask = 5, ScaledDown = 2;
    private const int MostDirectories = 1000;
    private const int ImageWidth = 256, ImageLength = 257, StripOffsets = 273, StripByteCounts = 279, TileWidth = 322, TileLength = 323,
        TileOffsets = 324, TileByteCounts = 325, SamplesPerPixel = 277, RowsPerStrip = 278, SampleFormat = 339;

    private const int Tags = 1 << 16, MostSamples = 4, MostBits = 16, Unsigned = 1;

    private const string OtherSamples =
        "The TIFF image has more than 4 channels, more than 16 bits a value, or values that are no whole numbers from 0 on. "
        + "Save it with 8 or 16 bits, grey or in colours.";

    /// <summary>
    /// The first page's header, or null when the first directory is not within the file or lacks the sides.
    /// </summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file) =>
        file.Length < 8 ? null : ReadDirectory(new Reader(file, file[0] == (byte)'I'), FirstDirectory(file), out _, out _);

    /// <summary>
    /// The pages of a file whose first one is well: all pictures of full size. Those beyond the first that are not understood count, as
    /// incomplete. At most one more than <see cref="ImagePages.Most"/>.
    /// </summary>
    public static IReadOnlyList<ImagePage> Pages(ReadOnlySpan<byte> file)
    {
        var tiff = new Reader(file, file[0] == (byte)'I');
        var pages = new List<ImagePage>();
        var seen = new HashSet<long>();
        ImagePage? smaller = null;
        long directory = FirstDirectory(file);
        // The directories form a chain, which must not lead in a circle.
        while (directory != 0 && seen.Add(directory) && seen.Count <= MostDirectories && pages.Count <= ImagePages.Most)
        {
            ImageHeader header = ReadDirectory(tiff, directory, out bool isFull, out long next)
                ?? new ImageHeader(PictureFormat.Tiff, 1, 1, false);
            var page = new ImagePage(header, (int)Math.Min(directory, int.MaxValue), file.Length);
            if (isFull)
                pages.Add(page);
            else
                smaller ??= page;
            directory = next;
        }
        if (pages.Count == 0 && smaller is { } only)
            pages.Add(only);
        return pages;
    }

    private static long FirstDirectory(ReadOnlySpan<byte> file) => new Reader(file, file[0] == (byte)'I').UInt32(4);

    /// <param name="tiff">The file.</param>
    /// <param name="directory">Where the directory lies.</param>
    /// <param name="isFull">False for a scaled-down copy and for a mask.</param>
    /// <param name="next">Where the next one lies; 0 after the last.</param>
    private static ImageHeader? ReadDirectory(Reader tiff, long directory, out bool isFull, out long next)
    {
        isFull = true;
        next = 0;
        if (directory + 2 > tiff.Length)
            return null;
        int entries = tiff.UInt16(directory);
        if (entries == 0 || directory + 2 + entries * 12L > tiff.Length)
            return null;
        long width = 0, height = 0, tileWidth = 0, tileHeight = 0, samples = 1, bits = 1, largest = 0, form = Unsigned, rows = 0;
        Span<ulong> seen = stackalloc ulong[Tags / 64];
        seen.Clear();
        // Whether the parts are strips (1), tiles (2) or, against the specification, both (3).
        int parts = 0;
        bool isTwofold = false;
        Field offsets = default, counts = default;
        for (int entry = 0; entry < entries; entry++)
        {
            long at = directory + 2 + entry * 12L;
            int tag = tiff.UInt16(at);
            var field = new Field(tiff.UInt16(at + 2), tiff.UInt32(at + 4), at + 8);
            isTwofold |= (seen[tag >> 6] >> (tag & 63) & 1) != 0 || IsSize(tag) && field.Count != 1;
            seen[tag >> 6] |= 1UL << (tag & 63);
            parts |= tag switch { StripOffsets or StripByteCounts => 1, >= TileWidth and <= TileByteCounts => 2, _ => 0 };
            switch (tag)
            {
                case NewSubfileType:
                    isFull = (tiff.Value(field, 0) & ScaledDownOrMask) == 0;
                    break;
                case SubfileType:
                    isFull = tiff.Value(field, 0) != ScaledDown;
                    break;
                case ImageWidth:
                    width = tiff.Value(field, 0);
                    break;
                case ImageLength:
                    height = tiff.Value(field, 0);
                    break;
                case BitsPerSample:
                    bits = tiff.Value(field, 0);
                    break;
                case MaxSampleValue:
                    largest = tiff.Value(field, 0);
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
                case RowsPerStrip:
                    rows = tiff.Value(field, 0);
                    break;
                case SampleFormat:
                    form = tiff.Value(field, 0);
                    break;
                case StripOffsets or TileOffsets:
                    offsets = field;
                    break;
                case StripByteCounts or TileByteCounts:
                    counts = field;
                    break;
            }
        }
        if (directory + 2 + entries * 12L + 4 <= tiff.Length)
            next = tiff.UInt32(directory + 2 + entries * 12L);
        if (samples < 1 || width < 1 || height < 1)
            return null;
        return new ImageHeader(
            PictureFormat.Tiff,
            width,
            height,
            HoldsAllParts(tiff, offsets, counts),
            Depth: Depth(bits, largest),
            IsDeep: bits > 8,
            Beside: tileWidth > 0
                ? Beside(tileWidth, tileHeight, bits, samples)
                : Beside(width, rows < 1 ? height : Math.Min(rows, height), bits, samples),
            Oddity: isTwofold || parts == 3 ? TwoSizes.Of(PictureFormat.Tiff)
                : samples > MostSamples || bits is < 1 or > MostBits || form != Unsigned ? OtherSamples : null);
    }

    /// <summary>
    /// What a decoder takes for one strip or tile: whole tiles, also around a small picture; of 8 bits four channels in between.
    /// </summary>
    private static long Beside(long width, long height, long bits, long samples) => ImageHeaderReader.SaturatingMultiply(
        ImageHeaderReader.SaturatingMultiply(width, Math.Max(height, 1)), bits > 8 ? 2 * samples : 4 + samples);

    private static bool IsSize(int tag) => tag is ImageWidth or ImageLength or TileWidth or TileLength or SamplesPerPixel or RowsPerStrip;

    /// <summary>
    /// By the specification the largest value is only what happens to be in the picture; a whole number of bits full of ones is taken for
    /// the camera's range.
    /// </summary>
    private static SaidDepth Depth(long bits, long largest) =>
        bits is > 8 and < 16 ? new SaidDepth((int)bits, SampleStorage.Packed)
        : largest is > 255 and < 65535 && BitOperations.IsPow2(largest + 1) ? new SaidDepth(BitOperations.Log2((ulong)largest + 1))
        : default;

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
            littleEndian
                ? BinaryPrimitives.ReadUInt16LittleEndian(_file[(int)at..])
                : BinaryPrimitives.ReadUInt16BigEndian(_file[(int)at..]);

        public long UInt32(long at) =>
            littleEndian
                ? BinaryPrimitives.ReadUInt32LittleEndian(_file[(int)at..])
                : BinaryPrimitives.ReadUInt32BigEndian(_file[(int)at..]);

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
