using System.Buffers.Binary;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;
using EdgeInspector.Inspection.Pictures;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.ImageFiles;

/// <summary>Runs alone, since it watches the memory of the whole process.</summary>
[CollectionDefinition(nameof(HostileImageTests), DisableParallelization = true)]
[Collection(nameof(HostileImageTests))]
public sealed class HostileImageTests
{
    private const long Megabyte = 1 << 20;

    // What reading a file, loading a decoder and the runtime itself may take beside the picture.
    private const long Flat = 64 * Megabyte;

    private const ushort Long = 4;

    public static TheoryData<string> ContradictoryHead => [.. Twofold.Keys];

    public static TheoryData<string> Strange => [.. OfOtherForm.Keys];

    public static TheoryData<string> OtherFormats => [.. Foreign.Keys];

    public static TheoryData<string> Largest => [.. Limit.Keys];

    private static Dictionary<string, Func<byte[]>> Twofold { get; } = new()
    {
        ["TIFF of 8 bits, repetitions behind each other"] = () => HostileTiff.Strips(26000, 26000, 500, 8, Behind),
        ["TIFF of 8 bits, repetitions apart"] = () => HostileTiff.Strips(26000, 26000, 500, 8, Apart),
        ["TIFF of 16 bits, repetitions apart"] = () => HostileTiff.Strips(26000, 26000, 500, 16, Apart),
        ["TIFF, repetitions at the end"] = () => HostileTiff.Strips(26000, 26000, 500, 8, list => [.. list, .. Small]),
        ["TIFF, the small size first"] = () => HostileTiff.Strips(26000, 26000, 500, 8, list => [.. Small, .. list]),
        ["TIFF, two values for one side"] = () => HostileTiff.Strips(26000, 26000, 500, 8, list => list.Select(
            entry => entry.Tag == HostileTiff.Width ? entry with { Type = 3, Count = 2, Value = 10 } : entry)),
        ["TIFF, rows of a strip twice"] = () => HostileTiff.Strips(
            100, 100, 50, 8, list => [.. list, new(HostileTiff.Rows, Long, 1, 4_000_000_000)]),
        ["TIFF in strips and tiles"] = () => HostileTiff.OneTile(
            64, 64, 64, 64, new(HostileTiff.Offsets, Long, 1, 8), new(HostileTiff.Counts, Long, 1, 20)),
        ["TIFF, the second page"] = () => HostileTiff.Chain(
            HostileTiff.Strips(100, 100, 50, 8, list => list), HostileTiff.Strips(26000, 26000, 500, 8, Apart)),
        ["PNG with two heads"] = () => WithChunk(Pictures.Encode(".png"), Chunk("IHDR", [.. Size(20_000, 5_000), 8, 2, 0, 0, 0])),
        ["PNG with a picture of another size"] = () => WithChunk(
            Pictures.Encode(".png"), Chunk("fcTL", [0, 0, 0, 0, .. Size(20_000, 20_000), .. new byte[14]])),
        ["JPEG with two heads"] = () => WithSecondFrame(Pictures.Encode(".jpg"), 9_000, 9_000),
    };

    private static Dictionary<string, Func<byte[]>> OfOtherForm { get; } = new()
    {
        ["TIFF with a tile far larger than the picture"] = () => HostileTiff.OneTile(10, 10, 20_000, 20_000),
        ["TIFF of 32 bits"] = () => HostileTiff.Strips(8000, 8000, 500, 32, list => list),
        ["TIFF of 64 bits in floating point"] = () => HostileTiff.Strips(
            8000, 8000, 500, 64, list => [.. list, new(HostileTiff.SampleForm, 3, 1, 3)]),
        ["TIFF with 16 channels"] = () => HostileTiff.Strips(5000, 5000, 500, 16, list => list, samples: 16),
        ["TIFF with 60,000 channels"] = () => HostileTiff.Strips(5000, 5000, 500, 8, list => list.Select(
            entry => entry.Tag == HostileTiff.Samples ? entry with { Value = 60_000 } : entry)),
        ["TIFF beyond the limit"] = () => HostileTiff.Strips(26000, 26000, 500, 8, list => list),
        ["TIFF of two pages that are too large together"] = () => HostileTiff.Chain(
            HostileTiff.Strips(9000, 9000, 500, 8, list => list), HostileTiff.Strips(9000, 9000, 500, 16, list => list)),
        ["TIFF of 16 bits and 4 channels in one strip"] = () => HostileTiff.Strips(9000, 9000, 9000, 16, list => list, samples: 4),
        ["progressive JPEG of four channels"] = () => Progressive(WithSides(Pictures.Encode(".jpg"), 9_999, 9_999)),
        ["PNG beyond the limit"] = () => Pictures.PngHead(20_000, 20_000),
        ["PNG whose animation has two controls"] = () => WithChunk(
            WithChunk(Pictures.Encode(".png"), Chunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0])), Chunk("acTL", [0, 0, 0, 9, 0, 0, 0, 0])),
        ["PNG with the data of a second picture"] = () => WithChunk(Pictures.Encode(".png"), Chunk("fdAT", new byte[20])),
        ["BMP beyond the limit"] = () => Patched(Pictures.Encode(".bmp"), 18, 60_000, 22, 60_000),
        ["BMP of the lowest height there is"] = () => Patched(Pictures.Encode(".bmp"), 18, 1, 22, int.MinValue),
        ["run-length coded BMP beyond the limit"] = () => Patched(Pictures.Encode(".bmp"), 18, 60_000, 22, 60_000, 30, 1),
        ["JPEG beyond the limit"] = () => WithSides(Pictures.Encode(".jpg"), 65_000, 65_000),
        ["JPEG of a thousand scans"] = () => WithScans(Pictures.Encode(".jpg"), 1000),
        ["WebP beyond the limit"] = () => WebPCanvas(16_000_000, 16_000_000),
        ["WebP whose canvas is smaller than its picture"] = () => WebPCanvas(10, 10),
    };

    // Whatever else OpenCV has a decoder for, with its smallest head and sides that would take gigabytes.
    private static Dictionary<string, Func<byte[]>> Foreign { get; } = new()
    {
        ["portable greymap"] = () => [.. "P5\n30000 30000\n255\n"u8, .. new byte[64]],
        ["portable pixmap of 16 bits"] = () => [.. "P6\n30000 30000\n65535\n"u8, .. new byte[64]],
        ["portable bitmap as text"] = () => [.. "P1\n30000 30000\n"u8, .. new byte[64]],
        ["portable arbitrary map"] = () =>
            [.. "P7\nWIDTH 30000\nHEIGHT 30000\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"u8, .. new byte[64]],
        ["portable floatmap"] = () => [.. "PF\n30000 30000\n-1.0\n"u8, .. new byte[64]],
        ["Radiance"] = () => [.. "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 30000 +X 30000\n"u8, .. new byte[64]],
        ["Sun raster"] = () =>
            [0x59, 0xA6, 0x6A, 0x95, .. Size(30_000, 30_000), .. Size(24, 0), .. Size(1, 0), 0, 0, 0, 0, .. new byte[64]],
        ["GIF"] = () =>
        [
            .. "GIF89a"u8, 0x30, 0x75, 0x30, 0x75, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 0x30, 0x75, 0x30, 0x75, 0, 2, 0,
            0x3B,
        ],
        ["OpenEXR"] = () => [0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0, .. new byte[300]],
        ["JPEG 2000"] = () => [0, 0, 0, 12, .. "jP  "u8, 0x0D, 0x0A, 0x87, 0x0A, .. new byte[300]],
        ["JPEG 2000 without its box"] = () => [0xFF, 0x4F, 0xFF, 0x51, 0, 47, 0, 0, .. Size(30_000, 30_000), .. new byte[100]],
        ["AVIF"] = () => [0, 0, 0, 28, .. "ftypavif"u8, .. new byte[300]],
        ["BigTIFF"] = () => [.. "II+\0"u8, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, .. new byte[300]],
        ["BigTIFF of the other byte order"] = () => [.. "MM\0+"u8, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, .. new byte[300]],
    };

    private static Dictionary<string, Func<byte[]>> Limit { get; } = new()
    {
        ["TIFF of 8 bits in one strip"] = () => HostileTiff.Strips(10_000, 10_000, 10_000, 8, list => list),
        ["TIFF of 16 bits in one strip"] = () => HostileTiff.Strips(10_000, 10_000, 10_000, 16, list => list),
        ["TIFF in one tile"] = () => HostileTiff.OneTile(9_984, 9_984, 9_984, 9_984),
        ["PNG of 16 bits"] = () => Encoded(".png", MatType.CV_16UC4),
        ["PNG of 8 bits"] = () => Encoded(".png", MatType.CV_8UC3),
        ["progressive JPEG"] = () => Encoded(".jpg", MatType.CV_8UC3, (int)ImwriteFlags.JpegProgressive, 1),
        ["WebP"] = () => Encoded(".webp", MatType.CV_8UC3, (int)ImwriteFlags.WebPQuality, 101),
    };

    private static IEnumerable<TiffEntry> Small => [new(HostileTiff.Width, Long, 1, 10), new(HostileTiff.Height, Long, 1, 10)];

    [Theory]
    [MemberData(nameof(ContradictoryHead))]
    public void A_head_that_tells_its_size_twice_is_refused_before_anything_is_decoded(string name)
    {
        (string? problem, long peak) = Judge(Twofold[name]());
        Assert.Matches("tells its size or form twice|is an animation", problem);
        Assert.InRange(peak, long.MinValue, Flat);
    }

    [Theory]
    [MemberData(nameof(Strange))]
    public void A_picture_that_would_cost_more_than_its_file_lets_expect_is_refused(string name)
    {
        (string? problem, long peak) = Judge(OfOtherForm[name]());
        Assert.NotNull(problem);
        Assert.InRange(peak, long.MinValue, Flat);
    }

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void A_format_that_no_camera_writes_reaches_no_decoder(string name)
    {
        (string? problem, long peak) = Judge(Foreign[name]());
        Assert.Equal("The file is not a JPEG, PNG, BMP, TIFF or WebP image.", problem);
        Assert.InRange(peak, long.MinValue, Flat);
    }

    [Theory]
    [MemberData(nameof(Largest))]
    public void The_largest_picture_that_is_read_costs_no_more_than_is_promised(string name)
    {
        byte[] file = Limit[name]();
        (string? problem, long peak) = Judge(file);
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {file.Length:N0} bytes of file, {peak / Megabyte:N0} MB at the peak. {problem}");
        Assert.Null(problem);
        Assert.InRange(peak, 100 * Megabyte, 1_000_000_000);
    }

    [Fact]
    public void Opencv_itself_refuses_more_pixels_than_a_picture_may_have()
    {
        byte[] file = HostileTiff.Strips(26000, 26000, 500, 8, list => list);
        long peak = PeakMemory.During(() => Assert.ThrowsAny<OpenCVException>(() => Cv2.ImDecode(file, ImreadModes.Color).Dispose()));
        Assert.InRange(peak, long.MinValue, Flat);
    }

    [Fact]
    public void A_format_that_is_switched_off_is_refused_with_the_setting_that_switches_it_on()
    {
        byte[] webp = Pictures.Encode(".webp");
        using ImageDecoding refused = ImageFile.Decode(webp, new ImageLimits());
        Assert.Equal(
            "The file is a WebP image, and Formats does not name WebP: Jpeg, Png, Bmp, Tiff are read. "
            + "Add WebP to Formats (of the camera or of Golden; for inspect --formats), or save the picture as PNG.",
            refused.Problem);
        using ImageDecoding read = ImageFile.Decode(webp, ImageLimits.Of([PictureFormat.WebP]));
        Assert.NotNull(read.Image);
        using ImageDecoding other = ImageFile.Decode(Pictures.Encode(".jpg"), ImageLimits.Of([PictureFormat.WebP]));
        Assert.Contains("Formats does not name Jpeg: WebP are read.", other.Problem, StringComparison.Ordinal);
    }

    private static (string? Problem, long Peak) Judge(byte[] file)
    {
        string? problem = null;
        long peak = PeakMemory.During(() =>
        {
            using ImageDecoding decoding = ImageFile.Decode(file, Pictures.AnyFormat, bitDepth: 16);
            problem = decoding.Problem;
        });
        return (problem, peak);
    }

    private static IEnumerable<TiffEntry> Behind(List<TiffEntry> list) =>
        list.SelectMany(entry => Small.Where(small => small.Tag == entry.Tag).Prepend(entry));

    private static IEnumerable<TiffEntry> Apart(List<TiffEntry> list) => [.. list[..2], .. Small, .. list[2..]];

    private static byte[] Encoded(string ending, MatType type, params int[] options)
    {
        using var image = new Mat(10_000, 10_000, type, Scalar.All(0));
        Cv2.ImEncode(ending, image, out byte[] file, options);
        return file;
    }

    private static byte[] Size(int width, int height)
    {
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        return size;
    }

    /// <summary>A chunk of a PNG file; its checksum is right.</summary>
    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32(chunk.AsSpan(4..^4)));
        return chunk;
    }

    /// <summary>ISO 3309, as PNG asks for it.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }

    private static byte[] WithChunk(byte[] png, byte[] chunk) => [.. png[..33], .. chunk, .. png[33..]];

    private static byte[] Patched(byte[] file, params int[] offsetsAndValues)
    {
        for (int index = 0; index < offsetsAndValues.Length; index += 2)
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offsetsAndValues[index]), offsetsAndValues[index + 1]);
        return file;
    }

    private static byte[] WithSides(byte[] jpeg, ushort width, ushort height)
    {
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), width);
        return jpeg;
    }

    private static byte[] Progressive(byte[] jpeg)
    {
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        jpeg[frame + 1] = 0xC2;
        jpeg[frame + 9] = 4;
        return jpeg;
    }

    private static byte[] WithSecondFrame(byte[] jpeg, ushort width, ushort height)
    {
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        byte[] second = WithSides([.. jpeg[frame..(frame + 19)]], width, height);
        return [.. jpeg[..frame], .. second, .. jpeg[frame..]];
    }

    private static byte[] WithScans(byte[] jpeg, int count)
    {
        int scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return [.. jpeg[..scan], .. Enumerable.Repeat(jpeg[scan..^2], count).SelectMany(bytes => bytes), .. jpeg[^2..]];
    }

    private static byte[] WebPCanvas(int width, int height)
    {
        byte[] plain = Pictures.Encode(".webp");
        byte[] extended =
        [
            .. "VP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, (byte)(width - 1), (byte)(width - 1 >> 8), (byte)(width - 1 >> 16), (byte)(height - 1),
            (byte)(height - 1 >> 8), (byte)(height - 1 >> 16),
        ];
        byte[] file = [.. plain[..12], .. extended, .. plain[12..]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }
}
