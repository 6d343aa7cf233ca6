using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>The look at a part's picture before the model, without and with a reference.</summary>
[MemoryDiagnoser]
public class PictureGateBenchmark
{
    private readonly PictureGate _gate = new(new PictureOptions());
    private BenchFrames? _frames;
    private ReferenceCheck? _check;
    private long _number;

    [Params("1280x960", "1920x1200", "4096x3000")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Learn()
    {
        _frames = PieceFrames.Of(Size);
        var seen = new VouchedPictures(new PictureOptions());
        for (int i = 0; i < 16; i++)
        {
            Frame frame = _frames.Take(i);
            seen.Add($"{i}", frame);
            frame.Release();
        }
        Reference reference = seen.Learn(new LearnOrigin("station", null, "camera", null, null, DateTimeOffset.UnixEpoch)).Reference!;
        _check = new ReferenceCheck(reference, new ReferenceOptions());
    }

    [GlobalCleanup]
    public void Free() => _frames?.Dispose();

    [Benchmark(Baseline = true)]
    public string? Absolute() => Refuse(null);

    [Benchmark]
    public string? WithReference() => Refuse(_check);

    // Another picture each time, as on a line: none lies in the processor's nearest cache.
    private string? Refuse(ReferenceCheck? check)
    {
        Frame frame = _frames!.Take(_number++);
        string? refused = _gate.Refuse(frame, check, out _);
        frame.Release();
        return refused;
    }
}
