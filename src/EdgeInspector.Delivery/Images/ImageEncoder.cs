using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images;

/// <summary>Makes the annotated JPEG of a part, not larger than allowed.</summary>
internal sealed class ImageEncoder(ImageOptions options)
{
    private const int LeastQuality = 50;
    private const int LeastSide = 64;

    private readonly ImageAnnotator _annotator = new(options.MinimumProbability);

    /// <summary>Draws on a copy of the frame and encodes it: first with the configured quality, then with less, then smaller.</summary>
    /// <param name="frame">The picture; only read during the call.</param>
    /// <param name="verdict">What was decided.</param>
    /// <param name="predictions">What the model said.</param>
    /// <returns>A JPEG of at most <see cref="ImageOptions.MaxBytes"/> bytes.</returns>
    /// <exception cref="DeliveryException">It could not be made small enough.</exception>
    public byte[] Encode(Frame frame, in Verdict verdict, IReadOnlyList<Prediction> predictions)
    {
        using Mat original = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        double scale = 1;
        int quality = options.Quality;
        while (true)
        {
            // Drawn after scaling: the letters stay legible.
            using Mat picture = Scaled(original, scale);
            _annotator.Draw(picture, verdict, predictions);
            byte[] jpeg = Jpeg(picture, quality);
            if (jpeg.Length > options.MaxBytes && quality > LeastQuality)
            {
                quality = Math.Max(LeastQuality, Math.Min(quality - 10, LeastQuality + 15));
                jpeg = Jpeg(picture, quality);
            }
            if (jpeg.Length > options.MaxBytes && quality > LeastQuality)
            {
                quality = LeastQuality;
                jpeg = Jpeg(picture, quality);
            }
            if (jpeg.Length <= options.MaxBytes)
                return jpeg;
            if (Math.Max(picture.Width, picture.Height) <= LeastSide)
                throw new DeliveryException($"The picture could not be brought below Images:MaxBytes ({options.MaxBytes} bytes).");
            // Bytes grow with the area; a little less, so that the next attempt usually fits.
            scale *= Math.Min(0.9, 0.95 * Math.Sqrt((double)options.MaxBytes / jpeg.Length));
        }
    }

    private static Mat Scaled(Mat original, double scale)
    {
        if (scale >= 1)
            return original.Clone();
        var size = new Size(Math.Max(1, (int)(original.Width * scale)), Math.Max(1, (int)(original.Height * scale)));
        var scaled = new Mat();
        Cv2.Resize(original, scaled, size, 0, 0, InterpolationFlags.Area);
        return scaled;
    }

    private static byte[] Jpeg(Mat picture, int quality)
    {
        Cv2.ImEncode(".jpg", picture, out byte[] jpeg, [(int)ImwriteFlags.JpegQuality, quality]);
        return jpeg;
    }
}
