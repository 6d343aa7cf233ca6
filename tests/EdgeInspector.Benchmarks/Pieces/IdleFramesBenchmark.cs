using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Triggers;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>
/// What a frame costs that shows nothing to inspect: whether a part is there, whether anything changed, whether the picture is frozen,
/// all three in one, and the copy that is saved. Each look is at another picture, so that none is in the cache.
/// </summary>
[MemoryDiagnoser]
public class IdleFramesBenchmark
{
    private readonly FramePool _pool = new();
    private readonly FrozenPicture _frozen = new(3);
    private BenchFrames? _frames;
    private Occupancy? _occupancy;
    private SceneChange? _change;
    private long _number;

    [Params("640x480", "1280x960", "1920x1200", "4096x3000")]
    public string Size { get; set; } = "";

    /// <summary>The region that is looked at: the default one, or the whole frame.</summary>
    [Params(false, true)]
    public bool WholeFrame { get; set; }

    [GlobalSetup]
    public void Render()
    {
        _frames = PieceFrames.Of(Size);
        PresenceOptions options = WholeFrame
            ? new PresenceOptions { Left = 0, Top = 0, Width = 1, Height = 1, Difference = 1 }
            : new PresenceOptions { Difference = 1 };
        _occupancy = new Occupancy(options, TimeProvider.System);
        _change = new SceneChange(options, TimeProvider.System);
        Change();
        _change.Inspect();
    }

    [GlobalCleanup]
    public void Free()
    {
        _frames?.Dispose();
        _pool.Dispose();
    }

    [Benchmark]
    public bool Presence()
    {
        Frame frame = Next();
        bool sees = _occupancy!.Sees(frame.View, _number);
        frame.Release();
        return sees;
    }

    [Benchmark]
    public bool Change()
    {
        Frame frame = Next();
        bool sees = _change!.Sees(frame.View, _number);
        frame.Release();
        return sees;
    }

    [Benchmark]
    public bool Frozen()
    {
        Frame frame = Next();
        bool shows = _frozen.Shows(frame.View);
        frame.Release();
        return shows;
    }

    /// <summary>An idle frame of a live camera, as the station takes it.</summary>
    [Benchmark]
    public bool IdleFrame()
    {
        Frame frame = Next();
        bool idle = !_frozen.Shows(frame.View) && !_occupancy!.Sees(frame.View, _number);
        frame.Release();
        return idle;
    }

    /// <summary>What an idle frame does not pay.</summary>
    [Benchmark(Baseline = true)]
    public void Copy()
    {
        Frame frame = Next(), copy = _pool.Rent(frame.Width, frame.Height);
        using (Mat picture = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride))
            FramePixels.Copy(picture, copy);
        copy.Release();
        frame.Release();
    }

    private Frame Next() => _frames!.Take(_number++);
}
