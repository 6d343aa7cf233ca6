namespace EdgeInspector.TestSupport;

/// <summary>A clock whose wall clock a test sets by hand, while its monotonic time and its timers are those of another clock.</summary>
public sealed class JumpingClock(TimeProvider monotonic) : TimeProvider
{
    /// <summary>By how much the wall clock is ahead of that of the other clock; below zero: behind.</summary>
    public TimeSpan WallIsOff { get; set; }

    public override TimeZoneInfo LocalTimeZone => monotonic.LocalTimeZone;

    public override long TimestampFrequency => monotonic.TimestampFrequency;

    public override long GetTimestamp() => monotonic.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => monotonic.GetUtcNow() + WallIsOff;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        monotonic.CreateTimer(callback, state, dueTime, period);
}
