using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Says whether a picture differs from the last one that was inspected, in one region.
/// What it is compared with follows the light while nothing changes. Not thread-safe; runs on the capture thread.
/// </summary>
/// <param name="options">Where to look, and from which difference on it is a change.</param>
/// <param name="time">The clock by which frames are stamped.</param>
internal sealed class SceneChange(PresenceOptions options, TimeProvider time)
{
    private readonly RegionSampler _sampler = new(options);
    private RememberedRegion? _inspected;
    private long? _lastAt;

    /// <summary>
    /// How far the last picture was from the one inspected, as a share of full brightness; 1 when none was inspected yet.
    /// </summary>
    public float Difference { get; private set; } = 1;

    /// <summary>True when it differs, or nothing was inspected yet.</summary>
    /// <param name="picture">The next picture.</param>
    /// <param name="at">When it was taken.</param>
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

    /// <summary>The last picture is being inspected.</summary>
    public void Inspect()
    {
        _inspected ??= new RememberedRegion(_sampler.Last);
        _inspected.Become(_sampler.Last);
    }
}
