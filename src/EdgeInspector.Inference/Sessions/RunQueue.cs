namespace EdgeInspector.Inference.Sessions;

/// <summary>
/// Lets only as many predictions run at once as a device runs without their threads disturbing each other; of the waiting predictions, the
/// one that is due first goes first. Thread-safe.
/// </summary>
/// <param name="slots">How many run at once.</param>
/// <param name="lease">
/// When a prediction takes longer than this, the others no longer wait for it: a run that hangs must not keep the other stations from their
/// parts.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class RunQueue(int slots, TimeSpan lease, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly List<Waiter> _waiting = [];
    private readonly List<Waiter> _running = [];

    /// <summary>How many callers wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Waits until it is the caller's turn; <see cref="Leave"/> follows.</summary>
    /// <param name="waiter">The caller's own waiter, used again and again.</param>
    /// <param name="deadline">When the caller's part is due, in ticks of the clock.</param>
    public void Enter(Waiter waiter, long deadline)
    {
        lock (_gate)
        {
            waiter.Deadline = deadline;
            if (_running.Count >= slots || _waiting.Count > 0)
            {
                _waiting.Add(waiter);
                while (!IsTurnOf(waiter))
                    Monitor.Wait(_gate, UntilLeaseEnds());
                _waiting.Remove(waiter);
            }
            waiter.Since = time.GetTimestamp();
            _running.Add(waiter);
            // There may be room for another caller.
            if (_waiting.Count > 0)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the caller's turn.</summary>
    public void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            _running.Remove(waiter);
            if (_waiting.Count > 0)
                Monitor.PulseAll(_gate);
        }
    }

    private bool IsTurnOf(Waiter waiter)
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (time.GetElapsedTime(_running[i].Since) >= lease)
                _running.RemoveAt(i);
        }
        return _running.Count < slots && First() == waiter;
    }

    /// <summary>The waiting caller that is due first.</summary>
    private Waiter? First()
    {
        Waiter? first = null;
        foreach (Waiter waiter in _waiting)
        {
            if (first is null || waiter.Deadline < first.Deadline)
                first = waiter;
        }
        return first;
    }

    /// <summary>Milliseconds until the longest run loses its slot.</summary>
    private int UntilLeaseEnds()
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (Waiter waiter in _running)
        {
            TimeSpan runs = time.GetElapsedTime(waiter.Since);
            longest = runs > longest ? runs : longest;
        }
        return Math.Max(1, (int)Math.Ceiling((lease - longest).TotalMilliseconds));
    }

    /// <summary>One caller's waiter in the queue. Touched only while the queue's lock is held.</summary>
    internal sealed class Waiter
    {
        internal long Deadline { get; set; }

        internal long Since { get; set; }
    }
}
