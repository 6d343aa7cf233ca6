using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>A feed with everything around it that a test looks at.</summary>
internal sealed class FeedBench : IDisposable
{
    /// <summary>By how much tests turn the clock on at once.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Options with times that tests reckon with.</summary>
    public static readonly CameraOptions Usual = new()
    {
        StallTimeout = TimeSpan.FromSeconds(5),
        Reopen = new ReopenOptions { First = TimeSpan.FromSeconds(0.5), Max = TimeSpan.FromSeconds(4) },
    };

    public FeedBench(
        ICameraSource source,
        CameraOptions? options = null,
        TimeProvider? time = null,
        RecordingLog? log = null,
        StationHealth? health = null)
    {
        Clock = time as WatchedClock ?? new WatchedClock(time ?? Time);
        Log = log ?? new RecordingLog();
        Health = health ?? new StationHealth();
        Feed = new CameraFeed(new StationScope("weld-3", Health, Counters, Clock, Log), source, options ?? new CameraOptions(), Sink, Pool);
    }

    /// <summary>What the test turns, unless it gives a clock that runs by itself.</summary>
    public FakeTimeProvider Time { get; init; } = new();

    public WatchedClock Clock { get; }

    public RecordingSink Sink { get; } = new();

    public FramePool Pool { get; } = new();

    public StationHealth Health { get; }

    public StationCounters Counters { get; } = new();

    public RecordingLog Log { get; }

    public CameraFeed Feed { get; }

    public string? Complaint => Health.Complaints.GetValueOrDefault(CameraFeed.Component);

    public FeedBench Start()
    {
        Feed.Start();
        return this;
    }

    public void Dispose()
    {
        Feed.Dispose();
        Pool.Dispose();
    }
}
