namespace EdgeInspector.Inspection.Stations;

/// <summary>What holds of a station at the moment. Each of it has one writer, and any thread may ask.</summary>
internal sealed class StationCondition
{
    private volatile bool _isLive;
    private volatile bool _isFrozen;
    private volatile bool _isStopping;
    private volatile string? _pausedBecause;
    private long _lostSince;

    /// <summary>The pictures come from a camera that can't be held up. Written by the capture thread.</summary>
    public bool IsLive
    {
        get => _isLive;
        set => _isLive = value;
    }

    /// <summary>The camera gives the same picture again and again. Written by the capture thread.</summary>
    public bool IsFrozen
    {
        get => _isFrozen;
        set => _isFrozen = value;
    }

    /// <summary>The station takes no triggers any more. Written by the one who stops it.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>Why the station is paused, in a sentence; null while it is not. Written by the one who pauses it.</summary>
    public string? PausedBecause
    {
        get => _pausedBecause;
        set => _pausedBecause = value;
    }

    /// <summary>Since when its thread has not come back, in ticks of the clock; 0 while it does. Written by the watch.</summary>
    public long LostSince
    {
        get => Volatile.Read(ref _lostSince);
        set => Volatile.Write(ref _lostSince, value);
    }

    /// <summary>True while its thread does not come back.</summary>
    public bool IsLost => LostSince != 0;
}
