using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Says whether something lies on the conveyor, by the difference of one region from the empty conveyor.
/// Not thread-safe; runs on the capture thread.
/// </summary>
/// <remarks>
/// <para>While the empty conveyor is seen, its remembered look follows the light. Something is there from the moment when the difference
/// exceeds <see cref="PresenceOptions.Difference"/> until the difference is below half of that, so that noise at the edge does not make two
/// parts of one.</para>
/// <para>A thing that stays and does not move for <see cref="PresenceOptions.LongestStay"/> may be a part on a line that stands, or the
/// conveyor in a new light. So its look is learnt as a second look of the conveyor, beside the first look: once the first look is seen
/// again, the second look is known to have been a thing, and is forgotten. Parts that follow each other without a gap move, and are never
/// learnt.</para>
/// </remarks>
internal sealed class Occupancy
{
    private readonly PresenceOptions _options;
    private readonly TimeProvider _time;
    private readonly RegionSampler _sampler;

    // At most two looks, in the order in which they were learnt.
    private readonly List<RememberedRegion> _empty = new(2);
    private RememberedRegion? _thing;
    private long? _stillSince;
    private bool _occupied;
    private long? _lastAt;

    /// <param name="options">Where to look, and for what.</param>
    /// <param name="time">The clock by which frames are stamped.</param>
    /// <param name="emptyConveyor">
    /// A picture of the empty conveyor, only read here; null: the first frame is taken to show the empty conveyor.
    /// </param>
    public Occupancy(PresenceOptions options, TimeProvider time, Frame? emptyConveyor = null)
    {
        _options = options;
        _time = time;
        _sampler = new RegionSampler(options);
        if (emptyConveyor is not null)
            _empty.Add(new RememberedRegion(_sampler.Take(emptyConveyor.View)));
    }

    /// <summary>How far the last picture was from the empty conveyor, as a share of full brightness.</summary>
    public float Difference { get; private set; }

    /// <summary>True while something is on the conveyor.</summary>
    /// <param name="picture">The next picture.</param>
    /// <param name="at">When the picture was taken.</param>
    public bool Sees(in FrameView picture, long at)
    {
        TimeSpan since = _time.GetElapsedTime(_lastAt ?? at, at);
        _lastAt = at;
        ReadOnlySpan<float> now = _sampler.Take(picture);
        if (_empty.Count == 0)
            _empty.Add(new RememberedRegion(now));
        int nearest = Nearest(now);
        if (Difference >= (_occupied ? _options.Difference / 2 : _options.Difference))
        {
            _occupied = true;
            LookForStay(now, at);
            return _occupied;
        }
        _occupied = false;
        _stillSince = null;
        _empty[nearest].Follow(now, since);
        // The conveyor looks as it did before: the look that was learnt later was a thing that lay on the conveyor.
        if (nearest == 0 && _empty.Count > 1)
            _empty.RemoveAt(1);
        return false;
    }

    private int Nearest(ReadOnlySpan<float> now)
    {
        int nearest = 0;
        Difference = _empty[0].DifferenceTo(now);
        if (_empty.Count > 1 && _empty[1].DifferenceTo(now) is var second && second < Difference)
            (nearest, Difference) = (1, second);
        return nearest;
    }

    /// <summary>Learns the look of a thing that has not moved for long.</summary>
    private void LookForStay(ReadOnlySpan<float> now, long at)
    {
        _thing ??= new RememberedRegion(now);
        if (_stillSince is not { } since || _thing.DifferenceTo(now) >= _options.Difference / 2)
        {
            _thing.Become(now);
            _stillSince = at;
        }
        else if (_time.GetElapsedTime(since, at) > _options.LongestStay)
        {
            Learn(now);
        }
    }

    private void Learn(ReadOnlySpan<float> now)
    {
        // The first frame may have shown a part: a look that was not seen for longer than this stay was not the conveyor.
        RememberedRegion doubtful = _empty.MinBy(look => look.Seen)!;
        if (_empty.Count > 1 || doubtful.Seen < _options.LongestStay)
            _empty.Remove(doubtful);
        _empty.Add(new RememberedRegion(now));
        _stillSince = null;
        _occupied = false;
    }
}
