namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Lets the watch sleep until the next deadline, and whoever brings an earlier one wake it. The watch looks at least every half deadline,
/// so that a new trigger seldom needs to wake it: only one that was already old when it came. Thread-safe; one sleeper.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class DeadlineAlarm(TimeProvider time)
{
    private readonly object _gate = new();
    private long _sleepsUntil;
    private bool _hasEnded;

    /// <summary>Sleeps until the next deadline, or somebody wakes it.</summary>
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
            // Said before it looks: a trigger that comes in between is either seen here, or sees that it must wake the sleeper.
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
