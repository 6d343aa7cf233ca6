namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// How long a part waits for its picture at the worst: the time between two pictures of a camera that gives them by itself,
/// or what one takes to answer that is asked for each. One thread notes; any reads.
/// </summary>
/// <param name="longest">A longer time between two pictures is an outage and says nothing of the pace; in ticks of the clock.</param>
internal sealed class CameraPace(long longest)
{
    // Each picture counts for so much; a pause or a burst is forgotten after a few dozen.
    private const int Share = 8;

    private long _last;
    private long _between;
    private long _age;
    private volatile bool _isAsked;

    /// <summary>The camera is asked for each picture, so the time between two says nothing of it.</summary>
    public bool IsAsked
    {
        get => _isAsked;
        set => _isAsked = value;
    }

    /// <summary>How old a picture is when it comes, as it counts from when it was asked for; in ticks of the clock.</summary>
    public long Age => Volatile.Read(ref _age);

    /// <summary>The longest wait for the next picture, in ticks of the clock; 0 while it is not known.</summary>
    public long Wait => _isAsked ? Volatile.Read(ref _age) : Math.Max(Volatile.Read(ref _age), Volatile.Read(ref _between));

    /// <summary>A picture came.</summary>
    /// <param name="capturedAt">When it was taken or asked for, in ticks.</param>
    /// <param name="now">When it came.</param>
    public void Note(long capturedAt, long now)
    {
        if (_last != 0 && now - _last < longest)
            Volatile.Write(ref _between, Smooth(_between, now - _last));
        _last = now;
        Volatile.Write(ref _age, Smooth(_age, now - capturedAt));
    }

    private static long Smooth(long before, long value) => before == 0 ? value : before + (value - before) / Share;
}
