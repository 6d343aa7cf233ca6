using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// The books of a station: every accepted trigger is open until exactly one party claims it, and its record is handed over exactly once.
/// Only the claimer answers a trigger: the station's thread with a verdict, the watch at the deadline, the thread that brought the trigger
/// when there is no room, or the thread that stops the station. Thread-safe; never waits; the callers tell the time.
/// </summary>
/// <param name="capacity">The most triggers that may wait for their turn.</param>
/// <remarks>
/// Triggers are kept in the order of their deadlines, which is the order of the parts. A trigger that was claimed before its turn leaves
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
    /// <param name="deadline">The trigger's deadline.</param>
    /// <param name="now">The time.</param>
    /// <param name="typical">How long a part usually is in work, for the parts before this one; 0 when that is not known yet.</param>
    /// <param name="estimate">How long a part is in work at most, as a rule, for this part; 0 when that is not known yet.</param>
    /// <param name="hasPicture">False when the picture that the trigger brought shows no part.</param>
    /// <returns>
    /// The open trigger with its stage: any stage other than <see cref="TriggerStage.Queued"/> means that the trigger will have no turn,
    /// and that the caller must answer it.
    /// </returns>
    public OpenTrigger Open(Trigger trigger, long deadline, long now, long typical, long estimate, bool hasPicture = true)
    {
        var opened = new OpenTrigger(trigger, deadline);
        lock (_gate)
        {
            // A trigger that finds no other before it is always tried: a model that has become slow is then measured anew, and not given up
            // for ever.
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
    /// Gives the next trigger its turn; null when none waits. The caller comes back with <see cref="TryHandOver"/> and then <see
    /// cref="EndTurn"/>.
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
        !open.FoundNobody && estimate > 0 && now + estimate > open.AnswerBy;

    /// <summary>Says that the model begins; lends the frame to a thread that may hand the record over meanwhile.</summary>
    /// <returns>False when the trigger has been answered already, so that the model need not run.</returns>
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

    /// <summary>The open trigger with the earliest deadline, if that deadline is at or before <paramref name="now"/>.</summary>
    public OpenTrigger? FirstDue(long now)
    {
        lock (_gate)
            return _open.First is { } first && first.Value.AnswerBy <= now ? first.Value : null;
    }

    /// <summary>The earliest deadline of an open trigger, or <see cref="long.MaxValue"/>.</summary>
    public long NextDeadline
    {
        get
        {
            lock (_gate)
                return _open.First?.Value.AnswerBy ?? long.MaxValue;
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
    /// Gives the caller, and nobody else, the right to hand over the record of the trigger in work, whose thread does not come back; also
    /// gives a reference of the frame that the model is still reading.
    /// </summary>
    public bool TryAbandon(out OpenTrigger? inWork, out Frame? frame)
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

    /// <summary>Closes the queue: only the triggers that wait already get a turn.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    // Triggers mostly come in order, so the place is searched from the end.
    private void Insert(OpenTrigger opened)
    {
        LinkedListNode<OpenTrigger>? before = _open.Last;
        while (before is not null && before.Value.AnswerBy > opened.AnswerBy)
            before = before.Previous;
        if (before is null)
            _open.AddFirst(opened.Node);
        else
            _open.AddAfter(before, opened.Node);
    }

    /// <summary>How long the triggers before a new one are likely to take.</summary>
    private long Ahead(long now, long typical)
    {
        long left = _inWork switch
        {
            // A trigger whose record is handed over is as good as done.
            null or { HandedOver: true } => 0,
            { Stage: TriggerStage.Predicting } => Math.Max(0, typical - (now - _inWork.BeganAt)),
            _ => typical,
        };
        return _waiting * typical + left;
    }
}
