using EdgeInspector.Inspection.Predictions;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// The drawing of the part: what sits where on the plate, in pixels of a 1280 × 960 picture from the plate's centre, x to the right, y
/// down.
/// </summary>
internal static class PartGeometry
{
    public const int DrawingWidth = 1280;
    public const int DrawingHeight = 960;

    /// <summary>
    /// Half of the plate's sides. Turned and shifted as far as the line allows, it stays inside the central 960 × 960 square.
    /// </summary>
    public const float HalfWidth = 372;
    public const float HalfHeight = 274;

    public const float BoreRadius = 92;
    public const float HoleRadius = 24;
    public const float ScrewRadius = 44;
    public const float ClipHalfWidth = 82;
    public const float ClipHalfHeight = 36;

    public static readonly Point2f Bore = new(-136, 8);
    public static readonly Point2f ScrewSeat = new(196, 128);
    public static readonly Point2f ClipSeat = new(178, -116);
    public static readonly Point2f[] Holes = [new(-316, -218), new(316, -218), new(-316, 218), new(316, 218)];

    /// <summary>Where a point of the plate lies on the frame when the part is centred.</summary>
    public static Point2f OnFrame(SensorSize sensor, PartPose pose, Point2f plate)
    {
        (float sin, float cos) = MathF.SinCos(pose.Degrees * MathF.PI / 180);
        float scale = sensor.Scale;
        (float x, float y) = (plate.X * scale, plate.Y * scale);
        return new Point2f(
            sensor.Width / 2f + pose.X * scale + cos * x - sin * y,
            sensor.Height / 2f + pose.Y * scale + sin * x + cos * y);
    }

    /// <summary>A point of a component, given in its own axes, on the plate.</summary>
    public static Point2f OnPlate(Point2f seat, PartPose pose, float x, float y)
    {
        (float sin, float cos) = MathF.SinCos(pose.Degrees * MathF.PI / 180);
        return new Point2f(seat.X + pose.X + cos * x - sin * y, seat.Y + pose.Y + sin * x + cos * y);
    }

    /// <summary>The upright box around points of the plate, grown by a margin, as shares of the frame and clipped to it.</summary>
    public static BoundingBox Around(SensorSize sensor, PartPose pose, IEnumerable<Point2f> plate, float margin)
    {
        margin *= sensor.Scale;
        float left = float.MaxValue, top = float.MaxValue, right = float.MinValue, bottom = float.MinValue;
        foreach (Point2f point in plate)
        {
            Point2f at = OnFrame(sensor, pose, point);
            left = MathF.Min(left, at.X);
            right = MathF.Max(right, at.X);
            top = MathF.Min(top, at.Y);
            bottom = MathF.Max(bottom, at.Y);
        }
        left = MathF.Max(0, left - margin);
        top = MathF.Max(0, top - margin);
        right = MathF.Min(sensor.Width, right + margin);
        bottom = MathF.Min(sensor.Height, bottom + margin);
        return new BoundingBox(left / sensor.Width, top / sensor.Height, (right - left) / sensor.Width, (bottom - top) / sensor.Height);
    }

    /// <summary>Sixteen points on an ellipse of the plate.</summary>
    public static IReadOnlyList<Point2f> Ellipse(Point2f center, float radiusX, float radiusY, float degrees)
    {
        Point2f[] points = new Point2f[16];
        for (int i = 0; i < points.Length; i++)
        {
            (float sin, float cos) = MathF.SinCos(i * MathF.PI / 8);
            points[i] = OnPlate(center, new PartPose(0, 0, degrees), radiusX * cos, radiusY * sin);
        }
        return points;
    }

    /// <summary>The outline of a band along a course: there on one side, back on the other.</summary>
    public static IReadOnlyList<Point2f> Band(IReadOnlyList<Point2f> course, float halfWidth)
    {
        int last = course.Count - 1;
        Point2f[] outline = new Point2f[2 * course.Count];
        for (int i = 0; i <= last; i++)
        {
            Point2f before = course[Math.Max(0, i - 1)], after = course[Math.Min(last, i + 1)];
            float length = MathF.Max(1e-3f, Distance(before, after));
            float acrossX = -(after.Y - before.Y) / length * halfWidth, acrossY = (after.X - before.X) / length * halfWidth;
            outline[i] = new Point2f(course[i].X + acrossX, course[i].Y + acrossY);
            outline[2 * last + 1 - i] = new Point2f(course[i].X - acrossX, course[i].Y - acrossY);
        }
        return outline;
    }

    /// <summary>Where points of the plate lie on the frame when the part is centred.</summary>
    public static IReadOnlyList<Point2f> OnFrame(SensorSize sensor, PartPose pose, IReadOnlyList<Point2f> plate) =>
        [.. plate.Select(p => OnFrame(sensor, pose, p))];

    public static IReadOnlyList<Point2f> ClipOutline(PartPose pose) =>
    [
        OnPlate(ClipSeat, pose, -ClipHalfWidth, -ClipHalfHeight), OnPlate(ClipSeat, pose, ClipHalfWidth, -ClipHalfHeight),
        OnPlate(ClipSeat, pose, ClipHalfWidth, ClipHalfHeight), OnPlate(ClipSeat, pose, -ClipHalfWidth, ClipHalfHeight),
    ];

    public static IReadOnlyList<Point2f> ScrewOutline(PartPose pose) =>
        Ellipse(new Point2f(ScrewSeat.X + pose.X, ScrewSeat.Y + pose.Y), ScrewRadius, ScrewRadius, 0);

    /// <summary>True when nothing but bare plate lies within <paramref name="clearance"/> pixels of the point.</summary>
    public static bool IsBare(Point2f p, float clearance)
    {
        if (MathF.Abs(p.X) > HalfWidth - 14 - clearance || MathF.Abs(p.Y) > HalfHeight - 14 - clearance)
            return false;
        if (Distance(p, Bore) < BoreRadius + 14 + clearance || Distance(p, ScrewSeat) < ScrewRadius + 34 + clearance)
            return false;
        if (MathF.Abs(p.X - ClipSeat.X) < ClipHalfWidth + 34 + clearance && MathF.Abs(p.Y - ClipSeat.Y) < ClipHalfHeight + 40 + clearance)
            return false;
        foreach (Point2f hole in Holes)
        {
            if (Distance(p, hole) < HoleRadius + 10 + clearance)
                return false;
        }
        return true;
    }

    private static float Distance(Point2f a, Point2f b) => MathF.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));
}
