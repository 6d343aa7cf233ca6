using System.Globalization;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// Pixels of the simulated camera's pictures. The part fills every size as it fills 1280 × 960, for which its drawing is made, and is drawn
/// in the pixels of that size; what belongs to the camera and not to the part (noise, grain, the width of a scratch) is counted in pixels
/// everywhere.
/// </summary>
/// <param name="Width">640..8192.</param>
/// <param name="Height">480..8192.</param>
public readonly record struct SensorSize(int Width, int Height)
{
    /// <summary>1280 × 960, the size of the shipped models' parts.</summary>
    public static SensorSize Default { get; } = new(PartGeometry.DrawingWidth, PartGeometry.DrawingHeight);

    /// <summary>Whether pictures of this size can be rendered.</summary>
    public bool IsPossible => Width is >= 640 and <= 8192 && Height is >= 480 and <= 8192;

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    /// <summary>Pixels of the picture for one of the drawing.</summary>
    internal float Scale => MathF.Min(Width / (float)PartGeometry.DrawingWidth, Height / (float)PartGeometry.DrawingHeight);

    /// <summary>A length of the drawing in whole pixels of the picture.</summary>
    internal int Pixels(float drawn) => (int)MathF.Round(drawn * Scale);
}
