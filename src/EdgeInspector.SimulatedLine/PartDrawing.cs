using OpenCvSharp;
using static EdgeInspector.SimulatedLine.PartGeometry;

namespace EdgeInspector.SimulatedLine;

/// <summary>The shading of plate, seats, clip and screw, as functions of a point. The light falls from the upper left.</summary>
internal static class PartDrawing
{
    private const float LightX = -0.6f;
    private const float LightY = -0.8f;

    /// <summary>
    /// Everything on the plate that is not bare brushed metal: bevelled edge, bore, mounting holes, seats. Transparent elsewhere.
    /// </summary>
    public static Paint Plate(float x, float y)
    {
        float edge = EdgeDistance(x, y, out float normalX, out float normalY);
        if (edge < 0)
            return Paint.None;
        if (edge < 7)
            return Paint.Grey(150 + 75 * Facing(normalX, normalY));
        Paint hollow = Hollow(x - Bore.X, y - Bore.Y, BoreRadius, 9, 24);
        if (hollow.Alpha > 0)
            return hollow;
        foreach (Point2f hole in Holes)
        {
            hollow = Hollow(x - hole.X, y - hole.Y, HoleRadius - 7, 8, 30);
            if (hollow.Alpha > 0)
                return hollow;
        }
        Paint screw = ScrewPocket(x - ScrewSeat.X, y - ScrewSeat.Y);
        return screw.Alpha > 0 ? screw : ClipPocket(x - ClipSeat.X, y - ClipSeat.Y);
    }

    /// <summary>1 on the plate, 0 beside it.</summary>
    public static Paint Silhouette(float x, float y) => EdgeDistance(x, y, out _, out _) >= 0 ? Paint.Grey(255) : Paint.None;

    /// <summary>A zinc-plated pan head screw with a cross recess, about its own centre.</summary>
    public static Paint Screw(float x, float y)
    {
        float r = MathF.Sqrt(x * x + y * y);
        if (r > ScrewRadius)
            return Paint.None;
        float u = MathF.Abs(x), v = MathF.Abs(y);
        float arm = MathF.Min(u, v);
        float reach = MathF.Max(u, v);
        if (reach < 26 && arm < 6.5f - reach * 0.12f)
            return new Paint(44, 42, 40, 1);
        if (reach < 28 && arm < 8.5f - reach * 0.12f)
            return new Paint(120, 122, 124, 1);
        float dome = r > ScrewRadius - 9 ? (r - ScrewRadius + 9) / 9 : 0;
        float rings = 5 * MathF.Sin(r * 1.9f);
        float level = 205 + rings - 70 * dome * dome;
        return new Paint(level * 1.01f, level, level * 0.97f, 1);
    }

    /// <summary>A yellow-passivated spring clip, about its own centre.</summary>
    public static Paint Clip(float x, float y)
    {
        float outside = RoundedBox(x, y, ClipHalfWidth, ClipHalfHeight, 12, out float normalX, out float normalY);
        if (outside > 0)
            return Paint.None;
        if (MathF.Abs(x) is > 44 and < 58 && MathF.Abs(y) < 14)
            return new Paint(34, 42, 48, 1);
        float light = outside > -5 ? 0.86f + 0.3f * Facing(normalX, normalY) : 1;
        // Bent twice: the middle stands higher, its flanks catch or lose the light.
        light += x switch
        {
            > -36 and < -26 => 0.28f,
            > 26 and < 36 => -0.32f,
            > -26 and < 26 => 0.1f + 0.06f * MathF.Cos(y * 0.09f),
            _ => 0,
        };
        light += 0.03f * MathF.Sin(y * 2.1f);
        return new Paint(86 * light, 148 * light, 166 * light, 1);
    }

    /// <summary>The soft shadow under a component of the given half sides.</summary>
    public static Paint Shadow(float x, float y, float halfWidth, float halfHeight, float corner)
    {
        float outside = RoundedBox(x, y, halfWidth, halfHeight, corner, out _, out _);
        float depth = Math.Clamp(0.5f - outside / 12, 0, 1);
        return Paint.Grey(20, 0.6f * depth * depth * (3 - 2 * depth));
    }

    private static Paint ScrewPocket(float x, float y)
    {
        float r = MathF.Sqrt(x * x + y * y);
        if (r > ScrewRadius + 9)
            return Paint.None;
        if (r > ScrewRadius + 5)
            return Paint.Grey(140 - 80 * Facing(x / r, y / r));
        if (r > 27)
            return Paint.Grey(118 + 7 * MathF.Sin(r * 1.4f) - 14 * Facing(x / r, y / r));
        if (r > 22)
            return Paint.Grey(150 - 85 * Facing(x / r, y / r));
        // The thread: rings that fade into the dark.
        float angle = MathF.Atan2(y, x);
        return Paint.Grey(22 + 28 * MathF.Max(0, MathF.Sin(r * 2.2f + angle)) * (r / 22) - 16 * Facing(x / 22, y / 22));
    }

    private static Paint ClipPocket(float x, float y)
    {
        float outside = RoundedBox(x, y, ClipHalfWidth + 12, ClipHalfHeight + 12, 16, out float normalX, out float normalY);
        if (outside > 0)
            return Paint.None;
        if (outside > -4)
            return Paint.Grey(138 - 75 * Facing(normalX, normalY));
        Paint pin = Hollow(MathF.Abs(x) - 51, y, 9, 3, 20);
        return pin.Alpha > 0 ? pin : Paint.Grey(112 + 6 * MathF.Sin(x * 0.9f + 0.2f * y) - 2 * MathF.Sin(y * 1.7f));
    }

    /// <summary>A through hole with a chamfer, about its own centre.</summary>
    private static Paint Hollow(float x, float y, float radius, float chamfer, float dark)
    {
        float r = MathF.Sqrt(x * x + y * y);
        if (r > radius + chamfer)
            return Paint.None;
        float facing = Facing(x / MathF.Max(r, 1), y / MathF.Max(r, 1));
        if (r > radius)
            return Paint.Grey(148 - 82 * facing);
        // The wall shows on the side that faces the light.
        float wall = MathF.Max(0, r / radius - 0.86f) / 0.14f;
        return Paint.Grey(dark + 55 * wall * MathF.Max(0, -facing));
    }

    /// <summary>
    /// How far inside the plate's outline a point is, in pixels (negative: outside), and the outward direction of the nearest edge.
    /// </summary>
    private static float EdgeDistance(float x, float y, out float normalX, out float normalY) =>
        -RoundedBox(x, y, HalfWidth, HalfHeight, 26, out normalX, out normalY);

    /// <summary>Signed distance to a rectangle with rounded corners, negative inside.</summary>
    private static float RoundedBox(float x, float y, float halfWidth, float halfHeight, float corner, out float normalX, out float normalY)
    {
        float u = MathF.Abs(x) - halfWidth + corner;
        float v = MathF.Abs(y) - halfHeight + corner;
        if (u > 0 && v > 0)
        {
            float length = MathF.Sqrt(u * u + v * v);
            normalX = u / length * MathF.Sign(x);
            normalY = v / length * MathF.Sign(y);
            return length - corner;
        }
        normalX = u > v ? MathF.Sign(x) : 0;
        normalY = u > v ? 0 : MathF.Sign(y);
        return MathF.Max(u, v) - corner;
    }

    /// <summary>1 when a surface leans towards the light, -1 when away.</summary>
    private static float Facing(float normalX, float normalY) => normalX * LightX + normalY * LightY;
}
