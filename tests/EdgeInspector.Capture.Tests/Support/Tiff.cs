using System.Buffers.Binary;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>One grey page of a TIFF file.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bits">8 or 16.</param>
/// <param name="Value">All its pixels.</param>
/// <param name="Further">Further tags with a short value each, in any order.</param>
internal sealed record TiffPage(int Width, int Height, int Bits, ushort Value, params (ushort Tag, ushort Value)[] Further);

/// <summary>Writes TIFF files that programs at hand do not write.</summary>
internal static class Tiff
{
    public static byte[] Write(params TiffPage[] pages)
    {
        var file = new MemoryStream();
        file.Write("II*\0"u8);
        Put32(file, 8);
        for (int index = 0; index < pages.Length; index++)
        {
            TiffPage page = pages[index];
            int bytes = page.Width * page.Height * page.Bits / 8;
            SortedDictionary<ushort, int> tags = new()
            {
                [256] = page.Width,
                [257] = page.Height,
                [258] = page.Bits,
                [259] = 1,
                [262] = 1,
                [273] = 0,
                [277] = 1,
                [278] = page.Height,
                [279] = bytes,
            };
            foreach ((ushort tag, ushort value) in page.Further)
                tags[tag] = value;
            int pixels = (int)file.Position + 2 + tags.Count * 12 + 4;
            tags[273] = pixels;
            Put16(file, tags.Count);
            foreach ((ushort tag, int value) in tags)
            {
                Put16(file, tag);
                Put16(file, 4);
                Put32(file, 1);
                Put32(file, value);
            }
            Put32(file, index == pages.Length - 1 ? 0 : pixels + bytes);
            for (int pixel = 0; pixel < page.Width * page.Height; pixel++)
            {
                if (page.Bits == 16)
                    Put16(file, page.Value);
                else
                    file.WriteByte((byte)page.Value);
            }
        }
        return file.ToArray();
    }

    private static void Put16(Stream file, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        file.Write(bytes);
    }

    private static void Put32(Stream file, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        file.Write(bytes);
    }
}
