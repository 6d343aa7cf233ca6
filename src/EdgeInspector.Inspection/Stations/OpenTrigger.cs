using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Where a trigger is on its way to its verdict.</summary>
internal enum TriggerStage
{
    /// <summary>The trigger waits for its turn.</summary>
    Queued,

    /// <summary>The trigger gets no turn: the queue was full.</summary>
    NoRoom,

    /// <summary>The trigger gets no turn: behind the triggers before it, its verdict could not come by its deadline.</summary>
    NoTime,

    /// <summary>The trigger gets no turn: it came at the moment when the station was stopped.</summary>
    Closed,

    /// <summary>The trigger gets no turn: the picture that it brought shows no part.</summary>
    NoPicture,

    /// <summary>The trigger has its turn, and waits for a frame of its part.</summary>
    AwaitingFrame,

    /// <summary>The model is at work on the trigger's frame.</summary>
    Predicting,
}

/// <summary>One accepted trigger until its record is handed over. Its <see cref="OpenTriggers"/> guards what may change.</summary>
internal sealed class OpenTrigger
{
    public OpenTrigger(Trigger trigger, long answerBy)
    {
        Trigger = trigger;
        AnswerBy = answerBy;
        Node = new LinkedListNode<OpenTrigger>(this);
    }

    public Trigger Trigger { get; }

    /// <summary>
    /// When a verdict must be there: the station's deadline less what <see cref="StationOptions.SignalMargin"/> keeps for the way to the
    /// gate. In ticks of the clock.
    /// </summary>
    public long AnswerBy { get; }

    public TriggerStage Stage { get; internal set; }

    /// <summary>
    /// True once the station's thread has taken the trigger: that thread then comes back to the trigger, even if another thread has
    /// answered it meanwhile.
    /// </summary>
    public bool HadTurn { get; internal set; }

    /// <summary>True once the model was given the trigger's frame.</summary>
    public bool HasBegun => Stage == TriggerStage.Predicting;

    /// <summary>True once somebody has the right, and the duty, to answer the trigger.</summary>
    public bool IsClaimed => Volatile.Read(ref Claimed);

    /// <summary>The answer. Written by the claimer, before anybody hands the record over.</summary>
    public Answer Answer { get; set; }

    /// <summary>
    /// What the part's picture measured against the reference. Written by the station's thread before that thread answers.
    /// </summary>
    public PictureMeasures? Measures { get; set; }

    // Belongs to OpenTriggers.
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
/// <param name="Action">What the gate was told to do.</param>
/// <param name="Outcome">What became of the signal.</param>
/// <param name="At">When the trigger was answered, by the wall clock; for records only.</param>
/// <param name="SentAt">When the signal had been handed over, in ticks of the clock.</param>
internal readonly record struct Answer(Verdict Verdict, GateAction Action, SignalOutcome Outcome, DateTimeOffset At, long SentAt);
