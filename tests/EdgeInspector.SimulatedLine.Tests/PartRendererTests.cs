using OpenCvSharp;

namespace EdgeInspector.SimulatedLine.Tests;

public sealed class PartRendererTests : IDisposable
{
    private readonly PartRenderer _renderer = new();

    public void Dispose() => _renderer.Dispose();

    [Fact]
    public void The_same_part_gives_the_same_bytes_whoever_draws_it_and_whatever_came_before()
    {
        using PartRenderer other = new();
        using Mat one = new();
        using Mat two = new();
        PartLine line = new(11);
        other.Render(line.Part(40), two);
        for (long index = 0; index < 6; index++)
        {
            _renderer.Render(line.Part(index), one);
            other.Render(line.Part(index), two);

            Assert.Equal(_renderer.FrameSize, one.Size());
            Assert.Equal(MatType.CV_8UC3, one.Type());
            Assert.Equal(0, Cv2.Norm(one, two, NormTypes.INF));
        }
    }

    [Theory]
    [InlineData(PartTags.Scratch)]
    [InlineData(PartTags.Dent)]
    public void A_flaw_of_the_surface_changes_pixels_inside_its_box_and_nowhere_else(string tag)
    {
        foreach (SimulatedPart part in Parts(tag).Take(12))
        {
            using Mat change = Change(part, part with { Defects = [] });

            Assert.True(CountIn(change, part) > 20);
            foreach (SimulatedDefect defect in part.Defects)
            {
                using Mat box = change[Pixels(defect)];
                Assert.True(Cv2.CountNonZero(box) > 0, $"{part.Id}: nothing to see in the box");
                box.SetTo(Scalar.All(0));
            }
            Assert.Equal(0, Cv2.CountNonZero(change));
        }
    }

    [Theory]
    [InlineData(PartTags.MissingComponent)]
    [InlineData(PartTags.Misaligned)]
    public void A_component_that_is_wrong_changes_the_picture_in_its_box(string tag)
    {
        foreach (SimulatedPart part in Parts(tag).Take(8))
        {
            using Mat change = Change(part, part with { Clip = default(PartPose), Screw = (part.Screw ?? default) with { X = 0, Y = 0 } });
            using Mat box = change[Pixels(part.Defects[0])];

            Assert.True(Cv2.CountNonZero(box) > 0.15 * box.Total(), $"{part.Id}: {Cv2.CountNonZero(box)} of {box.Total()} pixels changed");
        }
    }

    [Fact]
    public void A_part_enters_from_the_left_and_leaves_to_the_right()
    {
        SimulatedPart part = new PartLine(1).Part(0);
        using Mat picture = new();
        double Brightness(int left)
        {
            using Mat half = picture[new Rect(left, 100, 640, 760)];
            return Cv2.Mean(half).Val1;
        }

        _renderer.RenderEmpty(picture, 0, 0);
        double empty = Brightness(0);
        _renderer.Render(part, picture, -640, 1);
        Assert.True(Brightness(0) > empty * 1.5 && Brightness(640) < empty * 1.2);
        _renderer.Render(part, picture, 640, 2);
        Assert.True(Brightness(640) > empty * 1.5 && Brightness(0) < empty * 1.2);
        _renderer.Render(part, picture, SimulatedCamera.Spacing / 2, 3);
        Assert.True(Brightness(0) < empty * 1.2 && Brightness(640) < empty * 1.2);
    }

    [Theory]
    [InlineData(1920, 1200)]
    [InlineData(2448, 2048)]
    public void A_hairline_is_one_pixel_wide_whatever_the_size_of_the_picture(int width, int height)
    {
        SensorSize sensor = new(width, height);
        PartLine line = new(12, sensor, scratchWidth: 1);
        using PartRenderer renderer = new(sensor);
        using Mat scratched = new();
        using Mat bare = new();
        foreach (long index in Parts(PartTags.Scratch).Take(4).Select(part => part.Index))
        {
            SimulatedPart part = line.Part(index);
            renderer.Render(part, scratched);
            renderer.Render(part with { Defects = [] }, bare);
            using Mat change = new();
            Cv2.Absdiff(scratched, bare, change);
            Cv2.CvtColor(change, change, ColorConversionCodes.BGR2GRAY);
            // The light that a line of one pixel takes or gives, over its length: each of its steps counts once, its ends fade.
            double length = part.Defects.Sum(defect => Cv2.ArcLength(defect.Scratch!.Points, closed: false) * sensor.Scale);
            double light = Cv2.Sum(change).Val0, strongest = part.Defects.Max(defect => Math.Abs(defect.Scratch!.Strength));
            Assert.InRange(light / (length * strongest), 0.3, 1.05);
            // Nowhere in its rows or columns is it broader than the two pixels between which it may lie.
            Assert.True(
                Cv2.CountNonZero(change) < 3 * length * 1.5, $"{part.Id}: {Cv2.CountNonZero(change)} pixels for a length of {length}");
        }
    }

    [Fact]
    public void A_larger_picture_shows_the_same_part()
    {
        SensorSize sensor = new(1920, 1440);
        using PartRenderer renderer = new(sensor);
        using Mat large = new();
        using Mat shrunk = new();
        using Mat small = new();
        SimulatedPart part = Parts(PartTags.Misaligned).First();
        _renderer.Render(part, small);
        renderer.Render(part, large);
        Cv2.Resize(large, shrunk, small.Size(), 0, 0, InterpolationFlags.Area);
        Cv2.GaussianBlur(small, small, new Size(0, 0), 6);
        Cv2.GaussianBlur(shrunk, shrunk, new Size(0, 0), 6);
        using Mat difference = new();
        Cv2.Absdiff(small, shrunk, difference);
        Assert.True(Cv2.Mean(difference).Val1 < 5, $"{Cv2.Mean(difference).Val1}");
    }

    private static IEnumerable<SimulatedPart> Parts(string tag)
    {
        PartLine line = new(12);
        for (long index = 0; ; index++)
        {
            if (line.Part(index) is { } part && part.Tag == tag)
                yield return part;
        }
    }

    /// <summary>255 where two pictures differ by more than 4 grey levels.</summary>
    private Mat Change(SimulatedPart one, SimulatedPart other)
    {
        using Mat a = new();
        using Mat b = new();
        _renderer.Render(one, a);
        _renderer.Render(other, b);
        using Mat difference = new();
        Cv2.Absdiff(a, b, difference);
        Mat change = new();
        Cv2.CvtColor(difference, change, ColorConversionCodes.BGR2GRAY);
        Cv2.Threshold(change, change, 4, 255, ThresholdTypes.Binary);
        return change;
    }

    private static int CountIn(Mat change, SimulatedPart part) => part.Defects.Sum(d =>
    {
        using Mat box = change[Pixels(d)];
        return Cv2.CountNonZero(box);
    });

    private static Rect Pixels(SimulatedDefect defect)
    {
        int left = (int)(defect.Box.Left * 1280), top = (int)(defect.Box.Top * 960);
        int right = (int)MathF.Ceiling((defect.Box.Left + defect.Box.Width) * 1280),
            bottom = (int)MathF.Ceiling((defect.Box.Top + defect.Box.Height) * 960);
        return new Rect(left, top, Math.Min(1280, right) - left, Math.Min(960, bottom) - top);
    }
}
