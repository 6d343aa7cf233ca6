namespace EdgeInspector.Inspection.Stations;

/// <summary>The present condition of a station. Each property has one writer; any thread may read.</summary>
internal sealed class StationCondition
{
    private volatile bool _isLive;
    private volatile bool _isFrozen;
    private volatile bool _isStopping;
    private volatile string? _pausedBecause;
    private long _lostSince;

    /// <summary>True when the pictures come from a camera that can't be held up. Written by the capture thread.</summary>
    public bool IsLive
    {
        get => _isLive;
        set => _isLive = value;
    }

    /// <summary>True when the camera gives the same picture again and again. Written by the capture thread.</summary>
    public bool IsFrozen
    {
        get => _isFrozen;
        set => _isFrozen = value;
    }

    /// <summary>True when the station takes no triggers any more. Written by the thread that stops the station.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>
    /// Why the station is paused, in a sentence; null while the station is not paused. Written by the thread that pauses the station.
    /// </summary>
    public string? PausedBecause
    {
        get => _pausedBecause;
        set => _pausedBecause = value;
    }

    /// <summary>
    /// Since when the station's thread has not come back, in ticks of the clock; 0 while the thread comes back. Written by the watch.
    /// </summary>
    public long LostSince
    {
        get => Volatile.Read(ref _lostSince);
        set => Volatile.Write(ref _lostSince, value);
    }

    /// <summary>True while the station's thread does not come back.</summary>
    public bool IsLost => LostSince != 0;
}
