using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Inference.Tests;

/// <summary>Frames for tests, each from a pool of its own.</summary>
internal static class TestFrames
{
    public static Frame FromFile(FramePool pool, string path)
    {
        using Mat image = Cv2.ImRead(path, ImreadModes.Color);
        Assert.False(image.Empty(), $"{path} cannot be read.");
        Frame frame = pool.Rent(image.Width, image.Height);
        using Mat view = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        image.CopyTo(view);
        return frame;
    }

    public static Frame Noise(FramePool pool, int width, int height, int seed = 1)
    {
        Frame frame = pool.Rent(width, height);
        new Random(seed).NextBytes(frame.Writable);
        return frame;
    }
}
