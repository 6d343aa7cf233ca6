using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Bench;

/// <summary>Pictures of the simulated line, resized as the plan wants and kept in memory, as a camera's driver would leave them.</summary>
internal sealed class BenchFrames : IDisposable
{
    // More than a station's queue holds, so that a frame is not handed out again while it is in use.
    private const int Count = 16;

    private readonly FramePool _pool = new(Count);
    private readonly Frame[] _frames = new Frame[Count];

    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="seed">Which parts.</param>
    public BenchFrames(int width, int height, int seed)
    {
        var line = new PartLine(seed);
        using var renderer = new PartRenderer();
        using Mat picture = new(), sized = new();
        for (int i = 0; i < Count; i++)
        {
            renderer.Render(line.Part(i), picture);
            Cv2.Resize(picture, sized, new Size(width, height), 0, 0, InterpolationFlags.Cubic);
            _frames[i] = _pool.Rent(width, height);
            FramePixels.Copy(sized, _frames[i]);
        }
    }

    /// <summary>The picture for the n-th part, with a reference for the caller.</summary>
    public Frame Take(long number) => _frames[number % Count].AddReference();

    /// <summary>A copy of the picture for the n-th part, as the capture thread copies the driver's picture.</summary>
    public Frame Copy(long number)
    {
        Frame picture = _frames[number % Count], copy = _pool.Rent(picture.Width, picture.Height);
        picture.Pixels.CopyTo(copy.Writable);
        return copy;
    }

    public void Dispose()
    {
        foreach (Frame frame in _frames)
            frame.Release();
        _pool.Dispose();
    }
}
