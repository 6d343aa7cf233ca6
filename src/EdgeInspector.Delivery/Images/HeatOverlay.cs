using EdgeInspector.Inspection.Predictions;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images;

/// <summary>Lays a heat map over a picture: usual places stay as they are, conspicuous places glow from blue to red.</summary>
internal static class HeatOverlay
{
    // Below a quarter every place is a little conspicuous; colour there would hide the part and tell nothing.
    private const double Least = 64;
    private const double Strength = 0.45;

    /// <summary>Draws the heat.</summary>
    /// <param name="picture">8-bit BGR; drawn on.</param>
    /// <param name="heat">Over the whole picture.</param>
    public static unsafe void Draw(Mat picture, HeatMap heat)
    {
        fixed (byte* values = heat.Values.Span)
        {
            using Mat coarse = Mat.FromPixelData(heat.Height, heat.Width, MatType.CV_8UC1, (nint)values);
            using Mat level = new();
            using Mat colours = new();
            using Mat glowing = new();
            using Mat mask = new();
            Cv2.Resize(coarse, level, picture.Size(), 0, 0, InterpolationFlags.Linear);
            Cv2.ApplyColorMap(level, colours, ColormapTypes.Jet);
            Cv2.AddWeighted(picture, 1 - Strength, colours, Strength, 0, glowing);
            Cv2.Threshold(level, mask, Least - 1, 255, ThresholdTypes.Binary);
            glowing.CopyTo(picture, mask);
        }
    }
}
