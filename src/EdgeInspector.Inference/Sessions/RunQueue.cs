namespace EdgeInspector.Inference.Sessions;

/// <summary>
/// Lets only as many predictions run at once as a device carries without their threads getting in each other's way; of those that wait, the one that is due
/// first goes first. Thread-safe.
/// </summary>
/// <param name="slots">How many run at once.</param>
/// <param name="lease">
/// Who takes longer than this, in ticks of the clock, is not waited for any more: a run that hangs must not keep the other stations from their parts.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class RunQueue(int slots, TimeSpan lease, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly List<Place> _waiting = [];
    private readonly List<Place> _running = [];

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Waits until it is the caller's turn; <see cref="Leave"/> follows.</summary>
    /// <param name="place">The caller's own, used again and again.</param>
    /// <param name="deadline">When its part is due, in ticks of the clock.</param>
    public void Enter(Place place, long deadline)
    {
        lock (_gate)
        {
            place.Deadline = deadline;
            if (_running.Count >= slots || _waiting.Count > 0)
            {
                _waiting.Add(place);
                while (!IsTurnOf(place))
                    Monitor.Wait(_gate, UntilLeaseEnds());
                _waiting.Remove(place);
            }
            place.Since = time.GetTimestamp();
            _running.Add(place);
            // There may be room for another one.
            if (_waiting.Count > 0)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the caller's turn.</summary>
    public void Leave(Place place)
    {
        lock (_gate)
        {
            _running.Remove(place);
            if (_waiting.Count > 0)
                Monitor.PulseAll(_gate);
        }
    }

    private bool IsTurnOf(Place place)
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (time.GetElapsedTime(_running[i].Since) >= lease)
                _running.RemoveAt(i);
        }
        return _running.Count < slots && First() == place;
    }

    /// <summary>Of those that wait, the one that is due first.</summary>
    private Place? First()
    {
        Place? first = null;
        foreach (Place place in _waiting)
        {
            if (first is null || place.Deadline < first.Deadline)
                first = place;
        }
        return first;
    }

    /// <summary>Milliseconds until the longest run loses its slot.</summary>
    private int UntilLeaseEnds()
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (Place place in _running)
        {
            TimeSpan runs = time.GetElapsedTime(place.Since);
            longest = runs > longest ? runs : longest;
        }
        return Math.Max(1, (int)Math.Ceiling((lease - longest).TotalMilliseconds));
    }

    /// <summary>One caller's place in the queue. Touched only while the queue's lock is held.</summary>
    internal sealed class Place
    {
        internal long Deadline { get; set; }

        internal long Since { get; set; }
    }
}
