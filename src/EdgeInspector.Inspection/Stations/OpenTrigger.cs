using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Where a trigger is on its way to its verdict.</summary>
internal enum TriggerStage
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Gets no turn: the queue was full.</summary>
    NoRoom,

    /// <summary>Gets no turn: with those before it, its verdict could not come by its deadline.</summary>
    NoTime,

    /// <summary>Gets no turn: it came in the moment in which the station was stopped.</summary>
    Closed,

    /// <summary>Gets no turn: the picture that it brought shows no part.</summary>
    NoPicture,

    /// <summary>Has its turn, and waits for a frame of its part.</summary>
    AwaitingFrame,

    /// <summary>The model is at work on its frame.</summary>
    Predicting,
}

/// <summary>One accepted trigger until its record is handed over. What may change is guarded by its <see cref="OpenTriggers"/>.</summary>
internal sealed class OpenTrigger
{
    public OpenTrigger(Trigger trigger, long deadline)
    {
        Trigger = trigger;
        Deadline = deadline;
        Node = new LinkedListNode<OpenTrigger>(this);
    }

    public Trigger Trigger { get; }

    /// <summary>When it must have been answered, in ticks of the clock.</summary>
    public long Deadline { get; }

    public TriggerStage Stage { get; internal set; }

    /// <summary>True once the station's thread has taken it: that thread then comes back to it, whoever answers it meanwhile.</summary>
    public bool HadTurn { get; internal set; }

    /// <summary>True once the model was given its frame.</summary>
    public bool HasBegun => Stage == TriggerStage.Predicting;

    /// <summary>True once somebody has the right, and the duty, to answer it.</summary>
    public bool IsClaimed => Volatile.Read(ref Claimed);

    /// <summary>What was answered. Written by the one who claimed it, before anybody hands the record over.</summary>
    public Answer Answer { get; set; }

    /// <summary>What its picture measured against the reference. Written by the station's thread before it answers.</summary>
    public PictureMeasures? Measures { get; set; }

    // Of OpenTriggers
    internal readonly LinkedListNode<OpenTrigger> Node;
    internal bool Claimed;
    internal bool HandedOver;
    internal bool FoundNobody;
    internal Frame? Frame;
    internal long BeganAt;
    internal long TurnAt;
}

/// <summary>What went out for a trigger.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Action">What the gate was told.</param>
/// <param name="Outcome">What became of the signal.</param>
/// <param name="At">When, by the wall clock; for records only.</param>
/// <param name="SentAt">When the signal had been handed over, in ticks of the clock.</param>
internal readonly record struct Answer(Verdict Verdict, GateAction Action, SignalOutcome Outcome, DateTimeOffset At, long SentAt);
