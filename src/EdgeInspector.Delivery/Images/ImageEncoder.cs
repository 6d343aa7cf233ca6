using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images;

/// <summary>Makes the files of a part's picture, and the copy for the broker, no larger than allowed.</summary>
internal sealed class ImageEncoder(ImageOptions options)
{
    private const int LeastQuality = 50;
    private const int LeastSide = 64;

    private readonly ImageAnnotator _annotator = new(options.MinimumProbability);

    /// <summary>The frame as it is, in <see cref="ImageOptions.Format"/>.</summary>
    /// <param name="frame">The picture; only read during the call.</param>
    public byte[] Original(Frame frame)
    {
        using Mat original = CvPicture.View(frame);
        return File(original);
    }

    /// <summary>A copy of the frame with verdict and boxes drawn on it, in <see cref="ImageOptions.Format"/>.</summary>
    /// <param name="frame">The picture; only read during the call.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="predictions">What the model said.</param>
    /// <param name="heat">What the model found conspicuous; null: the model does not tell.</param>
    public byte[] Annotated(Frame frame, in Verdict verdict, IReadOnlyList<Prediction> predictions, HeatMap? heat = null)
    {
        using Mat picture = Copy(frame);
        if (heat is not null)
            HeatOverlay.Draw(picture, heat);
        _annotator.Draw(picture, verdict, predictions);
        return File(picture);
    }

    /// <summary>The same of a picture on which there is no verdict: with what the model said.</summary>
    /// <param name="frame">The picture; only read during the call.</param>
    /// <param name="predictions">What the model said, the highest probability first.</param>
    public byte[] OfCall(Frame frame, IReadOnlyList<Prediction> predictions)
    {
        using Mat picture = Copy(frame);
        _annotator.Draw(picture, predictions);
        return File(picture);
    }

    /// <summary>
    /// Makes a JPEG for the broker from a file's content: unchanged if the file is small enough, else with less quality, then smaller.
    /// </summary>
    /// <param name="file">A JPEG or PNG.</param>
    /// <param name="mostBytes">The largest JPEG wanted; <see cref="ImageOptions.MaxBytes"/> or less.</param>
    /// <exception cref="DeliveryException">The file is no picture, or could not be made small enough.</exception>
    public byte[] Fit(byte[] file, long mostBytes)
    {
        bool isJpeg = file is [0xFF, 0xD8, ..];
        if (isJpeg && file.Length <= mostBytes)
            return file;
        // The spool holds only JPEG and PNG; files that another program put there get no further decoder.
        bool isOfSpool = PictureFormats.Of(file) is PictureFormat.Jpeg or PictureFormat.Png;
        using Mat picture = isOfSpool ? Cv2.ImDecode(file, ImreadModes.Color) : new Mat();
        if (picture.Empty())
            throw new DeliveryException("The file in the spool is not a picture any more.");
        double scale = 1;
        // A JPEG was already encoded with the configured quality, so if it is too large it needs less.
        int quality = isJpeg ? Less(options.Quality) : options.Quality;
        while (true)
        {
            using Mat scaled = CvPicture.Scaled(picture, scale);
            byte[] jpeg = CvPicture.Jpeg(scaled, quality);
            while (jpeg.Length > mostBytes && quality > LeastQuality)
            {
                quality = quality > LeastQuality + 15 ? Less(quality) : LeastQuality;
                jpeg = CvPicture.Jpeg(scaled, quality);
            }
            if (jpeg.Length <= mostBytes)
                return jpeg;
            if (Math.Max(scaled.Width, scaled.Height) <= LeastSide)
                throw new DeliveryException($"The picture could not be brought below {mostBytes} bytes. "
                    + "Raise Images:MaxBytes, or the largest message at the broker.");
            // Bytes grow with the area; a slightly smaller scale makes the next attempt usually fit.
            scale *= Math.Min(0.9, 0.95 * Math.Sqrt((double)mostBytes / jpeg.Length));
        }
    }

    private static int Less(int quality) =>
        quality <= LeastQuality ? quality : Math.Max(LeastQuality, Math.Min(quality - 10, LeastQuality + 15));

    private static Mat Copy(Frame frame)
    {
        using Mat original = CvPicture.View(frame);
        return original.Clone();
    }

    private byte[] File(Mat picture)
    {
        if (options.Format == ImageFormat.Jpeg)
            return CvPicture.Jpeg(picture, options.Quality);
        Cv2.ImEncode(".png", picture, out byte[] png);
        return png;
    }
}
