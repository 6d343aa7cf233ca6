using System.Collections.Concurrent;

namespace EdgeInspector.TestSupport;

/// <summary>
/// Another clock, of the system or one that the test turns, whose wall clock can be set wrong while its monotonic time and its timers go
/// on, and that notes which pauses are asked for.
/// </summary>
public sealed class WatchedClock(TimeProvider time) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    /// <summary>By how much the wall clock is ahead of that of the other clock; below zero: behind.</summary>
    public TimeSpan WallIsOff { get; set; }

    /// <summary>By how much more time has passed than on the other clock. Timers that run are not the sooner over.</summary>
    public TimeSpan Skipped { get; set; }

    /// <summary>How long each timer was to run, in their order. A pause stands here once its timer runs.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp() + (long)(Skipped.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + WallIsOff;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = time.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
            _pauses.Enqueue(dueTime);
        return timer;
    }
}
