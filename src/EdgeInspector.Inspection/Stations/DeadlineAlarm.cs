namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Lets the watch sleep until the next deadline, and lets a thread that brings an earlier deadline wake the watch. The watch looks at least
/// every half deadline, so that a new trigger seldom needs to wake the watch: only a trigger that was already old when it came.
/// Thread-safe; one sleeper.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class DeadlineAlarm(TimeProvider time)
{
    private readonly object _gate = new();
    private long _sleepsUntil;
    private bool _hasEnded;

    /// <summary>Sleeps until the next deadline, or until somebody wakes the sleeper.</summary>
    /// <param name="longest">How long at most, in ticks of the clock.</param>
    /// <param name="nextDeadline">Gives the next deadline, in ticks.</param>
    /// <returns>False when there is nothing to wait for any more.</returns>
    public bool Sleep(long longest, Func<long> nextDeadline)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return false;
            long now = time.GetTimestamp();
            long until = now + longest;
            // Written before the deadlines are read: a trigger that comes in between is either seen here, or its thread sees that the
            // sleeper must be woken.
            Volatile.Write(ref _sleepsUntil, until);
            until = Math.Min(until, nextDeadline());
            Monitor.Wait(_gate, StationContext.WaitTime(time.GetElapsedTime(now, until)));
            Volatile.Write(ref _sleepsUntil, 0);
            return true;
        }
    }

    /// <summary>Wakes the sleeper if it would sleep beyond a deadline.</summary>
    public void WakeBefore(long deadline)
    {
        if (deadline >= Volatile.Read(ref _sleepsUntil))
            return;
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    /// <summary>Wakes the sleeper for the last time.</summary>
    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
            Monitor.Pulse(_gate);
        }
    }
}
