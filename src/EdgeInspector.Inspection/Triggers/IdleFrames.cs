using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Tells the frames of a free-running camera that show nothing to inspect: the empty conveyor, or a scene that was inspected already. Not
/// thread-safe; runs on the capture thread.
/// </summary>
internal sealed class IdleFrames
{
    private readonly TriggerOptions _options;
    private readonly TimeProvider _time;
    private readonly Occupancy? _occupancy;
    private readonly SceneChange? _change;
    private long? _inspectedAt;

    /// <param name="options">The condition, which is not Always, and where to look.</param>
    /// <param name="time">The clock by which frames are stamped.</param>
    /// <param name="emptyConveyor">
    /// For Occupied: a picture of the empty conveyor, only read here; null: the first frame is taken to show the empty conveyor.
    /// </param>
    public IdleFrames(TriggerOptions options, TimeProvider time, Frame? emptyConveyor = null)
    {
        _options = options;
        _time = time;
        if (options.When == TriggerCondition.Occupied)
            _occupancy = new Occupancy(options.Presence, time, emptyConveyor);
        else
            _change = new SceneChange(options.Presence, time);
    }

    /// <summary>
    /// True while nothing was seen for so long that the next frame is inspected whatever it shows; such a frame is not idle.
    /// <see cref="Inspect"/> ends this.
    /// </summary>
    public bool IsOverdue { get; private set; }

    /// <summary>
    /// The largest difference that was too small for a trigger, since the last frame that was inspected; a share of full brightness.
    /// </summary>
    public float LargestDifference { get; private set; }

    /// <summary>
    /// True for a frame that shows nothing to inspect. Every frame of the camera is to be looked at, so that slow changes are told from
    /// parts.
    /// </summary>
    /// <param name="picture">The next picture.</param>
    /// <param name="at">When the picture was taken.</param>
    public bool IsIdle(in FrameView picture, long at)
    {
        if (_occupancy?.Sees(picture, at) ?? _change!.Sees(picture, at))
        {
            IsOverdue = false;
            return false;
        }
        LargestDifference = Math.Max(LargestDifference, _occupancy?.Difference ?? _change!.Difference);
        _inspectedAt ??= at;
        IsOverdue = _options.AtLeastEvery > TimeSpan.Zero && _time.GetElapsedTime(_inspectedAt.Value, at) >= _options.AtLeastEvery;
        return !IsOverdue;
    }

    /// <summary>Says that the last frame looked at is being inspected.</summary>
    public void Inspect(long at)
    {
        _change?.Inspect();
        _inspectedAt = at;
        IsOverdue = false;
        LargestDifference = 0;
    }
}
