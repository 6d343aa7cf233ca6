namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Counts the parts between their trigger and their record, and holds up threads that wait until there is none: a source of files, or the
/// thread that stops the station. Thread-safe.
/// </summary>
/// <param name="condition">A station that stops holds nobody up.</param>
internal sealed class PartsInHand(StationCondition condition)
{
    private readonly object _gate = new();
    private int _count;

    /// <summary>How many parts are in hand.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Begin() => Interlocked.Increment(ref _count);

    public void End()
    {
        Interlocked.Decrement(ref _count);
        Wake();
    }

    /// <summary>Makes every waiting thread look again.</summary>
    public void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Waits until no part is in hand.</summary>
    /// <param name="evenWhilePaused">False: waits also until the station is not paused.</param>
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
