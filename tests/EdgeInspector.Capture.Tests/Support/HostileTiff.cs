using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>One entry of a TIFF directory, as it lies in the file.</summary>
internal sealed record TiffEntry(ushort Tag, ushort Type, uint Count, uint Value);

/// <summary>
/// Writes TIFF files of a few kilobytes whose compressed strips or tiles unpack to as many pixels as the head says, with whatever entries
/// in whatever order.
/// </summary>
internal static class HostileTiff
{
    public const ushort Width = 256, Height = 257, Bits = 258, Compression = 259, Colours = 262, Offsets = 273, Samples = 277, Rows = 278,
        Counts = 279, TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileCounts = 325, SampleForm = 339;

    private const ushort Short = 3, Long = 4;
    private const int Deflate = 8;

    /// <summary>A grey picture in strips.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows, a multiple of <paramref name="rows"/>.</param>
    /// <param name="rows">Rows of a strip.</param>
    /// <param name="bits">Bits of a value.</param>
    /// <param name="reorder">What becomes of the directory before it is written.</param>
    /// <param name="samples">Values of a pixel.</param>
    public static byte[] Strips(
        int width, int height, int rows, int bits, Func<List<TiffEntry>, IEnumerable<TiffEntry>> reorder, int samples = 1)
    {
        int parts = height / rows;
        byte[] strip = Zeros((long)width * rows * bits / 8 * samples);
        return Write(strip, parts, (offsets, counts) => reorder(
        [
            new(Width, Long, 1, (uint)width), new(Height, Long, 1, (uint)height), new(Bits, Short, 1, (uint)bits),
            new(Compression, Short, 1, Deflate), new(Colours, Short, 1, 1), new(Offsets, Long, (uint)parts, offsets),
            new(Samples, Short, 1, (uint)samples), new(Rows, Long, 1, (uint)rows), new(Counts, Long, (uint)parts, counts),
        ]));
    }

    /// <summary>A grey picture of 8 bits in one tile.</summary>
    public static byte[] OneTile(int width, int height, int tileWidth, int tileHeight, params TiffEntry[] further) => Write(
        Zeros((long)tileWidth * tileHeight),
        1,
        (offsets, counts) =>
        [
            new(Width, Long, 1, (uint)width), new(Height, Long, 1, (uint)height), new(Bits, Short, 1, 8),
            new(Compression, Short, 1, Deflate), new(Colours, Short, 1, 1), new(Samples, Short, 1, 1), .. further,
            new(TileWidth, Long, 1, (uint)tileWidth), new(TileHeight, Long, 1, (uint)tileHeight), new(TileOffsets, Long, 1, offsets),
            new(TileCounts, Long, 1, counts),
        ]);

    /// <summary>A file of several directories, each pointing at the next.</summary>
    public static byte[] Chain(byte[] first, byte[] second)
    {
        // The second file's offsets are moved behind the first.
        byte[] moved = Moved(second, first.Length);
        byte[] chained = [.. first, .. moved];
        uint directory = BinaryPrimitives.ReadUInt32LittleEndian(first.AsSpan(4));
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(first.AsSpan((int)directory));
        uint next = BinaryPrimitives.ReadUInt32LittleEndian(second.AsSpan(4)) + (uint)first.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(chained.AsSpan((int)directory + 2 + entries * 12), next);
        return chained;
    }

    private static byte[] Write(byte[] part, int parts, Func<uint, uint, IEnumerable<TiffEntry>> directory)
    {
        var file = new MemoryStream();
        var bytes = new BinaryWriter(file);
        bytes.Write("II*\0\0\0\0\0"u8);
        bytes.Write(part);
        // One part's offset and count stand in the entry itself.
        uint offsets = 8, counts = (uint)part.Length;
        if (parts > 1)
        {
            offsets = (uint)file.Position;
            for (int index = 0; index < parts; index++)
                bytes.Write(8);
            counts = (uint)file.Position;
            for (int index = 0; index < parts; index++)
                bytes.Write(part.Length);
        }
        uint at = (uint)file.Position;
        TiffEntry[] entries = [.. directory(offsets, counts)];
        bytes.Write((ushort)entries.Length);
        foreach (TiffEntry entry in entries)
        {
            bytes.Write(entry.Tag);
            bytes.Write(entry.Type);
            bytes.Write(entry.Count);
            bytes.Write(entry.Value);
        }
        bytes.Write(0);
        file.Position = 4;
        bytes.Write(at);
        return file.ToArray();
    }

    private static byte[] Moved(byte[] file, int by)
    {
        byte[] moved = [.. file];
        int directory = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(directory));
        for (int entry = 0; entry < entries; entry++)
        {
            Span<byte> at = moved.AsSpan(directory + 2 + entry * 12, 12);
            ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(at);
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(at[4..]), value = BinaryPrimitives.ReadUInt32LittleEndian(at[8..]);
            bool isPointer = tag is Offsets or TileOffsets || (tag is Counts or TileCounts && count > 1);
            if (!isPointer)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(at[8..], value + (uint)by);
            for (uint index = 0; tag is Offsets or TileOffsets && count > 1 && index < count; index++)
            {
                Span<byte> offset = moved.AsSpan((int)(value + index * 4));
                BinaryPrimitives.WriteUInt32LittleEndian(offset, BinaryPrimitives.ReadUInt32LittleEndian(offset) + (uint)by);
            }
        }
        return moved;
    }

    private static byte[] Zeros(long count)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] block = new byte[1 << 16];
            for (long left = count; left > 0; left -= block.Length)
                zlib.Write(block, 0, (int)Math.Min(left, block.Length));
        }
        return packed.ToArray();
    }
}
