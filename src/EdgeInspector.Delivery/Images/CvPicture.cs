using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images;

/// <summary>Pictures as OpenCV has them, on the way from a frame to a file.</summary>
internal static class CvPicture
{
    /// <summary>A frame's own pixels; valid as long as the frame.</summary>
    public static Mat View(Frame frame) => Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);

    /// <summary>A copy, made smaller by the mean of its pixels.</summary>
    /// <param name="original">The picture.</param>
    /// <param name="scale">The share of its sides that is left; from 1 on the copy has the original's size.</param>
    public static Mat Scaled(Mat original, double scale)
    {
        if (scale >= 1)
            return original.Clone();
        var size = new Size(Math.Max(1, (int)(original.Width * scale)), Math.Max(1, (int)(original.Height * scale)));
        var scaled = new Mat();
        Cv2.Resize(original, scaled, size, 0, 0, InterpolationFlags.Area);
        return scaled;
    }

    /// <summary>The picture as a JPEG.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="quality">From 1 to 100.</param>
    public static byte[] Jpeg(Mat picture, int quality)
    {
        Cv2.ImEncode(".jpg", picture, out byte[] jpeg, [(int)ImwriteFlags.JpegQuality, quality]);
        return jpeg;
    }
}
