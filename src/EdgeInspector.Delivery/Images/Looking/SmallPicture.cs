using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images.Looking;

/// <summary>Makes small JPEGs for people who look at a screen.</summary>
public static class SmallPicture
{
    private const int Quality = 80;

    private static readonly ImageAnnotator Annotator = new(new ImageOptions().MinimumProbability);

    /// <summary>A frame made small, and then marked, so that lines and letters stay sharp.</summary>
    /// <param name="frame">The picture; only read during the call.</param>
    /// <param name="side">The longer side in pixels, at most; a smaller picture stays as it is.</param>
    /// <param name="marks">What is drawn on the picture; null: nothing.</param>
    public static byte[] Of(Frame frame, int side, PartMarks? marks)
    {
        using Mat whole = CvPicture.View(frame);
        using Mat small = Small(whole, side);
        if (marks is not null)
        {
            if (marks.Heat is { } heat)
                HeatOverlay.Draw(small, heat);
            Annotator.Draw(small, marks.Verdict, marks.Predictions);
        }
        return CvPicture.Jpeg(small, Quality);
    }

    /// <summary>A kept file made small.</summary>
    /// <param name="file">A JPEG or PNG.</param>
    /// <param name="side">As above.</param>
    /// <returns>Null when the file is no such picture.</returns>
    public static byte[]? OfFile(byte[] file, int side)
    {
        if (PictureFormats.Of(file) is not (PictureFormat.Jpeg or PictureFormat.Png))
            return null;
        // A JPEG is decoded at half or a quarter of its size, which costs far less.
        using Mat whole = Cv2.ImDecode(file, side <= 480 ? ImreadModes.ReducedColor2 : ImreadModes.Color);
        if (whole.Empty())
            return null;
        using Mat small = Small(whole, side);
        return CvPicture.Jpeg(small, Quality);
    }

    private static Mat Small(Mat whole, int side) => CvPicture.Scaled(whole, (double)side / Math.Max(whole.Width, whole.Height));
}

/// <summary>What is drawn on a part's picture.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Predictions">What the model said.</param>
/// <param name="Heat">What the model found conspicuous; null: the model does not tell.</param>
public sealed record PartMarks(Verdict Verdict, IReadOnlyList<Prediction> Predictions, HeatMap? Heat);
