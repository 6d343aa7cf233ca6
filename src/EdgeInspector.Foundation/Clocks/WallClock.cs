namespace EdgeInspector.Foundation.Clocks;

/// <summary>
/// Notices that the wall clock jumped, by comparing it with the monotonic clock: somebody or NTP set it, such as after a start with an
/// empty battery, or it went on while the machine slept. Not thread-safe.
/// </summary>
public sealed class WallClock(TimeProvider time)
{
    // NTP corrects small errors in smaller steps than this, and ages are counted in days.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestStandstill = TimeSpan.FromDays(365);

    private readonly long _startedAt = time.GetTimestamp();
    private DateTimeOffset _lastWall = time.GetUtcNow();
    private long _lastAt = time.GetTimestamp();
    private long? _jumpedAt;

    /// <summary>How long the clock has been watched.</summary>
    public TimeSpan Watched => time.GetElapsedTime(_startedAt);

    /// <summary>How long ago the wall clock jumped; null when it has not.</summary>
    public TimeSpan? SinceJump => _jumpedAt is { } at ? time.GetElapsedTime(at) : null;

    /// <summary>
    /// True when the clock has been watched for so long, and has not jumped within that time: a clock that was wrong at the start of the
    /// machine has been corrected by then.
    /// </summary>
    public bool IsSteadyFor(TimeSpan duration) => IsSteady(duration, duration);

    /// <summary>True when the clock has been watched for so long, and has not jumped for so long.</summary>
    public bool IsSteady(TimeSpan afterStart, TimeSpan afterJump) => Watched >= afterStart && !(SinceJump < afterJump);

    /// <summary>
    /// Compares the clock with the last stamp before the start: a difference of more than a year is more likely a clock that was set wrong
    /// than a standstill. Returns the difference, or null.
    /// </summary>
    public TimeSpan? LookBack(DateTimeOffset lastStamp)
    {
        TimeSpan gap = time.GetUtcNow() - lastStamp;
        if (gap <= LongestStandstill)
            return null;
        _jumpedAt = time.GetTimestamp();
        return gap;
    }

    /// <summary>Looks at the clocks; returns by how much the wall clock jumped since the last look, or null.</summary>
    public TimeSpan? Jump()
    {
        (DateTimeOffset wall, long at) = (time.GetUtcNow(), time.GetTimestamp());
        TimeSpan jump = wall - _lastWall - time.GetElapsedTime(_lastAt, at);
        (_lastWall, _lastAt) = (wall, at);
        if (jump.Duration() <= Tolerance)
            return null;
        _jumpedAt = at;
        return jump;
    }
}
