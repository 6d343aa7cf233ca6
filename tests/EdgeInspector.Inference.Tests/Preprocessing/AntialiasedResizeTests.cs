using EdgeInspector.Inference.Preprocessing;

namespace EdgeInspector.Inference.Tests.Preprocessing;

public sealed unsafe class AntialiasedResizeTests
{
    [Theory]
    [InlineData(300, 200, 37, 29)]
    [InlineData(64, 48, 64, 48)]
    [InlineData(20, 30, 61, 50)]
    [InlineData(1, 1, 5, 3)]
    public void Each_pixel_is_the_mean_under_a_triangle_of_twice_its_width(int width, int height, int toWidth, int toHeight)
    {
        byte[] picture = new byte[3 * width * height];
        new Random(4).NextBytes(picture);
        byte[] resized = Resize(picture, width, new InputGeometry(0, 0, width, height, toWidth, toHeight));
        for (int y = 0; y < toHeight; y++)
        {
            for (int x = 0; x < 3 * toWidth; x++)
            {
                double expected = Mean(picture, width, height, x / 3, y, x % 3, (double)width / toWidth, (double)height / toHeight);
                Assert.True(
                    Math.Abs(resized[(y * 3 * toWidth) + x] - expected) < 0.51,
                    $"{x / 3}, {y}: {resized[(y * 3 * toWidth) + x]} instead of {expected:0.00}");
            }
        }
    }

    [Fact]
    public void Cutting_the_middle_gives_the_middle_of_the_whole()
    {
        byte[] picture = new byte[3 * 200 * 120];
        new Random(5).NextBytes(picture);
        byte[] whole = Resize(picture, 200, new InputGeometry(0, 0, 200, 120, 80, 48));
        byte[] middle = Resize(picture, 200, new InputGeometry(0, 0, 200, 120, 40, 40, new ScaledWindow(80, 48, 20, 4)));
        for (int y = 0; y < 40; y++)
            Assert.Equal(whole.AsSpan(((y + 4) * 240) + 60, 120), middle.AsSpan(y * 120, 120));
    }

    private static byte[] Resize(byte[] picture, int width, InputGeometry geometry)
    {
        byte[] resized = new byte[3 * geometry.InputWidth * geometry.InputHeight];
        fixed (byte* from = picture, to = resized)
            new AntialiasedResize(geometry).Run(from, 3 * width, to);
        return resized;
    }

    private static double Mean(byte[] picture, int width, int height, int x, int y, int channel, double scaleX, double scaleY)
    {
        double sum = 0, weights = 0;
        for (int fromY = 0; fromY < height; fromY++)
        {
            double down = Triangle(fromY, y, scaleY);
            for (int fromX = 0; down > 0 && fromX < width; fromX++)
            {
                double weight = down * Triangle(fromX, x, scaleX);
                (sum, weights) = (sum + (weight * picture[(((fromY * width) + fromX) * 3) + channel]), weights + weight);
            }
        }
        return sum / weights;
    }

    private static double Triangle(int from, int to, double scale) =>
        Math.Max(0, 1 - (Math.Abs(from + 0.5 - ((to + 0.5) * scale)) / Math.Max(1, scale)));
}
