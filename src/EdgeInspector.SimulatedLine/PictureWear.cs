using EdgeInspector.Capture.Cameras;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>What has become of lamp, lens and camera since the line was set up.</summary>
/// <param name="Light">The share of the lamp's light that is left, 0..1.</param>
/// <param name="Blur">How far the lens is out of focus: deviation of the blur in pixels of the picture.</param>
/// <param name="Push">By how many pixels of the picture all that the camera sees has moved to the right.</param>
public sealed record PictureWear(double Light = 1, double Blur = 0, double Push = 0)
{
    // Less can't be told from a sharp picture.
    private const double LeastBlur = 0.1;

    // A lamp that has faded, and a lens whose focus is lost.
    private const double FadedLight = 0.2, LostFocus = 6;

    /// <summary>All is as it was.</summary>
    public static PictureWear None { get; } = new();

    /// <summary>What the settings say of a picture.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="parts">How many parts came before.</param>
    internal static PictureWear After(SimulatedOptions options, long parts) => new(
        1 - (1 - FadedLight) * Share(parts, options.LampFadesOver),
        LostFocus * Share(parts, options.LensBlursOver),
        parts >= options.PushedAfter ? options.PushedBy : 0);

    /// <summary>Changes what the lens lets through; the sensor's noise comes after it.</summary>
    internal void Apply(Mat picture)
    {
        if (Push != 0)
        {
            using Mat shift = Mat.FromPixelData(2, 3, MatType.CV_64FC1, new[] { 1, 0, Push, 0, 1, 0 });
            using Mat moved = new();
            // What comes in at the edge is the belt beside it.
            Cv2.WarpAffine(picture, moved, shift, picture.Size(), InterpolationFlags.Linear, BorderTypes.Reflect);
            moved.CopyTo(picture);
        }
        if (Blur >= LeastBlur)
            Cv2.GaussianBlur(picture, picture, new Size(0, 0), Blur);
    }

    private static double Share(long parts, long? over) => over is { } all ? Math.Min(1, (double)parts / all) : 0;
}
