using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images;

/// <summary>
/// Draws on a picture what the model saw and what the verdict is: a banner in the verdict's colour, and each box with its tag and
/// probability.
/// </summary>
internal sealed class ImageAnnotator(double minimumProbability)
{
    private const HersheyFonts Font = HersheyFonts.HersheySimplex;

    private static readonly Scalar Green = new(60, 160, 40);
    private static readonly Scalar Red = new(40, 40, 210);
    private static readonly Scalar Amber = new(0, 150, 240);
    private static readonly Scalar Grey = new(110, 110, 110);
    private static readonly Scalar White = new(255, 255, 255);

    /// <summary>Draws banner and boxes.</summary>
    /// <param name="picture">8-bit BGR; drawn on.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="predictions">What the model said.</param>
    public void Draw(Mat picture, in Verdict verdict, IReadOnlyList<Prediction> predictions)
    {
        (double scale, int thickness) = Letters(picture);
        Scalar colour = Colour(verdict.Kind);
        // The decisive prediction is drawn last, so that no other covers it.
        for (int i = predictions.Count - 1; i >= 0; i--)
        {
            Prediction prediction = predictions[i];
            if (prediction.BoundingBox is not { } box)
                continue;
            bool accused = prediction.TagName == verdict.Tag;
            bool decisive = accused && prediction.Probability >= verdict.Probability;
            if (decisive || prediction.Probability >= minimumProbability)
                DrawBox(picture, box, Text(prediction), accused ? colour : Grey, scale, thickness);
        }
        DrawBanner(picture, Banner(verdict, predictions), colour, scale, thickness);
    }

    /// <summary>Draws what the model said of a picture on which there is no verdict.</summary>
    /// <param name="picture">8-bit BGR; drawn on.</param>
    /// <param name="predictions">What the model said, the highest probability first.</param>
    public void Draw(Mat picture, IReadOnlyList<Prediction> predictions)
    {
        (double scale, int thickness) = Letters(picture);
        foreach (Prediction prediction in predictions.Reverse())
        {
            if (prediction.BoundingBox is { } box && prediction.Probability >= minimumProbability)
                DrawBox(picture, box, Text(prediction), Grey, scale, thickness);
        }
        if (predictions.Count > 0 && predictions[0].BoundingBox is null)
            DrawBanner(picture, Text(predictions[0]), Grey, scale, thickness);
    }

    // Legible at any size: letters of about a fortieth of the picture's width.
    private static (double Scale, int Thickness) Letters(Mat picture)
    {
        double scale = Math.Clamp(picture.Width / 1280.0, 0.4, 4.0) * 0.8;
        return (scale, Math.Max(1, (int)Math.Round(scale * 2)));
    }

    private static string Text(in Prediction prediction) => $"{prediction.TagName} {prediction.Probability:0.00}";

    private static string Banner(in Verdict verdict, IReadOnlyList<Prediction> predictions)
    {
        string kind = verdict.Kind.ToString().ToUpperInvariant();
        if (verdict.Tag is { } tag)
            return $"{kind}  {tag} {verdict.Probability:0.00}";
        return predictions.Count > 0 && predictions[0].BoundingBox is null
            ? $"{kind}  {Text(predictions[0])}"
            : kind;
    }

    private static void DrawBanner(Mat picture, string text, Scalar colour, double scale, int thickness)
    {
        text = Drawable(text);
        Size size = Cv2.GetTextSize(text, Font, scale, thickness, out int baseline);
        int margin = Math.Max(4, size.Height / 2);
        var banner = new Rect(
            0, 0, Math.Min(picture.Width, size.Width + (2 * margin)), Math.Min(picture.Height, size.Height + baseline + margin));
        Cv2.Rectangle(picture, banner, colour, Cv2.FILLED);
        Cv2.PutText(picture, text, new Point(margin, (margin / 2) + size.Height), Font, scale, White, thickness, LineTypes.AntiAlias);
    }

    private static void DrawBox(Mat picture, in BoundingBox box, string text, Scalar colour, double scale, int thickness)
    {
        // Boxes come from outside: a box may lie partly beyond the picture, or be no number at all.
        int left = Pixel(box.Left, picture.Width), top = Pixel(box.Top, picture.Height);
        int right = Pixel(box.Left + box.Width, picture.Width), bottom = Pixel(box.Top + box.Height, picture.Height);
        Cv2.Rectangle(picture, new Point(left, top), new Point(right, bottom), White, thickness + 2, LineTypes.AntiAlias);
        Cv2.Rectangle(picture, new Point(left, top), new Point(right, bottom), colour, thickness, LineTypes.AntiAlias);

        text = Drawable(text);
        double labelScale = scale * 0.8;
        Size size = Cv2.GetTextSize(text, Font, labelScale, thickness, out int baseline);
        int height = size.Height + baseline + 4;
        // The label stands above the box if there is room, else below the box's top edge; never beyond the sides.
        int labelTop = top - height >= 0 ? top - height : Math.Min(top, picture.Height - height);
        int labelLeft = Math.Clamp(left, 0, Math.Max(0, picture.Width - size.Width - 6));
        Cv2.Rectangle(picture, new Rect(labelLeft, labelTop, size.Width + 6, height), colour, Cv2.FILLED);
        Cv2.PutText(
            picture, text, new Point(labelLeft + 3, labelTop + size.Height + 2), Font, labelScale, White, Math.Max(1, thickness - 1),
            LineTypes.AntiAlias);
    }

    private static int Pixel(float share, int side) => float.IsFinite(share) ? (int)Math.Clamp(share * side, 0, side - 1) : 0;

    // OpenCV's fonts only have ASCII.
    private static string Drawable(string text) => new([.. text.Select(c => c is >= ' ' and <= '~' ? c : '?')]);

    private static Scalar Colour(VerdictKind verdict) => verdict switch
    {
        VerdictKind.Pass => Green,
        VerdictKind.Reject => Red,
        VerdictKind.Review => Amber,
        _ => Grey,
    };
}
