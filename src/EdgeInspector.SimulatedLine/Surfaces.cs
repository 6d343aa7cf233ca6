using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// The textures of the scene, larger than a picture so that each part gets its own cut-out: brushed metal, milling marks, rubber belt,
/// uneven light, sensor noise. Made once from a fixed seed; all 8-bit with three channels.
/// </summary>
internal sealed class Surfaces
{
    public const int DrawnPlateWidth = 760;
    public const int DrawnPlateHeight = 564;
    public const int DrawnBeltPeriod = 640;
    public const int Lights = 4;
    private const int Slack = 512;
    private const int NoiseSlack = 256;

    private readonly SensorSize _sensor;

    public Surfaces(SensorSize sensor)
    {
        _sensor = sensor;
        (PlateWidth, PlateHeight) = (sensor.Pixels(DrawnPlateWidth), sensor.Pixels(DrawnPlateHeight));
        BeltPeriod = sensor.Pixels(DrawnBeltPeriod);
        // Each from a seed of its own, so that they come out the same in any order.
        Task<Mat> brushed = Task.Run(MakeBrushed), milled = Task.Run(MakeMilled), belt = Task.Run(MakeBelt), noise = Task.Run(MakeNoise);
        Light = [.. Enumerable.Range(0, Lights).Select(i => MakeLight(i))];
        (Brushed, Milled, Belt, Noise) = (
            brushed.GetAwaiter().GetResult(),
            milled.GetAwaiter().GetResult(),
            belt.GetAwaiter().GetResult(),
            noise.GetAwaiter().GetResult());
    }

    /// <summary>The plate with a margin, in pixels of the picture.</summary>
    public int PlateWidth { get; }

    public int PlateHeight { get; }

    /// <summary>Brushed metal, streaks along x, mean about 168.</summary>
    public Mat Brushed { get; }

    /// <summary>Marks of the cutter and broad reflections; 128 stands for none.</summary>
    public Mat Milled { get; }

    /// <summary>The belt; repeats every <see cref="BeltPeriod"/> pixels along x.</summary>
    public Mat Belt { get; }

    /// <summary>Noise of the sensor; 128 stands for none.</summary>
    public Mat Noise { get; }

    /// <summary>Share of light that each pixel gets, 255 for the full share.</summary>
    public IReadOnlyList<Mat> Light { get; }

    /// <summary>In pixels of the picture.</summary>
    public int BeltPeriod { get; }

    /// <summary>A cut-out of the plate's size.</summary>
    public Mat PlateCut(Mat texture, LineRandom random) =>
        texture[new Rect(random.Below(Slack), random.Below(Slack), PlateWidth, PlateHeight)];

    /// <summary>A cut-out of the noise for a whole picture.</summary>
    public Mat NoiseCut(LineRandom random) =>
        Noise[new Rect(random.Below(NoiseSlack), random.Below(NoiseSlack), _sensor.Width, _sensor.Height)];

    private Mat MakeBrushed()
    {
        int width = PlateWidth + Slack, height = PlateHeight + Slack;
        using Mat fine = Gaussian(width, height, 1);
        using Mat coarse = Gaussian(width, height, 2);
        using Mat tone = Gaussian(width / 16, height / 16, 3);
        using Mat streaks = new();
        using Mat bands = new();
        // Averaging along x makes streaks and takes contrast away; the factors give it back.
        Cv2.BoxFilter(fine, streaks, MatType.CV_32F, new Size(61, 1));
        Cv2.BoxFilter(streaks, streaks, MatType.CV_32F, new Size(31, 1));
        Cv2.BoxFilter(coarse, bands, MatType.CV_32F, new Size(181, 3));
        Cv2.Resize(tone, tone, new Size(width, height), 0, 0, InterpolationFlags.Cubic);
        Cv2.GaussianBlur(fine, fine, new Size(0, 0), 0.7);
        using Mat sum = new(height, width, MatType.CV_32FC1, Scalar.All(168));
        Cv2.ScaleAdd(streaks, 40, sum, sum);
        Cv2.ScaleAdd(bands, 60, sum, sum);
        Cv2.ScaleAdd(fine, 3, sum, sum);
        Cv2.ScaleAdd(tone, 2.5, sum, sum);
        return Tinted(sum, 1.015, 1, 0.985);
    }

    private Mat MakeMilled()
    {
        int width = PlateWidth + Slack, height = PlateHeight + Slack;
        float scale = _sensor.Scale;
        using Mat sum = new(height, width, MatType.CV_32FC1);
        MatRowAccessor<float> at = sum.AsRows<float>();
        for (int row = 0; row < height; row++)
        {
            Span<float> values = at[row];
            for (int column = 0; column < width; column++)
            {
                // A face cutter of 700 pixels radius advancing along x, and reflections across the brushing.
                float x = column / scale, y = row / scale;
                float rise = (y - height / scale / 2f) / 700;
                float along = x - 700 * MathF.Sqrt(1 - rise * rise);
                float cut = MathF.Sin(along * 0.55f) + 0.6f * MathF.Sin(along * 0.091f + 1);
                float glare = MathF.Sin(x * 0.0093f) + 0.6f * MathF.Sin(x * 0.0217f + y * 0.0016f + 2);
                values[column] = 128 + 2.2f * cut + 7 * glare;
            }
        }
        return Tinted(sum, 1, 1, 1);
    }

    private Mat MakeBelt()
    {
        int height = _sensor.Height;
        float scale = BeltPeriod / (float)DrawnBeltPeriod, drawnHeight = height / scale;
        using Mat grain = Gaussian(BeltPeriod, height, 5);
        using Mat soft = new();
        Cv2.GaussianBlur(grain, soft, new Size(0, 0), 1.4);
        using Mat tile = new(height, BeltPeriod, MatType.CV_32FC1);
        MatRowAccessor<float> at = tile.AsRows<float>();
        for (int row = 0; row < height; row++)
        {
            Span<float> values = at[row];
            for (int column = 0; column < BeltPeriod; column++)
            {
                float x = column / scale, y = row / scale;
                // A diamond weave of 20 pixels.
                float weave = MathF.Abs(MathF.Sin((x + y) * MathF.PI / 20)) * MathF.Abs(MathF.Sin((x - y) * MathF.PI / 20));
                bool rail = y < 34 || y >= drawnHeight - 34;
                values[column] = rail ? 96 - MathF.Abs((y < 34 ? y : drawnHeight - 1 - y) - 17) * 2.2f : 46 + 18 * weave;
            }
        }
        Cv2.ScaleAdd(soft, 16, tile, tile);
        using Mat sum = new();
        Cv2.Repeat(tile, 1, 1 + (_sensor.Width + BeltPeriod - 1) / BeltPeriod, sum);
        return Tinted(sum, 1.05, 1.02, 0.94);
    }

    private Mat MakeNoise()
    {
        Mat noise = new(_sensor.Height + NoiseSlack, _sensor.Width + NoiseSlack, MatType.CV_8UC3);
        for (int channel = 0; channel < 3; channel++)
        {
            using Mat plane = Gaussian(noise.Width, noise.Height, 10 + channel);
            plane.ConvertTo(plane, MatType.CV_8UC1, 2.6, 128);
            Cv2.InsertChannel(plane, noise, channel);
        }
        return noise;
    }

    /// <summary>Lamps at different places, the lens darker towards its corners.</summary>
    private Mat MakeLight(int variant)
    {
        LineRandom random = LineRandom.For(0, variant, purpose: 90);
        float lampX = random.Between(300, 800), lampY = random.Between(150, 500);
        float fall = random.Between(0.18, 0.3);
        float scale = _sensor.Scale;
        using Mat sum = new(_sensor.Height, _sensor.Width, MatType.CV_32FC1);
        MatRowAccessor<float> at = sum.AsRows<float>();
        for (int row = 0; row < _sensor.Height; row++)
        {
            Span<float> values = at[row];
            for (int column = 0; column < _sensor.Width; column++)
            {
                float x = (column - _sensor.Width / 2f) / scale + PartGeometry.DrawingWidth / 2f,
                    y = (row - _sensor.Height / 2f) / scale + PartGeometry.DrawingHeight / 2f;
                float lamp = ((x - lampX) * (x - lampX) + (y - lampY) * (y - lampY)) / (900f * 900);
                float lens = ((x - 640) * (x - 640) + (y - 480) * (y - 480)) / (800f * 800);
                values[column] = 255 * (1 - fall * lamp / (0.5f + lamp)) * (1 - 0.22f * lens * lens);
            }
        }
        return Tinted(sum, 1, 1, 1);
    }

    private static Mat Tinted(Mat grey, double blue, double green, double red)
    {
        using Mat b = new();
        using Mat g = new();
        using Mat r = new();
        grey.ConvertTo(b, MatType.CV_8UC1, blue);
        grey.ConvertTo(g, MatType.CV_8UC1, green);
        grey.ConvertTo(r, MatType.CV_8UC1, red);
        Mat color = new();
        Cv2.Merge([b, g, r], color);
        return color;
    }

    /// <summary>White noise of mean 0 and deviation 1 (sum of four uniform numbers), float.</summary>
    private static Mat Gaussian(int width, int height, int stream)
    {
        LineRandom random = LineRandom.For(0, stream, purpose: 91);
        Mat noise = new(height, width, MatType.CV_32FC1);
        MatRowAccessor<float> at = noise.AsRows<float>();
        for (int y = 0; y < height; y++)
        {
            Span<float> row = at[y];
            for (int x = 0; x < width; x++)
            {
                ulong bits = random.Next();
                int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
                row[x] = (sum - 131070) / 37837f;
            }
        }
        return noise;
    }
}
