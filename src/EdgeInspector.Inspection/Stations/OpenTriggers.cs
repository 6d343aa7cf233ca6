using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// The books of a station: every accepted trigger is open until exactly one party claims it, and its record is handed over exactly once.
/// Whoever claims it (the station's thread with a verdict, the watch at the deadline, the thread that brought it when there is no room,
/// the one who stops the station) alone answers it. Thread-safe; never waits; knows the time only from its callers.
/// </summary>
/// <param name="capacity">The most triggers that may wait for their turn.</param>
/// <remarks>
/// Kept in the order of the deadlines, which is the order of the parts. A trigger that was claimed before its turn leaves
/// the queue at once and makes room.
/// </remarks>
internal sealed class OpenTriggers(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OpenTrigger> _open = new();
    private OpenTrigger? _inWork;
    private int _waiting;
    private bool _closed;

    /// <summary>Triggers that nobody has claimed yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>The most triggers that may wait for their turn.</summary>
    public int Capacity => capacity;

    /// <summary>True after <see cref="Close"/> when no trigger waits for its turn.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
                return _closed && _waiting == 0;
        }
    }

    /// <summary>Opens a trigger.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="deadline">Its deadline.</param>
    /// <param name="now">The time.</param>
    /// <param name="typical">How long a part in work mostly takes: each of those before this one; 0 when that is not known yet.</param>
    /// <param name="estimate">How long it takes at most, as a rule: this one; 0 when that is not known yet.</param>
    /// <param name="hasPicture">False when the picture that it brought shows no part.</param>
    /// <returns>
    /// It with its stage: any other than <see cref="TriggerStage.Queued"/> means that it will have no turn,
    /// and that the caller is to answer it.
    /// </returns>
    public OpenTrigger Open(Trigger trigger, long deadline, long now, long typical, long estimate, bool hasPicture = true)
    {
        var opened = new OpenTrigger(trigger, deadline);
        lock (_gate)
        {
            // One that finds nobody before it is always tried: a model that has become slow is then measured
            // anew, and not given up for ever.
            opened.FoundNobody = _waiting == 0 && _inWork is null or { HandedOver: true };
            if (_closed)
                opened.Stage = TriggerStage.Closed;
            else if (!hasPicture)
                opened.Stage = TriggerStage.NoPicture;
            else if (_waiting >= capacity)
                opened.Stage = TriggerStage.NoRoom;
            else if (!opened.FoundNobody && estimate > 0 && now + Ahead(now, typical) + estimate > deadline)
                opened.Stage = TriggerStage.NoTime;
            else
                _waiting++;
            Insert(opened);
        }
        return opened;
    }

    /// <summary>
    /// Gives the next trigger its turn; null when none waits. The caller comes back with <see cref="TryHandOver"/>
    /// and then <see cref="EndTurn"/>.
    /// </summary>
    public OpenTrigger? TakeTurn()
    {
        lock (_gate)
        {
            for (LinkedListNode<OpenTrigger>? place = _open.First; place is not null; place = place.Next)
            {
                if (place.Value.Stage != TriggerStage.Queued)
                    continue;
                _waiting--;
                place.Value.Stage = TriggerStage.AwaitingFrame;
                place.Value.HadTurn = true;
                return _inWork = place.Value;
            }
            return null;
        }
    }

    /// <summary>True when a trigger that had to wait for its turn can no longer be judged by its deadline.</summary>
    public static bool IsTooLate(OpenTrigger open, long now, long estimate) =>
        !open.FoundNobody && estimate > 0 && now + estimate > open.Deadline;

    /// <summary>Says that the model begins; lends the frame to whoever hands the record over meanwhile.</summary>
    /// <returns>False when it has been answered already, and the model need not run.</returns>
    public bool TryBegin(OpenTrigger open, Frame frame, long now)
    {
        lock (_gate)
        {
            if (open.Claimed)
                return false;
            open.Stage = TriggerStage.Predicting;
            open.Frame = frame;
            open.BeganAt = now;
            return true;
        }
    }

    /// <summary>Gives the caller, and nobody else, the right to answer.</summary>
    public bool TryClaim(OpenTrigger open)
    {
        lock (_gate)
        {
            if (open.Claimed)
                return false;
            Volatile.Write(ref open.Claimed, true);
            _open.Remove(open.Node);
            if (open.Stage == TriggerStage.Queued)
                _waiting--;
            return true;
        }
    }

    /// <summary>The open trigger with the earliest deadline, if that is at or before <paramref name="now"/>.</summary>
    public OpenTrigger? FirstDue(long now)
    {
        lock (_gate)
            return _open.First is { } first && first.Value.Deadline <= now ? first.Value : null;
    }

    /// <summary>The earliest deadline of an open trigger, or <see cref="long.MaxValue"/>.</summary>
    public long NextDeadline
    {
        get
        {
            lock (_gate)
                return _open.First?.Value.Deadline ?? long.MaxValue;
        }
    }

    /// <summary>Gives the caller, and nobody else, the right to hand the record over. Only for a trigger that was answered.</summary>
    public bool TryHandOver(OpenTrigger open)
    {
        lock (_gate)
        {
            if (open.HandedOver)
                return false;
            open.HandedOver = true;
            return true;
        }
    }

    /// <summary>
    /// The same for somebody else than the thread in whose hands the trigger is and that does not come back:
    /// also gives a reference of the frame the model is still reading.
    /// </summary>
    public bool TryTakeOver(out OpenTrigger? inWork, out Frame? frame)
    {
        lock (_gate)
        {
            frame = null;
            inWork = _inWork;
            if (inWork is not { Claimed: true, HandedOver: false })
                return false;
            inWork.HandedOver = true;
            frame = inWork.Frame?.AddReference();
            return true;
        }
    }

    /// <summary>Ends the turn.</summary>
    public void EndTurn()
    {
        lock (_gate)
            _inWork = null;
    }

    /// <summary>Gives no more triggers a turn than those that wait already.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    // Triggers mostly come in order, so the place is found at the end.
    private void Insert(OpenTrigger opened)
    {
        LinkedListNode<OpenTrigger>? before = _open.Last;
        while (before is not null && before.Value.Deadline > opened.Deadline)
            before = before.Previous;
        if (before is null)
            _open.AddFirst(opened.Node);
        else
            _open.AddAfter(before, opened.Node);
    }

    /// <summary>How long those before a new trigger are likely to take.</summary>
    private long Ahead(long now, long typical)
    {
        long left = _inWork switch
        {
            // Whose record is handed over is as good as done.
            null or { HandedOver: true } => 0,
            { Stage: TriggerStage.Predicting } => Math.Max(0, typical - (now - _inWork.BeganAt)),
            _ => typical,
        };
        return _waiting * typical + left;
    }
}
