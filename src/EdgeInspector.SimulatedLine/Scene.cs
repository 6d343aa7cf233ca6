using System.Collections.Concurrent;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// Everything that is drawn once and then only copied: textures, the plate's features, components, shadows. Never written after it is made,
/// so all renderers of one size share one.
/// </summary>
internal sealed class Scene
{
    private const int ShadowBorder = 60;
    private static readonly ConcurrentDictionary<SensorSize, Lazy<Scene>> Drawn = [];

    private Scene(SensorSize sensor)
    {
        Surfaces = new Surfaces(sensor);
        Features = Sprite.Draw(sensor, Surfaces.DrawnPlateWidth, Surfaces.DrawnPlateHeight, PartDrawing.Plate);
        Cv2.Subtract(Scalar.All(1), Features.Alpha, NotFeatures);
        Outline = Sprite.Draw(sensor, Surfaces.DrawnPlateWidth, Surfaces.DrawnPlateHeight, PartDrawing.Silhouette);
        Screw = Sprite.Draw(sensor, 92, 92, PartDrawing.Screw);
        Clip = Sprite.Draw(sensor, 168, 76, PartDrawing.Clip);
        ScrewShadow = Sprite.Draw(sensor, 116, 116, (x, y) => PartDrawing.Shadow(x, y, 44, 44, 44));
        ClipShadow = Sprite.Draw(sensor, 190, 98, (x, y) => PartDrawing.Shadow(x, y, 82, 36, 12));
        PlateShadow = MakePlateShadow(sensor, Surfaces);
    }

    /// <summary>
    /// The scene for pictures of a size; drawn at the first use (about a third of a second), kept until the process ends
    /// (about 60 MB of native memory for 1280 × 960).
    /// </summary>
    public static Scene For(SensorSize sensor) => Drawn.GetOrAdd(sensor, static size => new Lazy<Scene>(() => new Scene(size))).Value;

    public Surfaces Surfaces { get; }

    public Sprite Features { get; }

    /// <summary>1 less the opacity of <see cref="Features"/>.</summary>
    public Mat NotFeatures { get; } = new();

    public Sprite Outline { get; }

    public Sprite Screw { get; }

    public Sprite Clip { get; }

    public Sprite ScrewShadow { get; }

    public Sprite ClipShadow { get; }

    /// <summary>What is left of the light beside the plate, 255 for all of it; one channel.</summary>
    public Mat PlateShadow { get; }

    /// <summary>How much a stain darkens; three channels.</summary>
    public Mat Stain { get; } = MakeStain();

    /// <summary>What is left of the light beside the plate, 255 for all of it.</summary>
    private static Mat MakePlateShadow(SensorSize sensor, Surfaces surfaces)
    {
        int border = sensor.Pixels(ShadowBorder);
        Mat shadow = new(surfaces.PlateHeight + 2 * border, surfaces.PlateWidth + 2 * border, MatType.CV_8UC1, Scalar.All(255));
        Cv2.Rectangle(shadow, new Rect(border, border, surfaces.PlateWidth, surfaces.PlateHeight), Scalar.All(95), -1);
        Cv2.GaussianBlur(shadow, shadow, new Size(0, 0), 11 * sensor.Scale);
        return shadow;
    }

    /// <summary>How much a stain darkens, at most 24 grey levels, nothing at its edges.</summary>
    private static Mat MakeStain()
    {
        const int Side = 200;
        using Mat grey = new(Side, Side, MatType.CV_8UC1);
        MatRowAccessor<byte> at = grey.AsRows<byte>();
        for (int y = 0; y < Side; y++)
        {
            Span<byte> row = at[y];
            for (int x = 0; x < Side; x++)
            {
                float dx = (x - 99.5f) / 100, dy = (y - 99.5f) / 100;
                float r = MathF.Sqrt(dx * dx + dy * dy) * (1 + 0.18f * MathF.Sin(3 * MathF.Atan2(dy, dx) + 1));
                float inside = Math.Clamp((1 - r) / 0.55f, 0, 1);
                row[x] = (byte)(24 * inside * inside * (3 - 2 * inside));
            }
        }
        Mat color = new();
        Cv2.CvtColor(grey, color, ColorConversionCodes.GRAY2BGR);
        return color;
    }
}
