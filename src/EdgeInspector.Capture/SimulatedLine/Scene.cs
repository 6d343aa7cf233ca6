using OpenCvSharp;

namespace EdgeInspector.Capture.SimulatedLine;

/// <summary>
/// Everything that is drawn once and then only copied: textures, the plate's features, components, shadows. Never written after it is made,
/// so all renderers of the process share one.
/// </summary>
internal sealed class Scene
{
    private const int ShadowBorder = 60;
    private static readonly Lazy<Scene> Drawn = new(() => new Scene());

    private Scene()
    {
        Cv2.Subtract(Scalar.All(1), Features.Alpha, NotFeatures);
    }

    /// <summary>The scene; drawn at the first use (about a third of a second), kept until the process ends (about 60 MB of native memory).</summary>
    public static Scene Shared => Drawn.Value;

    public Surfaces Surfaces { get; } = new();

    public Sprite Features { get; } = Sprite.Draw(Surfaces.PlateWidth, Surfaces.PlateHeight, PartDrawing.Plate);

    /// <summary>1 less the opacity of <see cref="Features"/>.</summary>
    public Mat NotFeatures { get; } = new();

    public Sprite Outline { get; } = Sprite.Draw(Surfaces.PlateWidth, Surfaces.PlateHeight, PartDrawing.Silhouette);

    public Sprite Screw { get; } = Sprite.Draw(92, 92, PartDrawing.Screw);

    public Sprite Clip { get; } = Sprite.Draw(168, 76, PartDrawing.Clip);

    public Sprite ScrewShadow { get; } = Sprite.Draw(116, 116, (x, y) => PartDrawing.Shadow(x, y, 44, 44, 44));

    public Sprite ClipShadow { get; } = Sprite.Draw(190, 98, (x, y) => PartDrawing.Shadow(x, y, 82, 36, 12));

    /// <summary>What is left of the light beside the plate, 255 for all of it; one channel.</summary>
    public Mat PlateShadow { get; } = MakePlateShadow();

    /// <summary>How much a stain darkens; three channels.</summary>
    public Mat Stain { get; } = MakeStain();

    /// <summary>What is left of the light beside the plate, 255 for all of it.</summary>
    private static Mat MakePlateShadow()
    {
        Mat shadow = new(Surfaces.PlateHeight + 2 * ShadowBorder, Surfaces.PlateWidth + 2 * ShadowBorder, MatType.CV_8UC1, Scalar.All(255));
        Cv2.Rectangle(shadow, new Rect(ShadowBorder, ShadowBorder, Surfaces.PlateWidth, Surfaces.PlateHeight), Scalar.All(95), -1);
        Cv2.GaussianBlur(shadow, shadow, new Size(0, 0), 11);
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
