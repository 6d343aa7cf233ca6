using OpenCvSharp;

namespace EdgeInspector.LineTests.Line;

/// <summary>What a camera sees of a belt without a part: never quite the same brightness everywhere, as no real light is even.</summary>
internal static class Belt
{
    // Levels of 255 from the middle to either side: more than the agent takes for a picture that shows nothing.
    private const int Uneven = 8;

    /// <summary>Fills a picture whose mean brightness is the given level.</summary>
    public static void Fill(Mat picture, int level)
    {
        int width = picture.Width;
        using var row = new Mat(1, width, MatType.CV_8UC3);
        for (int x = 0; x < width; x++)
        {
            byte value = (byte)(level - Uneven + 2 * Uneven * x / width);
            row.Set(0, x, new Vec3b(value, value, value));
        }
        Cv2.Repeat(row, picture.Height, 1, picture);
    }
}
