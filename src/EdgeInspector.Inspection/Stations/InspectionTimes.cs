namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// How long parts have lately been in work, from the frame to the signal: what the next part is likely to take. One thread adds; any thread
/// reads the estimate.
/// </summary>
internal sealed class InspectionTimes
{
    private const int Kept = 32;
    private const int Needed = 16;

    private readonly long[] _times = new long[Kept];
    private readonly long[] _sorted = new long[Kept];
    private int _count;
    private long _estimate;
    private long _typical;
    private volatile bool _isStale;

    /// <summary>Nine of ten parts lately took no longer, in ticks of the clock; 0 while too few parts have been seen.</summary>
    public long Estimate => Volatile.Read(ref _estimate);

    /// <summary>
    /// Half of the parts lately took no longer; 0 while too few parts have been seen. For the parts of a queue together: not each of them
    /// will be a slow one, and a moment in which the machine stood still says nothing of the parts after it.
    /// </summary>
    public long Typical => Volatile.Read(ref _typical);

    /// <summary>Forgets the times, since another model runs. Any thread.</summary>
    public void Forget()
    {
        _isStale = true;
        SayNothing();
    }

    public void Add(long ticks)
    {
        if (_isStale)
        {
            _isStale = false;
            _count = 0;
            SayNothing();
        }
        _times[_count++ % Kept] = ticks;
        int known = Math.Min(_count, Kept);
        if (_count == 2 * Kept)
            _count = Kept;
        if (known < Needed)
            return;
        _times.AsSpan(0, known).CopyTo(_sorted);
        _sorted.AsSpan(0, known).Sort();
        Volatile.Write(ref _estimate, _sorted[(known - 1) * 9 / 10]);
        Volatile.Write(ref _typical, _sorted[(known - 1) / 2]);
    }

    private void SayNothing()
    {
        Volatile.Write(ref _estimate, 0);
        Volatile.Write(ref _typical, 0);
    }
}
