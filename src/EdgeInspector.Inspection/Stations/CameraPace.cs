namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// How long a part waits for its picture at the worst: for a camera that gives pictures by itself, the time between two pictures; for a
/// camera that is asked for each picture, the time that it takes to answer. One thread notes; any thread reads.
/// </summary>
/// <param name="longest">A longer time between two pictures is an outage and says nothing of the pace; in ticks of the clock.</param>
internal sealed class CameraPace(long longest)
{
    // Each picture counts for one eighth, so that a pause or a burst is forgotten after a few dozen pictures.
    private const int Share = 8;

    private long _last;
    private long _between;
    private long _age;
    private volatile bool _isAsked;

    /// <summary>True when the camera is asked for each picture, so that the time between two pictures says nothing of the camera.</summary>
    public bool IsAsked
    {
        get => _isAsked;
        set => _isAsked = value;
    }

    /// <summary>How old a picture is when it comes, counted from when it was taken or asked for; in ticks of the clock.</summary>
    public long Age => Volatile.Read(ref _age);

    /// <summary>The longest wait for the next picture, in ticks of the clock; 0 while it is not known.</summary>
    public long Wait => _isAsked ? Volatile.Read(ref _age) : Math.Max(Volatile.Read(ref _age), Volatile.Read(ref _between));

    /// <summary>Notes that a picture came.</summary>
    /// <param name="capturedAt">When the picture was taken or asked for, in ticks.</param>
    /// <param name="now">When the picture came.</param>
    public void Note(long capturedAt, long now)
    {
        if (_last != 0 && now - _last < longest)
            Volatile.Write(ref _between, Smooth(_between, now - _last));
        _last = now;
        Volatile.Write(ref _age, Smooth(_age, now - capturedAt));
    }

    private static long Smooth(long before, long value) => before == 0 ? value : before + (value - before) / Share;
}
