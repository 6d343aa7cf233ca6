namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Notices that the wall clock jumped, by holding it against the monotonic one: set by hand, set by NTP after a start with an empty
/// battery, or gone on while the machine slept. Not thread-safe.
/// </summary>
internal sealed class WallClock(TimeProvider time)
{
    // NTP corrects small errors by less than this, and ages are counted in days.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestStandstill = TimeSpan.FromDays(365);

    private readonly long _startedAt = time.GetTimestamp();
    private DateTimeOffset _lastWall = time.GetUtcNow();
    private long _lastAt = time.GetTimestamp();
    private long? _jumpedAt;

    /// <summary>How long this clock has been looked at.</summary>
    public TimeSpan Watched => time.GetElapsedTime(_startedAt);

    /// <summary>How long ago the wall clock jumped; null when it has not.</summary>
    public TimeSpan? SinceJump => _jumpedAt is { } at ? time.GetElapsedTime(at) : null;

    /// <summary>
    /// Looks at what was stamped last before the start: over more than a year's standstill a clock that was set wrong meanwhile is
    /// likelier. Gives by how much, or null.
    /// </summary>
    public TimeSpan? LookBack(DateTimeOffset lastStamp)
    {
        TimeSpan gap = time.GetUtcNow() - lastStamp;
        if (gap <= LongestStandstill)
            return null;
        _jumpedAt = time.GetTimestamp();
        return gap;
    }

    /// <summary>Looks at the clocks; gives by how much the wall clock jumped since the last look, or null.</summary>
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
