using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.References;

/// <summary>Pictures that are no evidence of a good part, made of pictures of the simulated line.</summary>
internal static class BadPictures
{
    /// <summary>Each kind with the way to make the i-th picture of it out of one that shows a part.</summary>
    public static IReadOnlyList<(string Name, Action<Mat, PartRenderer, int> Make)> All { get; } =
    [
        ("black", (picture, _, i) => Flat(picture, i % 3, 1)),
        ("white", (picture, _, i) => Flat(picture, 255 - i % 4, 1)),
        ("flat grey", (picture, _, i) => Flat(picture, 40 + i % 180, i % 3)),
        ("dark noise", (picture, _, i) => Flat(picture, 12 + i % 8, 6 + i % 6)),
        ("empty conveyor", (picture, renderer, i) => renderer.RenderEmpty(picture, 37 * i, i)),
        ("a third of a part", (picture, renderer, i) => Cut(picture, renderer, i, 2.0 / 3)),
        ("half a part", (picture, renderer, i) => Cut(picture, renderer, i, 1.0 / 2)),
        ("turned by 90°", (picture, _, i) => Turn(picture, i % 2 == 0 ? 90 : -90)),
        ("heavy defocus", (picture, _, i) => Blur(picture, 4 + i % 9)),
        (
            "half-written",
            (picture, _, i) => picture[new Rect(0, picture.Height / 2, picture.Width, picture.Height - picture.Height / 2)].SetTo(
                Scalar.All(i % 2 == 0 ? 128 : 0))),
        ("12 bits read as 16", (picture, _, _) => picture.ConvertTo(picture, -1, 1 / 16.0)),
        ("another kind of part", Another),
    ];

    /// <summary>The picture of a lens out of focus; the sensor's noise comes after the lens.</summary>
    public static void Blur(Mat picture, double pixels)
    {
        if (pixels < 0.1)
            return;
        Cv2.GaussianBlur(picture, picture, new Size(0, 0), pixels);
        Noise(picture, 2.6);
    }

    /// <summary>Moves what the camera sees; what comes in at the edge is the belt mirrored.</summary>
    public static void Push(Mat picture, double right)
    {
        using Mat shift = Mat.FromPixelData(2, 3, MatType.CV_64FC1, new[] { 1, 0, right, 0, 1, 0 });
        using Mat moved = new();
        Cv2.WarpAffine(picture, moved, shift, picture.Size(), InterpolationFlags.Linear, BorderTypes.Reflect);
        moved.CopyTo(picture);
    }

    private static void Flat(Mat picture, double level, double noise)
    {
        picture.SetTo(Scalar.All(level));
        Noise(picture, noise);
    }

    private static void Noise(Mat picture, double deviation)
    {
        using Mat noise = new(picture.Size(), MatType.CV_16SC3), sum = new();
        Cv2.Randn(noise, Scalar.All(0), Scalar.All(deviation));
        Cv2.Add(picture, noise, sum, null, MatType.CV_8U);
        sum.CopyTo(picture);
    }

    private static void Cut(Mat picture, PartRenderer renderer, int i, double share)
    {
        using Mat belt = new();
        renderer.RenderEmpty(belt, 37 * i, i);
        int width = (int)(picture.Width * share);
        var gone = new Rect(i % 2 == 0 ? 0 : picture.Width - width, 0, width, picture.Height);
        belt[gone].CopyTo(picture[gone]);
    }

    private static void Turn(Mat picture, double degrees)
    {
        using Mat turn = Cv2.GetRotationMatrix2D(new Point2f(picture.Width / 2f, picture.Height / 2f), degrees, 1), turned = new();
        Cv2.WarpAffine(picture, turned, turn, picture.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        turned.CopyTo(picture);
    }

    private static void Another(Mat picture, PartRenderer renderer, int i)
    {
        var middle = new Point(picture.Width / 2 + i % 30 - 15, picture.Height / 2 + i % 20 - 10);
        switch (i % 3)
        {
            case 0:
                renderer.RenderEmpty(picture, 37 * i, i);
                Cv2.Circle(picture, middle, 270, Scalar.All(160), -1, LineTypes.AntiAlias);
                Cv2.Circle(picture, middle, 90, Scalar.All(60), -1, LineTypes.AntiAlias);
                Noise(picture, 2.6);
                break;
            case 1:
                renderer.RenderEmpty(picture, 37 * i, i);
                Cv2.Rectangle(picture, new Rect(middle.X - 372, middle.Y - 274, 744, 548), Scalar.All(150), -1);
                Noise(picture, 2.6);
                break;
            default:
                Cv2.Flip(picture, picture, FlipMode.Y);
                break;
        }
    }
}
