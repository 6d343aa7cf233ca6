using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Says whether a picture differs from the last one that was inspected, in one region. The look of the last one follows the light while
/// nothing changes. Not thread-safe; runs on the capture thread.
/// </summary>
/// <param name="options">Where to look, and which difference is a change.</param>
/// <param name="time">The clock by which frames are stamped.</param>
internal sealed class SceneChange(PresenceOptions options, TimeProvider time)
{
    private readonly RegionSampler _sampler = new(options);
    private RememberedRegion? _inspected;
    private long? _lastAt;

    /// <summary>
    /// How far the last picture was from the picture inspected last, as a share of full brightness; 1 when no picture was inspected yet.
    /// </summary>
    public float Difference { get; private set; } = 1;

    /// <summary>True when the picture differs, or no picture was inspected yet.</summary>
    /// <param name="picture">The next picture.</param>
    /// <param name="at">When the picture was taken.</param>
    public bool Sees(in FrameView picture, long at)
    {
        TimeSpan since = time.GetElapsedTime(_lastAt ?? at, at);
        _lastAt = at;
        ReadOnlySpan<float> now = _sampler.Take(picture);
        if (_inspected is null)
            return true;
        Difference = _inspected.DifferenceTo(now);
        if (Difference >= options.Difference)
            return true;
        _inspected.Follow(now, since);
        return false;
    }

    /// <summary>Says that the last picture is being inspected.</summary>
    public void Inspect()
    {
        _inspected ??= new RememberedRegion(_sampler.Last);
        _inspected.Become(_sampler.Last);
    }
}
