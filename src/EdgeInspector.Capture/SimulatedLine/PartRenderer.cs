using OpenCvSharp;

namespace EdgeInspector.Capture.SimulatedLine;

/// <summary>
/// Draws parts on the conveyor as the station's camera sees them: 1280 × 960, 8-bit BGR. The same part gives the same bytes every time.
/// Holds textures in native memory; one renderer for each thread.
/// </summary>
public sealed class PartRenderer : IDisposable
{
    private const int ShadowBorder = 60;

    private readonly Surfaces _surfaces = new();
    private readonly Sprite _features = Sprite.Draw(Surfaces.PlateWidth, Surfaces.PlateHeight, PartDrawing.Plate);
    private readonly Sprite _outline = Sprite.Draw(Surfaces.PlateWidth, Surfaces.PlateHeight, PartDrawing.Silhouette);
    private readonly Sprite _screw = Sprite.Draw(92, 92, PartDrawing.Screw);
    private readonly Sprite _clip = Sprite.Draw(168, 76, PartDrawing.Clip);
    private readonly Sprite _screwShadow = Sprite.Draw(116, 116, (x, y) => PartDrawing.Shadow(x, y, 44, 44, 44));
    private readonly Sprite _clipShadow = Sprite.Draw(190, 98, (x, y) => PartDrawing.Shadow(x, y, 82, 36, 12));
    private readonly Mat _under;
    private readonly Mat _plate = new();
    private readonly Mat _shade = new();
    private readonly Mat _stain = new();

    public PartRenderer()
    {
        _under = new Mat();
        Cv2.Subtract(Scalar.All(1), _features.Alpha, _under);
        PlateShadow = MakePlateShadow();
        Stain = MakeStain();
    }

    /// <summary>Size of every picture.</summary>
    public static Size FrameSize { get; } = new(PartGeometry.FrameWidth, PartGeometry.FrameHeight);

    private Mat PlateShadow { get; }

    private Mat Stain { get; }

    /// <summary>Draws the part, centred but for its own pose.</summary>
    /// <param name="part">The part.</param>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    public void Render(SimulatedPart part, Mat into) => Render(part, into, 0, part.Index);

    /// <summary>Draws the part while it travels through the picture.</summary>
    /// <param name="part">The part.</param>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="offset">How far the part is from the centre, in pixels along the belt: negative when it has yet to arrive.</param>
    /// <param name="exposure">Fixes the sensor's noise; the number of the frame.</param>
    public void Render(SimulatedPart part, Mat into, float offset, long exposure)
    {
        LineRandom surface = LineRandom.For(part.Seed, part.Index, purpose: 2);
        DrawBelt(into, offset + surface.Below(Surfaces.BeltPeriod));
        int lamp = surface.Below(Surfaces.Lights);
        float gain = surface.Between(0.93, 1.07);
        PartPose pose = part.Pose with { X = part.Pose.X + offset };
        DrawPlate(part, surface);
        PutPlate(into, pose);
        foreach (SimulatedDefect defect in part.Defects)
        {
            if (defect.Scratch is { } scratch)
                DefectDrawing.Scratch(into, scratch, pose);
            if (defect.Dent is { } dent)
                DefectDrawing.Dent(into, dent, pose);
        }
        Expose(into, lamp, gain, part.Seed, exposure);
    }

    /// <summary>Draws the empty conveyor.</summary>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="travel">How far the belt has moved, in pixels.</param>
    /// <param name="exposure">Fixes the sensor's noise; the number of the frame.</param>
    public void RenderEmpty(Mat into, float travel, long exposure)
    {
        DrawBelt(into, travel);
        Expose(into, 0, 1, 0, exposure);
    }

    public void Dispose()
    {
        _surfaces.Dispose();
        foreach (Sprite sprite in new[] { _features, _outline, _screw, _clip, _screwShadow, _clipShadow })
            sprite.Dispose();
        foreach (Mat mat in new[] { _under, _plate, _shade, _stain, PlateShadow, Stain })
            mat.Dispose();
    }

    private void DrawBelt(Mat into, float travel)
    {
        into.Create(FrameSize, MatType.CV_8UC3);
        int at = (int)MathF.Round(travel) % Surfaces.BeltPeriod;
        using Mat belt = _surfaces.Belt[new Rect((Surfaces.BeltPeriod - at) % Surfaces.BeltPeriod, 0, into.Width, into.Height)];
        belt.CopyTo(into);
    }

    /// <summary>The upright plate with its components, but without defects in its surface.</summary>
    private void DrawPlate(SimulatedPart part, LineRandom random)
    {
        using Mat brushed = Surfaces.PlateCut(_surfaces.Brushed, random);
        using Mat milled = Surfaces.PlateCut(_surfaces.Milled, random);
        float marks = random.Between(0.3, 1.1);
        Cv2.AddWeighted(brushed, 1, milled, marks, -128 * marks + random.Between(-8, 8), _plate);
        for (int stains = random.Below(4); stains > 0; stains--)
            DrawStain(random);
        for (int specks = random.Below(14); specks > 0; specks--)
            DrawDust(random);
        Cv2.BlendLinear(_features.Color, _plate, _features.Alpha, _under, _plate);
        if (part.Clip is { } clip)
        {
            _clipShadow.Put(_plate, OnPlate(PartGeometry.ClipSeat, clip, 4, 5), clip.Degrees);
            _clip.Put(_plate, OnPlate(PartGeometry.ClipSeat, clip, 0, 0), clip.Degrees);
        }
        if (part.Screw is { } screw)
        {
            _screwShadow.Put(_plate, OnPlate(PartGeometry.ScrewSeat, screw, 4, 5), 0);
            _screw.Put(_plate, OnPlate(PartGeometry.ScrewSeat, screw, 0, 0), screw.Degrees);
        }
    }

    /// <summary>A film of oil or a wiped drop: dark, soft and large, and no defect.</summary>
    private void DrawStain(LineRandom random)
    {
        Size size = new(random.Between(60, 240), random.Between(40, 160));
        Rect place = new(random.Below(Surfaces.PlateWidth - size.Width), random.Below(Surfaces.PlateHeight - size.Height), size.Width, size.Height);
        double strength = random.Between(0.3, 1);
        Cv2.Resize(Stain, _stain, size);
        using Mat roi = _plate[place];
        Cv2.AddWeighted(roi, 1, _stain, -strength, 0, roi);
    }

    private void DrawDust(LineRandom random)
    {
        Point at = new(random.Below(Surfaces.PlateWidth * 16), random.Below(Surfaces.PlateHeight * 16));
        float level = random.Chance(0.5) ? random.Between(60, 120) : random.Between(200, 240);
        Cv2.Circle(_plate, at, (int)random.Between(10, 30), Scalar.All(level), -1, LineTypes.AntiAlias, 4);
    }

    private void PutPlate(Mat into, PartPose pose)
    {
        Point2f center = PartGeometry.OnFrame(pose, default(Point2f));
        Rect frame = new(0, 0, into.Width, into.Height);
        Rect place = new Rect((int)center.X - 470, (int)center.Y - 390, 940, 780) & frame;
        if (place.Width <= 0 || place.Height <= 0)
            return;
        using Mat roi = into[place];
        Point2f local = new(center.X - place.X, center.Y - place.Y);
        using Mat below = Sprite.Placement(PlateShadow.Width / 2f, PlateShadow.Height / 2f, new Point2f(local.X + 9, local.Y + 12), pose.Degrees);
        Cv2.WarpAffine(PlateShadow, _shade, below, roi.Size(), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(255));
        Cv2.Multiply(roi, _shade, roi, 1 / 255.0);
        using Mat above = Sprite.Placement(_plate.Width / 2f, _plate.Height / 2f, local, pose.Degrees);
        Sprite.Blend(roi, _plate, _outline.Alpha, above);
    }

    /// <summary>Light, lens and sensor.</summary>
    private void Expose(Mat into, int lamp, float gain, int seed, long exposure)
    {
        Cv2.Multiply(into, _surfaces.Light[lamp], into, gain / 255.0);
        using Mat noise = _surfaces.NoiseCut(LineRandom.For(seed, exposure, purpose: 3));
        Cv2.AddWeighted(into, 1, noise, 1, -128, into);
    }

    private static Point2f OnPlate(Point2f seat, PartPose pose, float shiftX, float shiftY) => new(
        Surfaces.PlateWidth / 2f + seat.X + pose.X + shiftX,
        Surfaces.PlateHeight / 2f + seat.Y + pose.Y + shiftY);

    /// <summary>What is left of the light beside the plate, 255 for all of it.</summary>
    private static Mat MakePlateShadow()
    {
        using Mat shadow = new(Surfaces.PlateHeight + 2 * ShadowBorder, Surfaces.PlateWidth + 2 * ShadowBorder, MatType.CV_8UC1, Scalar.All(255));
        Cv2.Rectangle(shadow, new Rect(ShadowBorder, ShadowBorder, Surfaces.PlateWidth, Surfaces.PlateHeight), Scalar.All(95), -1);
        Cv2.GaussianBlur(shadow, shadow, new Size(0, 0), 11);
        Mat color = new();
        Cv2.CvtColor(shadow, color, ColorConversionCodes.GRAY2BGR);
        return color;
    }

    /// <summary>How much a stain darkens, at most 24 grey levels, nothing at its edges.</summary>
    private static Mat MakeStain()
    {
        const int Side = 200;
        using Mat grey = new(Side, Side, MatType.CV_8UC1);
        MatRowAccessor<byte> at = grey.AsRows<byte>();
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                float dx = (x - 99.5f) / 100, dy = (y - 99.5f) / 100;
                float r = MathF.Sqrt(dx * dx + dy * dy) * (1 + 0.18f * MathF.Sin(3 * MathF.Atan2(dy, dx) + 1));
                float inside = Math.Clamp((1 - r) / 0.55f, 0, 1);
                at[y][x] = (byte)(24 * inside * inside * (3 - 2 * inside));
            }
        }
        Mat color = new();
        Cv2.CvtColor(grey, color, ColorConversionCodes.GRAY2BGR);
        return color;
    }
}
