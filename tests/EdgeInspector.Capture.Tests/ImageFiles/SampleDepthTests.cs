using System.Buffers.Binary;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.ImageFiles;

/// <summary>10, 12 and 14 bits in 16: read by their true range or refused, never as a dark picture.</summary>
public sealed class SampleDepthTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(14)]
    public void Bare_values_of_fewer_bits_are_refused_with_the_setting_and_read_with_it(int bits)
    {
        int white = (1 << bits) - 1;
        foreach (byte[] file in new[]
        {
            Deep(".png", white),
            Deep(".tif", white),
            Deep(".png", white, MatType.CV_16UC3),
            Deep(".png", white, MatType.CV_16UC4),
        })
        {
            string problem = Refusal(file);
            Assert.Contains("dark", problem, StringComparison.Ordinal);
            Assert.Contains("BitDepth", problem, StringComparison.Ordinal);
            Assert.Equal((0, 255), Read(file, bits));
        }
    }

    [Fact]
    public void A_hot_pixel_or_a_time_stamp_does_not_make_a_picture_of_12_bits_a_dark_one()
    {
        using Mat image = Cv2.ImDecode(Deep(".png", 4095), ImreadModes.Unchanged);
        for (int column = 0; column < 15; column++)
            image.Set(3, column, ushort.MaxValue);
        Cv2.ImEncode(".png", image, out byte[] stamped);
        string problem = Refusal(stamped);
        Assert.Contains("of its values are above 16,383", problem, StringComparison.Ordinal);
        Assert.Contains("BitDepth", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truly_dark_picture_is_read_as_such_when_somebody_says_so()
    {
        Assert.NotEmpty(Refusal(Deep(".png", 4000)));
        Assert.Equal((0, 16), Read(Deep(".png", 4000), 16));
    }

    [Fact]
    public void Values_over_the_whole_range_need_no_word_also_where_the_lower_bits_are_empty()
    {
        Assert.Equal((0, 255), Read(Deep(".png", 65535)));
        Assert.Equal((0, 255), Read(Deep(".tif", 4095 << 4)));
        // Half of full brightness stays half.
        Assert.Equal((0, 128), Read(Deep(".png", 32896)));
    }

    [Fact]
    public void A_bit_depth_that_the_values_exceed_is_refused_with_both_numbers()
    {
        string problem = Refusal(Deep(".png", 4095), 10);
        Assert.Contains("4,095", problem, StringComparison.Ordinal);
        Assert.Contains("1,023", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_bits_are_read_whatever_the_bit_depth_says() =>
        Assert.Equal(200, Read(Pictures.Encode(".png", type: MatType.CV_8UC4), 12).Most);

    [Fact]
    public void The_significant_bits_of_a_png_tell_the_range_of_bare_values()
    {
        Assert.Equal((0, 255), Read(WithSignificantBits(Deep(".png", 4095), 12)));
        Assert.Equal((0, 255), Read(WithSignificantBits(Deep(".png", 1023), 10)));
        // Half of 12 bits.
        Assert.Equal((0, 128), Read(WithSignificantBits(Deep(".png", 2048), 12)));
    }

    [Fact]
    public void The_significant_bits_of_a_png_whose_values_are_spread_as_the_specification_asks_change_nothing() =>
        Assert.Equal((0, 128), Read(WithSignificantBits(Deep(".png", 2056 << 4), 12)));

    [Fact]
    public void Spread_values_that_are_dark_throughout_are_not_made_bright_by_the_significant_bits() =>
        Assert.NotEmpty(Refusal(WithSignificantBits(Flat(16 * 100), 12)));

    [Fact]
    public void The_largest_value_that_a_tiff_names_tells_the_range_when_it_is_full_of_ones()
    {
        Assert.Equal((128, 128), Read(Tiff.Write(new TiffPage(20, 10, 16, 2048, (281, 4095)))));
        // What merely happens to be the brightest pixel is no range.
        Assert.NotEmpty(Refusal(Tiff.Write(new TiffPage(20, 10, 16, 2048, (281, 2048)))));
        // Nor is the range of the storage, which programs write without looking.
        Assert.NotEmpty(Refusal(Tiff.Write(new TiffPage(20, 10, 16, 2048, (281, 65535)))));
        // A word that the values disprove says nothing.
        Assert.Equal((156, 156), Read(Tiff.Write(new TiffPage(20, 10, 16, 40000, (281, 4095)))));
    }

    private static (int Least, int Most) Read(byte[] file, int? bitDepth = null)
    {
        using ImageDecoding decoding = ImageFile.Decode(file, new ImageLimits(), bitDepth);
        Assert.Null(decoding.Problem);
        Assert.Equal(MatType.CV_8UC3, decoding.Image!.Type());
        Cv2.MinMaxLoc(decoding.Image.Reshape(1), out double least, out double most);
        return ((int)least, (int)most);
    }

    private static string Refusal(byte[] file, int? bitDepth = null)
    {
        using ImageDecoding decoding = ImageFile.Decode(file, new ImageLimits(), bitDepth);
        Assert.Null(decoding.Image);
        return decoding.Problem!;
    }

    /// <summary>A ramp from 0 to the value, each value used.</summary>
    private static byte[] Deep(string extension, int most, MatType? type = null)
    {
        using var grey = new Mat(40, 500, MatType.CV_16UC1);
        for (int at = 0; at < 500 * 40; at++)
            grey.Set(at / 500, at % 500, (ushort)((long)most * at / (500 * 40 - 1)));
        using var image = new Mat();
        MatType form = type ?? MatType.CV_16UC1;
        if (form.Channels == 1)
            grey.CopyTo(image);
        else
            Cv2.CvtColor(grey, image, form.Channels == 3 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.GRAY2BGRA);
        Cv2.ImEncode(extension, image, out byte[] bytes);
        return bytes;
    }

    private static byte[] Flat(ushort value)
    {
        using var image = new Mat(10, 20, MatType.CV_16UC1, Scalar.All(value));
        Cv2.ImEncode(".png", image, out byte[] bytes);
        return bytes;
    }

    /// <summary>Puts the chunk <c>sBIT</c> behind the head.</summary>
    private static byte[] WithSignificantBits(byte[] png, byte bits)
    {
        const int AfterHead = 8 + 25;
        byte[] chunk = [0, 0, 0, 1, .. "sBIT"u8, bits, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(9), Crc32(chunk.AsSpan(4, 5)));
        return [.. png[..AfterHead], .. chunk, .. png[AfterHead..]];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }
}
