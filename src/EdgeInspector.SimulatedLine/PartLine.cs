using System.Globalization;
using System.Text.RegularExpressions;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// The line that makes the parts: which part has which number, how it lies, and what is wrong with it. A pure function of seed and number,
/// so that anyone who knows a part's id knows the truth about it. 70 % of the parts are good; the four defects share the rest evenly.
/// </summary>
public sealed partial class PartLine
{
    /// <summary>The share of good parts, 0..1.</summary>
    public const double ShareOk = 0.7;

    private readonly int _seed;
    private readonly SensorSize _sensor;
    private readonly int? _scratchWidth;

    /// <param name="seed">0 or more; lines of different seeds share no part.</param>
    public PartLine(int seed)
        : this(seed, SensorSize.Default)
    {
    }

    /// <param name="seed">0 or more; lines of different seeds share no part.</param>
    /// <param name="sensor">The pictures in whose pixels the truth is told. The parts are the same for every size.</param>
    /// <param name="scratchWidth">Width of every scratch, 1..3 pixels of the picture; null: it differs from scratch to scratch.</param>
    public PartLine(int seed, SensorSize sensor, int? scratchWidth = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        (_seed, _sensor, _scratchWidth) = (seed, sensor, scratchWidth);
    }

    /// <summary>The part of that number.</summary>
    /// <param name="index">0 or more.</param>
    public SimulatedPart Part(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        LineRandom random = LineRandom.For(_seed, index, purpose: 1);
        string tag = random.Chance(ShareOk) ? PartTags.Ok : PartTags.Defects[random.Below(PartTags.Defects.Count)];
        PartPose pose = new(random.Between(-28, 28), random.Between(-24, 24), random.Between(-4, 4));
        // Within tolerance; a misaligned component is off by at least three times as much.
        PartPose? clip = new PartPose(random.Between(-3.5, 3.5), random.Between(-3.5, 3.5), random.Between(-2, 2));
        PartPose? screw = new PartPose(random.Between(-3, 3), random.Between(-3, 3), random.Between(0, 360));
        List<SimulatedDefect> defects = [];
        switch (tag)
        {
            case PartTags.Scratch:
                Repeat(random, defects, () => Scratch(random, pose));
                break;
            case PartTags.Dent:
                Repeat(random, defects, () => Dent(random, pose));
                break;
            case PartTags.MissingComponent when random.Chance(0.5):
                clip = null;
                defects.Add(Seated(tag, pose, PartGeometry.ClipOutline(default)));
                break;
            case PartTags.MissingComponent:
                screw = null;
                defects.Add(Seated(tag, pose, PartGeometry.ScrewOutline(default)));
                break;
            case PartTags.Misaligned when random.Chance(0.5):
                clip = MisplacedClip(random);
                defects.Add(Seated(tag, pose, PartGeometry.ClipOutline(clip.Value)));
                break;
            case PartTags.Misaligned:
                screw = MisplacedScrew(random);
                defects.Add(Seated(tag, pose, PartGeometry.ScrewOutline(screw.Value)));
                break;
        }
        return new SimulatedPart(_seed, index, IdOf(_seed, index), tag, defects, pose, clip, screw);
    }

    /// <summary>The part id of a number: <c>sim-{seed}-{index, six digits or more}</c>.</summary>
    public static string IdOf(int seed, long index) => string.Create(CultureInfo.InvariantCulture, $"sim-{seed}-{index:D6}");

    /// <summary>The truth about a part whose id is known, or null when the id is not one of a simulated line.</summary>
    public static SimulatedPart? PartOf(string partId)
    {
        Match match = IdPattern().Match(partId);
        return match.Success
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
            && long.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long index)
                ? new PartLine(seed).Part(index)
                : null;
    }

    /// <summary>The number in a part id, or null when the id is not one of a simulated line.</summary>
    public static long? IndexOf(string partId) => PartOf(partId)?.Index;

    [GeneratedRegex(@"^sim-([0-9]{1,10})-([0-9]{6,18})\z")]
    private static partial Regex IdPattern();

    private static void Repeat(LineRandom random, List<SimulatedDefect> defects, Func<SimulatedDefect> make)
    {
        int count = random.Chance(0.25) ? 2 : 1;
        for (int i = 0; i < count; i++)
            defects.Add(make());
    }

    private SimulatedDefect Seated(string tag, PartPose pose, IReadOnlyList<Point2f> outline) =>
        new(tag, PartGeometry.Around(_sensor, pose, outline, 8)) { Outline = PartGeometry.OnFrame(_sensor, pose, outline) };

    private SimulatedDefect Scratch(LineRandom random, PartPose pose)
    {
        List<Point2f> points = [];
        // A long scratch that does not fit between the holes is tried shorter.
        for (int attempt = 0; ; attempt++)
        {
            points.Clear();
            float length = random.Between(70, attempt < 40 ? 380 : 90);
            float heading = random.Between(0, 2 * Math.PI);
            float bend = random.Chance(0.4) ? 0 : random.Between(-0.006, 0.006);
            Point2f at = new(
                random.Between(-PartGeometry.HalfWidth, PartGeometry.HalfWidth),
                random.Between(-PartGeometry.HalfHeight, PartGeometry.HalfHeight));
            const float Step = 6;
            for (float done = 0; done <= length && PartGeometry.IsBare(at, 4); done += Step)
            {
                points.Add(at);
                at = new Point2f(at.X + Step * MathF.Cos(heading), at.Y + Step * MathF.Sin(heading));
                heading += bend * Step + random.Between(-0.02, 0.02);
            }
            if (points.Count * Step > length)
                break;
        }
        int drawn = 1 + random.Below(3), width = _scratchWidth ?? drawn;
        bool faint = random.Chance(0.3);
        float strength = faint ? random.Between(26, 38) : random.Between(38, 85);
        if (random.Chance(0.3))
            strength = -strength;
        return new SimulatedDefect(PartTags.Scratch, PartGeometry.Around(_sensor, pose, points, 14))
        {
            Outline = PartGeometry.OnFrame(_sensor, pose, PartGeometry.Band(points, MathF.Max(1, width / 2f) / _sensor.Scale)),
            Scratch = new ScratchShape(points, width, strength),
        };
    }

    private SimulatedDefect Dent(LineRandom random, PartPose pose)
    {
        float radiusX = random.Between(17, 38);
        float radiusY = radiusX * random.Between(0.7, 1);
        Point2f center;
        do
            center = new Point2f(
                random.Between(-PartGeometry.HalfWidth, PartGeometry.HalfWidth),
                random.Between(-PartGeometry.HalfHeight, PartGeometry.HalfHeight));
        while (!PartGeometry.IsBare(center, radiusX * 1.15f));
        float degrees = random.Between(0, 180);
        IReadOnlyList<Point2f> outline = PartGeometry.Ellipse(center, radiusX, radiusY, degrees);
        return new SimulatedDefect(PartTags.Dent, PartGeometry.Around(_sensor, pose, outline, 8))
        {
            Outline = PartGeometry.OnFrame(_sensor, pose, outline),
            Dent = new DentShape(center, radiusX, radiusY, degrees, random.Between(26, 55)),
        };
    }

    private static PartPose MisplacedClip(LineRandom random)
    {
        // Either turned, or shifted, or both.
        int kind = random.Below(3);
        float degrees = kind == 1 ? random.Between(-2, 2) : random.Sign() * random.Between(8, 20);
        float distance = kind == 0 ? random.Between(0, 4) : random.Between(14, 28);
        (float sin, float cos) = MathF.SinCos(random.Between(0, 2 * Math.PI));
        return new PartPose(distance * cos, distance * sin, degrees);
    }

    private static PartPose MisplacedScrew(LineRandom random)
    {
        float distance = random.Between(14, 26);
        (float sin, float cos) = MathF.SinCos(random.Between(0, 2 * Math.PI));
        return new PartPose(distance * cos, distance * sin, random.Between(0, 360));
    }
}
