namespace EdgeInspector.Delivery.Connecting;

/// <summary>Pauses that double from failure to failure up to a limit, each jittered, so that a hundred agents don't knock at a restarted broker in step.</summary>
internal sealed class ReconnectPause(TimeSpan first, TimeSpan longest, Random random)
{
    private int _failures;

    /// <summary>Begins again with the first pause.</summary>
    public void Reset() => _failures = 0;

    /// <summary>The next pause: between half and the whole of first × 2^failures, at most <c>longest</c>.</summary>
    public TimeSpan Next()
    {
        double whole = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromMilliseconds(whole * (0.5 + (random.NextDouble() / 2)));
    }
}
