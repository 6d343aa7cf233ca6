using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>From the driver's picture into a frame of the pool and on to the station's newest frame.</summary>
[MemoryDiagnoser]
public class CaptureBenchmark
{
    private readonly FramePool _pool = new();
    private readonly NewestFrame _newest = new(TimeProvider.System, () => { });
    private BenchFrames? _frames;
    private Mat? _picture;

    [Params("1280x960", "1920x1200", "4096x3000")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Render()
    {
        _frames = PieceFrames.Of(Size);
        Frame frame = _frames.Take(0);
        using Mat view = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        _picture = view.Clone();
        frame.Release();
    }

    [GlobalCleanup]
    public void Free()
    {
        _newest.Dispose();
        _picture?.Dispose();
        _frames?.Dispose();
        _pool.Dispose();
    }

    [Benchmark]
    public void HandOver()
    {
        Frame frame = _pool.Rent(_picture!.Width, _picture.Height);
        FramePixels.Copy(_picture, frame);
        frame.Stamp(TimeProvider.System.GetTimestamp(), DateTimeOffset.UnixEpoch, 1);
        _newest.Put(frame);
    }
}
