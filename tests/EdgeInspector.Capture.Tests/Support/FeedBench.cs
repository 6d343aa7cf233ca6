using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>A feed with everything around it that a test looks at.</summary>
internal sealed class FeedBench : IDisposable
{
    public FeedBench(
        ICameraSource source,
        CameraOptions? options = null,
        TimeProvider? time = null,
        RecordingLog? log = null,
        StationHealth? health = null)
    {
        Time = time as PauseRecorder ?? new PauseRecorder();
        Log = log ?? new RecordingLog();
        Health = health ?? new StationHealth();
        Feed = new CameraFeed(
            new StationScope("weld-3", Health, Counters, time ?? Time, Log), source, options ?? new CameraOptions(), Sink, Pool);
    }

    public PauseRecorder Time { get; }

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
