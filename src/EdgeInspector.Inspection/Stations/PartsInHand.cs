namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Counts the parts between their trigger and their record, and holds up whoever waits until there are none: a source of files,
/// the one who stops. Thread-safe.
/// </summary>
/// <param name="condition">A station that stops holds nobody up.</param>
internal sealed class PartsInHand(StationCondition condition)
{
    private readonly object _gate = new();
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Begin() => Interlocked.Increment(ref _count);

    public void End()
    {
        Interlocked.Decrement(ref _count);
        Wake();
    }

    /// <summary>Makes every wait look again.</summary>
    public void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Waits until there are none.</summary>
    /// <param name="evenWhilePaused">False: also until the station is not paused.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>False when the station stopped or the wait was cancelled first.</returns>
    public bool WaitUntilNone(bool evenWhilePaused, CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.UnsafeRegister(static parts => ((PartsInHand)parts!).Wake(), this);
        lock (_gate)
        {
            while (Count != 0 || !evenWhilePaused && condition.PausedBecause is not null)
            {
                if (stop.IsCancellationRequested || condition.IsStopping)
                    return false;
                Monitor.Wait(_gate);
            }
        }
        return !stop.IsCancellationRequested && !condition.IsStopping;
    }
}
