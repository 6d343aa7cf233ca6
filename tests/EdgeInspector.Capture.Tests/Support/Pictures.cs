using System.Buffers.Binary;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inspection.Pictures;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>Makes image files to read.</summary>
internal static class Pictures
{
    public static readonly string[] Kinds = [".jpg", ".png", ".bmp", ".tif", ".webp"];

    /// <summary>The usual limits, with every format.</summary>
    public static readonly ImageLimits AnyFormat = new() { Formats = Enum.GetValues<PictureFormat>() };

    /// <summary>An encoded picture: left half dark red, right half light grey, with a little texture.</summary>
    public static byte[] Encode(string extension, int width = 64, int height = 48, MatType? type = null)
    {
        MatType form = type ?? MatType.CV_8UC3;
        double white = form.Depth == MatType.CV_16U ? 257 : 1;
        using var image = new Mat(height, width, form, new Scalar(200 * white, 200 * white, 200 * white, 255 * white));
        Cv2.Rectangle(image, new Rect(0, 0, width / 2, height), new Scalar(10 * white, 10 * white, 150 * white, 255 * white), -1);
        Cv2.ImEncode(extension, image, out byte[] bytes);
        return bytes;
    }

    /// <summary>A PNG whose head claims a size and which holds nothing else.</summary>
    public static byte[] PngHead(uint width, uint height)
    {
        byte[] png = Encode(".png", 4, 4);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
        return png;
    }

    /// <summary>A JPEG with an EXIF orientation (1 to 8).</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0x00, 0x22, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
