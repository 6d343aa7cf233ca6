using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// Draws parts on the conveyor as the station's camera sees them: 8-bit BGR. The same part gives the same bytes every time.
/// Holds scratch memory of its own; one renderer for each thread.
/// </summary>
/// <param name="sensor">The pictures' size; the parts' truth is in its pixels when their <see cref="PartLine"/> has the same.</param>
public sealed class PartRenderer(SensorSize sensor) : IDisposable
{
    private readonly Scene _scene = Scene.For(sensor);
    private readonly Mat _plate = new();
    private readonly Mat _shade = new();
    private readonly Mat _shadeColor = new();
    private readonly Mat _stain = new();

    /// <summary>For pictures of 1280 × 960.</summary>
    public PartRenderer()
        : this(SensorSize.Default)
    {
    }

    /// <summary>Size of every picture.</summary>
    public Size FrameSize { get; } = new(sensor.Width, sensor.Height);

    private Surfaces Surfaces => _scene.Surfaces;

    /// <summary>Draws the part, centred but for its own pose.</summary>
    /// <param name="part">The part.</param>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="wear">What has become of lamp, lens and camera; default: nothing.</param>
    public void Render(SimulatedPart part, Mat into, PictureWear? wear = null) => Render(part, into, 0, part.Index, wear);

    /// <summary>Draws the part while it travels through the picture.</summary>
    /// <param name="part">The part.</param>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="offset">
    /// How far the part is from the centre, in pixels of a 1280 × 960 picture along the belt: negative when it has yet to arrive.
    /// </param>
    /// <param name="exposure">Fixes the sensor's noise; the number of the frame.</param>
    /// <param name="wear">What has become of lamp, lens and camera; default: nothing.</param>
    public void Render(SimulatedPart part, Mat into, float offset, long exposure, PictureWear? wear = null)
    {
        LineRandom surface = LineRandom.For(part.Seed, part.Index, purpose: 2);
        DrawBelt(into, offset + surface.Below(Surfaces.DrawnBeltPeriod));
        int lamp = surface.Below(Surfaces.Lights);
        float gain = surface.Between(0.93, 1.07);
        PartPose pose = part.Pose with { X = part.Pose.X + offset };
        DrawPlate(part, surface);
        PutPlate(into, pose);
        foreach (SimulatedDefect defect in part.Defects)
        {
            if (defect.Scratch is { } scratch)
                DefectDrawing.Scratch(into, sensor, scratch, pose);
            if (defect.Dent is { } dent)
                DefectDrawing.Dent(into, sensor, dent, pose);
        }
        Expose(into, lamp, gain, part.Seed, exposure, wear ?? PictureWear.None);
    }

    /// <summary>Draws the empty conveyor.</summary>
    /// <param name="into">Receives the picture; given its size and type here when it has another.</param>
    /// <param name="travel">How far the belt has moved, in pixels of a 1280 × 960 picture.</param>
    /// <param name="exposure">Fixes the sensor's noise; the number of the frame.</param>
    public void RenderEmpty(Mat into, float travel, long exposure)
    {
        DrawBelt(into, travel);
        Expose(into, 0, 1, 0, exposure, PictureWear.None);
    }

    public void Dispose()
    {
        foreach (Mat mat in new[] { _plate, _shade, _shadeColor, _stain })
            mat.Dispose();
    }

    private void DrawBelt(Mat into, float travel)
    {
        into.Create(FrameSize, MatType.CV_8UC3);
        int at = sensor.Pixels(travel) % Surfaces.BeltPeriod;
        using Mat belt = Surfaces.Belt[new Rect((Surfaces.BeltPeriod - at) % Surfaces.BeltPeriod, 0, into.Width, into.Height)];
        belt.CopyTo(into);
    }

    /// <summary>The upright plate with its components, but without defects in its surface.</summary>
    private void DrawPlate(SimulatedPart part, LineRandom random)
    {
        using Mat brushed = Surfaces.PlateCut(Surfaces.Brushed, random);
        using Mat milled = Surfaces.PlateCut(Surfaces.Milled, random);
        float marks = random.Between(0.3, 1.1);
        Cv2.AddWeighted(brushed, 1, milled, marks, -128 * marks + random.Between(-8, 8), _plate);
        for (int stains = random.Below(4); stains > 0; stains--)
            DrawStain(random);
        for (int specks = random.Below(14); specks > 0; specks--)
            DrawDust(random);
        Cv2.BlendLinear(_scene.Features.Color, _plate, _scene.Features.Alpha, _scene.NotFeatures, _plate);
        if (part.Clip is { } clip)
        {
            _scene.ClipShadow.Put(_plate, OnPlate(PartGeometry.ClipSeat, clip, 4, 5), clip.Degrees);
            _scene.Clip.Put(_plate, OnPlate(PartGeometry.ClipSeat, clip, 0, 0), clip.Degrees);
        }
        if (part.Screw is { } screw)
        {
            _scene.ScrewShadow.Put(_plate, OnPlate(PartGeometry.ScrewSeat, screw, 4, 5), 0);
            _scene.Screw.Put(_plate, OnPlate(PartGeometry.ScrewSeat, screw, 0, 0), screw.Degrees);
        }
    }

    /// <summary>A film of oil or a wiped drop: dark, soft and large, and no defect.</summary>
    private void DrawStain(LineRandom random)
    {
        Size size = new(random.Between(60, 240), random.Between(40, 160));
        Point at = new(random.Below(Surfaces.DrawnPlateWidth - size.Width), random.Below(Surfaces.DrawnPlateHeight - size.Height));
        Rect place = new(Scaled(at.X), Scaled(at.Y), Scaled(size.Width), Scaled(size.Height));
        double strength = random.Between(0.3, 1);
        Cv2.Resize(_scene.Stain, _stain, place.Size);
        using Mat roi = _plate[place];
        Cv2.AddWeighted(roi, 1, _stain, -strength, 0, roi);
    }

    private void DrawDust(LineRandom random)
    {
        // In sixteenths of a pixel.
        Point at = new(Scaled(random.Below(Surfaces.DrawnPlateWidth * 16)), Scaled(random.Below(Surfaces.DrawnPlateHeight * 16)));
        float level = random.Chance(0.5) ? random.Between(60, 120) : random.Between(200, 240);
        Cv2.Circle(_plate, at, Scaled((int)random.Between(10, 30)), Scalar.All(level), -1, LineTypes.AntiAlias, 4);
    }

    private void PutPlate(Mat into, PartPose pose)
    {
        Point2f center = PartGeometry.OnFrame(sensor, pose, default(Point2f));
        PutShadow(into, center, pose.Degrees);
        if (Around(into, center, Scaled(404), Scaled(312)) is not { } place)
            return;
        using Mat roi = into[place];
        using Mat placement = Sprite.Placement(
            Surfaces.PlateWidth / 2f, Surfaces.PlateHeight / 2f, new Point2f(center.X - place.X, center.Y - place.Y), pose.Degrees);
        Sprite.Blend(roi, _plate, _scene.Outline.Alpha, placement);
    }

    private void PutShadow(Mat into, Point2f center, float degrees)
    {
        if (Around(into, center, Scaled(470), Scaled(390)) is not { } place)
            return;
        using Mat roi = into[place];
        using Mat placement = Sprite.Placement(
            _scene.PlateShadow.Width / 2f,
            _scene.PlateShadow.Height / 2f,
            new Point2f(center.X - place.X + 9 * sensor.Scale, center.Y - place.Y + 12 * sensor.Scale),
            degrees);
        Cv2.WarpAffine(_scene.PlateShadow, _shade, placement, roi.Size(), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(255));
        Cv2.CvtColor(_shade, _shadeColor, ColorConversionCodes.GRAY2BGR);
        Cv2.Multiply(roi, _shadeColor, roi, 1 / 255.0);
    }

    /// <summary>The part of the picture within reach of a point, or null when that is nothing.</summary>
    private static Rect? Around(Mat picture, Point2f center, int halfWidth, int halfHeight)
    {
        Rect place = new Rect((int)center.X - halfWidth, (int)center.Y - halfHeight, 2 * halfWidth, 2 * halfHeight)
            & new Rect(0, 0, picture.Width, picture.Height);
        return place.Width > 0 && place.Height > 0 ? place : null;
    }

    /// <summary>Light, lens and sensor.</summary>
    private void Expose(Mat into, int lamp, float gain, int seed, long exposure, PictureWear wear)
    {
        Cv2.Multiply(into, Surfaces.Light[lamp], into, gain * wear.Light / 255.0);
        wear.Apply(into);
        using Mat noise = Surfaces.NoiseCut(LineRandom.For(seed, exposure, purpose: 3));
        Cv2.AddWeighted(into, 1, noise, 1, -128, into);
    }

    private Point2f OnPlate(Point2f seat, PartPose pose, float shiftX, float shiftY)
    {
        float scale = sensor.Scale;
        return new Point2f(
            Surfaces.PlateWidth / 2f + seat.X * scale + pose.X * scale + shiftX * scale,
            Surfaces.PlateHeight / 2f + seat.Y * scale + pose.Y * scale + shiftY * scale);
    }

    /// <summary>A length of the drawing in pixels of the picture.</summary>
    private int Scaled(int drawn) => (int)(drawn * sensor.Scale);
}
