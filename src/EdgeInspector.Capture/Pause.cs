namespace EdgeInspector.Capture;

/// <summary>Waits on a thread of its own by a clock that tests can turn.</summary>
internal static class Pause
{
    /// <summary>Blocks for a time, or until stopped; false when stopped.</summary>
    public static bool For(TimeSpan time, TimeProvider clock, CancellationToken stop)
    {
        if (time > TimeSpan.Zero)
            Task.WaitAny([Task.Delay(time, clock, stop)], CancellationToken.None);
        return !stop.IsCancellationRequested;
    }
}
