using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Inspection.Tests.References;

/// <summary>Draws a plate with a bore and a clip on a belt, as a camera would see it. The same seed draws the same pictures.</summary>
internal sealed class DrawnParts(int seed, int width = 320, int height = 240) : IDisposable
{
    private readonly Random _random = new(seed);

    public FramePool Pool { get; } = new();

    public void Dispose() => Pool.Dispose();

    /// <summary>How a part lies by chance: up to 6 pixels and 3 degrees off.</summary>
    public PartPlace AnyPlace() => new(12 * _random.NextDouble() - 6, 10 * _random.NextDouble() - 5, 6 * _random.NextDouble() - 3);

    /// <summary>A good part that lies by chance, under ordinary light.</summary>
    public Frame Good(PartPlace? at = null) => Draw(at ?? AnyPlace(), light: 0.96 + 0.08 * _random.NextDouble());

    /// <summary>A picture.</summary>
    /// <param name="at">Where the part lies.</param>
    /// <param name="light">1: ordinary.</param>
    /// <param name="edge">Pixels over which an edge goes; 1: sharp.</param>
    /// <param name="hasClip">False: the clip is missing.</param>
    /// <param name="kind">0: the part; 1: the empty belt; 2: a disc; 3: the left half of the part.</param>
    public Frame Draw(PartPlace at, double light = 1, double edge = 1, bool hasClip = true, int kind = 0)
    {
        Frame frame = Pool.Rent(width, height);
        Span<byte> pixels = frame.Writable;
        (double sin, double cos) = Math.SinCos(at.Degrees * Math.PI / 180);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double atX = x + 0.5 - width / 2.0 - at.X, atY = y + 0.5 - height / 2.0 - at.Y;
                (double u, double v) = ((cos * atX + sin * atY) * 320 / width, (-sin * atX + cos * atY) * 320 / width);
                double level = light * Level(u, v, edge, hasClip, kind);
                pixels.Slice((y * width + x) * 3, 3).Fill((byte)Math.Clamp(Math.Round(level + 1.5 * Normal()), 0, 255));
            }
        }
        frame.Stamp(TimeProvider.System.GetTimestamp(), DateTimeOffset.UnixEpoch, 1);
        return frame;
    }

    /// <summary>A reference of good parts.</summary>
    public Reference Learnt(int parts = 30, string? type = null, int kind = 0)
    {
        var seen = new VouchedPictures(new PictureOptions());
        for (int i = 0; i < parts; i++)
        {
            Frame frame = Draw(AnyPlace(), 0.96 + 0.08 * _random.NextDouble(), kind: kind);
            Assert.Null(seen.Add($"part-{i}", frame));
            frame.Release();
        }
        LearnOutcome outcome = seen.Learn(new LearnOrigin("weld-3", type, "camera", "quality", null, DateTimeOffset.UnixEpoch));
        Assert.True(outcome.Problem is null, outcome.Problem + string.Join("; ", outcome.LeftOut));
        return outcome.Reference!;
    }

    private static double Level(double u, double v, double edge, bool hasClip, int kind)
    {
        const double Belt = 50, Plate = 165, Hole = 30;
        if (kind == 1)
            return Belt + 25 * Math.Sin(u * 0.4) * Math.Sin(v * 0.4);
        if (kind == 2)
            return Belt + (Plate - Belt) * Inside(70 - Math.Sqrt(u * u + v * v), edge);
        double plate = Inside(Math.Min(95 - Math.Abs(u), 65 - Math.Abs(v)), edge);
        if (kind == 3)
            plate *= Inside(-u, edge);
        double level = Belt + (Plate - Belt) * plate;
        level += (Hole - level) * Inside(24 - Math.Sqrt((u + 40) * (u + 40) + v * v), edge) * plate;
        return hasClip ? level + (110 - level) * Inside(Math.Min(14 - Math.Abs(u - 55), 8 - Math.Abs(v - 30)), edge) * plate : level;
    }

    private static double Inside(double distance, double edge) => Math.Clamp(0.5 + distance / edge, 0, 1);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
