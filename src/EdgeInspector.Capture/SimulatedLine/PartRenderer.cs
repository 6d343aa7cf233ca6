using OpenCvSharp;

namespace EdgeInspector.Capture.SimulatedLine;

/// <summary>
/// Draws parts on the conveyor as the station's camera sees them: 1280 × 960, 8-bit BGR. The same part gives the same bytes every time.
/// Holds textures in native memory; one renderer for each thread.
/// </summary>
public sealed class PartRenderer : IDisposable
{
    private readonly Mat _belt = new(FrameSize, MatType.CV_8UC3, new Scalar(58, 56, 52));

    /// <summary>Size of every picture.</summary>
    public static Size FrameSize { get; } = new(PartGeometry.FrameWidth, PartGeometry.FrameHeight);

    /// <summary>Draws the part, centred but for its own pose.</summary>
    /// <param name="part">The part.</param>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    public void Render(SimulatedPart part, Mat into) => Render(part, into, 0, part.Index);

    /// <summary>Draws the part while it travels through the picture.</summary>
    /// <param name="part">The part.</param>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="offset">How far the part still is from the centre, in pixels along the belt: negative when it has yet to arrive.</param>
    /// <param name="exposure">Fixes the sensor's noise; the number of the frame.</param>
    public void Render(SimulatedPart part, Mat into, float offset, long exposure)
    {
        RenderEmpty(into, offset, exposure);
        PartPose pose = part.Pose with { X = part.Pose.X + offset };
        Cv2.FillConvexPoly(into, Corners(pose), new Scalar(178, 176, 172), LineTypes.AntiAlias);
    }

    /// <summary>Draws the empty conveyor.</summary>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="travel">How far the belt has moved, in pixels.</param>
    /// <param name="exposure">Fixes the sensor's noise; the number of the frame.</param>
    public void RenderEmpty(Mat into, float travel, long exposure)
    {
        into.Create(FrameSize, MatType.CV_8UC3);
        _belt.CopyTo(into);
    }

    public void Dispose() => _belt.Dispose();

    private static Point[] Corners(PartPose pose) =>
    [
        .. new Point2f[] { new(-1, -1), new(1, -1), new(1, 1), new(-1, 1) }
            .Select(c => PartGeometry.OnFrame(pose, new Point2f(c.X * PartGeometry.HalfWidth, c.Y * PartGeometry.HalfHeight)).ToPoint()),
    ];
}
