using EdgeInspector.Inspection.Predictions;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>One rendered part and the truth about it.</summary>
/// <param name="Seed">The line that made it, 0 or more.</param>
/// <param name="Index">Its number on the line, from 0.</param>
/// <param name="Id">Its part id, such as <c>sim-1-000123</c>: seed and index, so that the truth can be had from the id alone.</param>
/// <param name="Tag">One of <see cref="PartTags.All"/>.</param>
/// <param name="Defects">Where its defects are on a frame with the part centred; empty for a good part.</param>
/// <param name="Pose">How it lies under the camera.</param>
/// <param name="Clip">How the clip sits on the plate relative to its seat; null when it is missing.</param>
/// <param name="Screw">How the screw sits on the plate relative to its hole; null when it is missing.</param>
public sealed record SimulatedPart(
    int Seed, long Index, string Id, string Tag, IReadOnlyList<SimulatedDefect> Defects, PartPose Pose, PartPose? Clip, PartPose? Screw)
{
    /// <summary>True when a gate ought to let it pass.</summary>
    public bool IsGood => Tag == PartTags.Ok;
}

/// <summary>A shift in pixels and a turn in degrees (clockwise as seen in the picture).</summary>
public readonly record struct PartPose(float X, float Y, float Degrees);

/// <summary>One defect of a part.</summary>
/// <param name="Tag">One of <see cref="PartTags.Defects"/>.</param>
/// <param name="Box">What a careful annotator would draw around it, as shares of the frame.</param>
public sealed record SimulatedDefect(string Tag, BoundingBox Box)
{
    /// <summary>The defect's own outline as a polygon, in pixels of the frame.</summary>
    internal IReadOnlyList<Point2f> Outline { get; init; } = [];

    internal ScratchShape? Scratch { get; init; }

    internal DentShape? Dent { get; init; }
}

/// <summary>A hairline.</summary>
/// <param name="Points">Its course, in pixels of the plate (origin in the plate's centre).</param>
/// <param name="Width">1..3 pixels of the picture, whatever its size.</param>
/// <param name="Strength">How much brighter (or, if negative, darker) than the metal it is, in grey levels at its strongest point.</param>
internal sealed record ScratchShape(IReadOnlyList<Point2f> Points, int Width, float Strength);

/// <summary>A dent: an elliptic hollow, bright on the side away from the light and dark on the side towards it.</summary>
/// <param name="Center">In pixels of the plate.</param>
/// <param name="RadiusX">Half of its length, in pixels.</param>
/// <param name="RadiusY">Half of its width, in pixels.</param>
/// <param name="Degrees">How the ellipse is turned on the plate.</param>
/// <param name="Strength">Depth of the shading, in grey levels.</param>
internal sealed record DentShape(Point2f Center, float RadiusX, float RadiusY, float Degrees, float Strength);
