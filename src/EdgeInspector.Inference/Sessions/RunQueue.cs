namespace EdgeInspector.Inference.Sessions;

/// <summary>
/// Lets only as many predictions run at once as a device carries without their threads getting in each other's way; of those that wait, the one that is due first
/// goes first, and takes those along that come next anyway and can run together with it. Nobody waits for company. Thread-safe.
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
    private long _takenAlong;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>How many were taken along by another one's run so far.</summary>
    public long TakenAlong => Interlocked.Read(ref _takenAlong);

    /// <summary>Waits until it is the caller's turn, or until another one's run has given what the caller wanted.</summary>
    /// <param name="place">The caller's own, used again and again.</param>
    /// <param name="deadline">When its part is due, in ticks of the clock.</param>
    /// <returns>
    /// True: it is the caller's turn, with those that it is to run along (<see cref="Place.Companions"/>); <see cref="Leave"/> follows. False: it was run along.
    /// </returns>
    public bool Enter(Place place, long deadline)
    {
        lock (_gate)
        {
            place.Begin(deadline);
            if (_running.Count >= slots || _waiting.Count > 0)
            {
                _waiting.Add(place);
                while (!IsTurnOf(place))
                {
                    Monitor.Wait(_gate, UntilLeaseEnds());
                    if (place.WasServed)
                        return false;
                }
                _waiting.Remove(place);
            }
            place.Since = time.GetTimestamp();
            _running.Add(place);
            TakeAlong(place);
            // There may be room for another one.
            if (_waiting.Count > 0)
                Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Hands those whom the caller has run along what is theirs. The caller's turn goes on.</summary>
    public void Serve(Place place)
    {
        lock (_gate)
        {
            int count = 1 + place.Companions;
            for (int i = 1; i < count; i++)
            {
                Place companion = place.Taken[i - 1];
                // Else it has waited for too long, and goes its own way.
                if (companion.Leader == place)
                {
                    place.Member!.HandBack(companion.Member!, i, count);
                    companion.Serve();
                }
            }
            place.Taken.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Lets those whom the caller was to run along wait for a run of their own, because the run together has failed. The caller's turn goes on.</summary>
    public void LetGo(Place place)
    {
        lock (_gate)
        {
            LeaveToThemselves(place);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the caller's turn. Whom it took along and did not serve waits for a run of its own.</summary>
    public void Leave(Place place)
    {
        lock (_gate)
        {
            LeaveToThemselves(place);
            _running.Remove(place);
            if (_waiting.Count > 0)
                Monitor.PulseAll(_gate);
        }
    }

    private bool IsTurnOf(Place place)
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (time.GetElapsedTime(_running[i].Since) < lease)
                continue;
            LeaveToThemselves(_running[i]);
            _running.RemoveAt(i);
        }
        return place.Leader is null && _running.Count < slots && First() == place;
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

    private void TakeAlong(Place leader)
    {
        if (leader.Member is not { } member)
            return;
        // No more than its share, for a slot that becomes free shall find work.
        int most = Math.Min(member.Most, (_waiting.Count + slots) / slots);
        while (leader.Companions + 1 < most && First() is { IsAlone: false, Member: { } next } place && member.TakeIn(next, leader.Companions + 1))
        {
            _waiting.Remove(place);
            place.Leader = leader;
            leader.Taken.Add(place);
            Interlocked.Increment(ref _takenAlong);
        }
    }

    /// <summary>Those who wait for a run that will not come wait for one of their own.</summary>
    private void LeaveToThemselves(Place leader)
    {
        foreach (Place companion in leader.Taken)
        {
            if (companion.Leader != leader)
                continue;
            companion.GoAlone();
            _waiting.Add(companion);
        }
        leader.Taken.Clear();
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

    /// <summary>One caller's place in the queue. All but <see cref="Member"/> is touched only while the queue's lock is held, or by its owner during its turn.</summary>
    internal sealed class Place
    {
        /// <summary>What stands here, where it may run together with others; null where it may not. Set by the owner while it is not in the queue.</summary>
        public IRunMember? Member { get; set; }

        /// <summary>How many the owner's run takes along.</summary>
        public int Companions => Taken.Count;

        internal List<Place> Taken { get; } = [];

        internal long Deadline { get; private set; }

        internal long Since { get; set; }

        /// <summary>Whose run it takes part in.</summary>
        internal Place? Leader { get; set; }

        internal bool WasServed { get; private set; }

        /// <summary>True when it was left to itself once and is taken along no more.</summary>
        internal bool IsAlone { get; private set; }

        internal void Begin(long deadline) => (Deadline, Leader, WasServed, IsAlone) = (deadline, null, false, false);

        internal void Serve() => (Leader, WasServed) = (null, true);

        internal void GoAlone() => (Leader, IsAlone) = (null, true);
    }
}
