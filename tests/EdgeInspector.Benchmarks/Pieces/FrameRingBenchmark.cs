using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Frames.Around;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>The small copy of each frame that the capture thread keeps for those who ask what was around a reject.</summary>
[MemoryDiagnoser]
public class FrameRingBenchmark
{
    private readonly FrameRing _ring = FrameRing.Of(new FramesAroundOptions { Before = 3, After = 3 })!;
    private BenchFrames? _frames;
    private long _number;

    [Params("1280x960", "1920x1200", "4096x3000")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Load() => _frames = PieceFrames.Of(Size);

    [GlobalCleanup]
    public void Free()
    {
        _frames?.Dispose();
        _ring.Dispose();
    }

    // Another picture each time, as on a line: none lies in the processor's nearest cache.
    [Benchmark]
    public void Add()
    {
        Frame frame = _frames!.Take(_number++);
        _ring.Add(frame.View);
        frame.Release();
    }
}
