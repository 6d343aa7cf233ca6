using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>Draws scratches and dents on the finished plate, in the picture's own pixels so that a hairline stays one.</summary>
internal static class DefectDrawing
{
    /// <summary>
    /// A hairline: brighter (or darker) than the metal, fading towards its ends; a wide one has a dark flank away from the light.
    /// </summary>
    public static void Scratch(Mat frame, SensorSize sensor, ScratchShape scratch, PartPose pose)
    {
        Point2f[] course = [.. scratch.Points.Select(p => PartGeometry.OnFrame(sensor, pose, p))];
        Rect box = Around(frame, course, 6);
        if (box.Width <= 0 || box.Height <= 0)
            return;
        using Mat roi = frame[box];
        using Mat line = new(box.Height, box.Width, MatType.CV_8UC1);
        if (scratch.Width == 3)
        {
            Trace(line, course, new Point2f(box.X + 1.7f, box.Y + 1.7f), 1);
            Add(roi, line, -0.45f * MathF.Abs(scratch.Strength));
        }
        Trace(line, course, new Point2f(box.X, box.Y), scratch.Width);
        Add(roi, line, scratch.Strength);
    }

    /// <summary>A hollow with the light from the upper left: its lower right wall faces the light.</summary>
    public static void Dent(Mat frame, SensorSize sensor, DentShape dent, PartPose pose)
    {
        Point2f center = PartGeometry.OnFrame(sensor, pose, dent.Center);
        (float radiusX, float radiusY) = (dent.RadiusX * sensor.Scale, dent.RadiusY * sensor.Scale);
        float radius = MathF.Max(radiusX, radiusY) + 1;
        Rect box = Around(frame, [center], (int)radius + 2);
        (float sin, float cos) = MathF.SinCos((dent.Degrees + pose.Degrees) * MathF.PI / 180);
        MatRowAccessor<Vec3b> pixels = frame.AsRows<Vec3b>();
        for (int y = box.Top; y < box.Bottom; y++)
        {
            for (int x = box.Left; x < box.Right; x++)
            {
                float dx = x + 0.5f - center.X, dy = y + 0.5f - center.Y;
                float u = (cos * dx + sin * dy) / radiusX;
                float v = (-sin * dx + cos * dy) / radiusY;
                float square = u * u + v * v;
                if (square >= 1)
                    continue;
                // Depth (1 - r²)²: its slope along the light gives the shading, its depth a little darkness.
                float slope = (u * cos - v * sin) * 0.6f + (u * sin + v * cos) * 0.8f;
                float shade = dent.Strength * (2.6f * slope * (1 - square) - 0.18f * (1 - square) * (1 - square));
                Vec3b old = pixels[y][x];
                pixels[y][x] = new Vec3b(Shift(old.Item0, shade), Shift(old.Item1, shade), Shift(old.Item2, shade));
            }
        }
    }

    /// <summary>
    /// Writes how much of each pixel the line covers, by the pixel's distance from it.
    /// OpenCV's own smooth lines come out two pixels wider than asked.
    /// </summary>
    private static void Trace(Mat line, Point2f[] course, Point2f origin, int width)
    {
        line.SetTo(Scalar.All(0));
        Rect all = new(0, 0, line.Width, line.Height);
        MatRowAccessor<byte> rows = line.AsRows<byte>();
        for (int i = 1; i < course.Length; i++)
        {
            Point2f from = course[i - 1] - origin, step = course[i] - course[i - 1];
            float square = step.X * step.X + step.Y * step.Y;
            float along = (i - 0.5f) / (course.Length - 1);
            // Rises over the first eighth, falls over the last.
            float strength = 255 * Math.Clamp(0.35f + MathF.Min(along, 1 - along) * 5.2f, 0, 1);
            Rect near = new Rect((int)(from.X + MathF.Min(0, step.X)) - 3, (int)(from.Y + MathF.Min(0, step.Y)) - 3,
                (int)MathF.Abs(step.X) + 7, (int)MathF.Abs(step.Y) + 7) & all;
            for (int y = near.Top; y < near.Bottom; y++)
            {
                Span<byte> row = rows[y];
                for (int x = near.Left; x < near.Right; x++)
                {
                    float dx = x + 0.5f - from.X, dy = y + 0.5f - from.Y;
                    float t = Math.Clamp((dx * step.X + dy * step.Y) / square, 0, 1);
                    float aside = MathF.Sqrt((dx - t * step.X) * (dx - t * step.X) + (dy - t * step.Y) * (dy - t * step.Y));
                    float cover = Math.Clamp(width / 2f + 0.5f - aside, 0, 1);
                    row[x] = Math.Max(row[x], (byte)(strength * cover));
                }
            }
        }
    }

    private static void Add(Mat roi, Mat line, float strength)
    {
        using Mat colored = new();
        Cv2.CvtColor(line, colored, ColorConversionCodes.GRAY2BGR);
        Cv2.AddWeighted(roi, 1, colored, strength / 255, 0, roi);
    }

    private static Rect Around(Mat frame, Point2f[] points, int margin)
    {
        int left = (int)points.Min(p => p.X) - margin, top = (int)points.Min(p => p.Y) - margin;
        int right = (int)points.Max(p => p.X) + margin + 1, bottom = (int)points.Max(p => p.Y) + margin + 1;
        return new Rect(left, top, right - left, bottom - top) & new Rect(0, 0, frame.Width, frame.Height);
    }

    private static byte Shift(byte value, float by) => (byte)Math.Clamp((int)MathF.Round(value + by), 0, 255);
}
