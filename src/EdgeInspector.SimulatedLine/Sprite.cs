using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>What a shaded drawing says about one point: grey level or colour 0..255 and opacity 0..1.</summary>
internal readonly record struct Paint(float Blue, float Green, float Red, float Alpha)
{
    public static Paint None => default;

    public static Paint Grey(float level, float alpha = 1) => new(level, level, level, alpha);
}

/// <summary>A drawing prepared once: colours (8-bit BGR) and opacity (float 0..1).</summary>
internal sealed class Sprite
{
    private Sprite(Mat color, Mat alpha)
    {
        Color = color;
        Alpha = alpha;
    }

    public Mat Color { get; }

    public Mat Alpha { get; }

    /// <summary>
    /// Evaluates a drawing around its centre with 3 × 3 samples a pixel of the picture; width and height are the drawing's.
    /// </summary>
    public static Sprite Draw(SensorSize sensor, int width, int height, Func<float, float, Paint> at)
    {
        float scale = sensor.Scale;
        (width, height) = (sensor.Pixels(width), sensor.Pixels(height));
        const int Samples = 3;
        Mat color = new(height, width, MatType.CV_8UC3);
        Mat alpha = new(height, width, MatType.CV_32FC1);
        // Every pixel is its own, so the rows may be drawn in any order.
        Parallel.For(0, height, y =>
        {
            Span<Vec3b> colors = color.AsRows<Vec3b>()[y];
            Span<float> alphas = alpha.AsRows<float>()[y];
            for (int x = 0; x < width; x++)
            {
                float blue = 0, green = 0, red = 0, opacity = 0;
                for (int s = 0; s < Samples * Samples; s++)
                {
                    Paint paint = at(
                        (x - width / 2f + (s % Samples + 0.5f) / Samples) / scale,
                        (y - height / 2f + (s / Samples + 0.5f) / Samples) / scale);
                    blue += paint.Blue * paint.Alpha;
                    green += paint.Green * paint.Alpha;
                    red += paint.Red * paint.Alpha;
                    opacity += paint.Alpha;
                }
                float weight = opacity > 0 ? 1 / opacity : 0;
                colors[x] = new Vec3b(Clamp(blue * weight), Clamp(green * weight), Clamp(red * weight));
                alphas[x] = opacity / (Samples * Samples);
            }
        });
        return new Sprite(color, alpha);
    }

    /// <summary>Puts the drawing on a canvas, its centre at the given place, turned clockwise.</summary>
    public void Put(Mat canvas, Point2f at, float degrees)
    {
        int side = (int)MathF.Ceiling(MathF.Sqrt(Color.Width * Color.Width + Color.Height * Color.Height)) + 2;
        Rect place = new Rect((int)MathF.Floor(at.X - side / 2f), (int)MathF.Floor(at.Y - side / 2f), side, side)
            & new Rect(0, 0, canvas.Width, canvas.Height);
        if (place.Width <= 0 || place.Height <= 0)
            return;
        using Mat turn = Placement(Color.Width / 2f, Color.Height / 2f, new Point2f(at.X - place.X, at.Y - place.Y), degrees);
        using Mat roi = canvas[place];
        Blend(roi, Color, Alpha, turn);
    }

    /// <summary>Warps a picture and its opacity over a region and mixes them in.</summary>
    public static void Blend(Mat roi, Mat color, Mat alpha, Mat warp)
    {
        using Mat colors = new();
        using Mat over = new();
        using Mat under = new();
        using Mat mixed = new();
        Cv2.WarpAffine(color, colors, warp, roi.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        Cv2.WarpAffine(alpha, over, warp, roi.Size(), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(0));
        Cv2.Subtract(Scalar.All(1), over, under);
        Cv2.BlendLinear(colors, roi, over, under, mixed);
        mixed.CopyTo(roi);
    }

    /// <summary>The matrix that turns a drawing about its centre and puts that centre at a place (pixel centres at halves).</summary>
    public static Mat Placement(float centerX, float centerY, Point2f at, float degrees)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double x = at.X - 0.5 - cos * (centerX - 0.5) + sin * (centerY - 0.5);
        double y = at.Y - 0.5 - sin * (centerX - 0.5) - cos * (centerY - 0.5);
        Mat matrix = new(2, 3, MatType.CV_64FC1);
        matrix.Set(0, 0, cos);
        matrix.Set(0, 1, -sin);
        matrix.Set(0, 2, x);
        matrix.Set(1, 0, sin);
        matrix.Set(1, 1, cos);
        matrix.Set(1, 2, y);
        return matrix;
    }

    private static byte Clamp(float value) => (byte)Math.Clamp((int)(value + 0.5f), 0, 255);
}
