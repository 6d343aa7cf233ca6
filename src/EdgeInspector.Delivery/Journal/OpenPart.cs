using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Journal;

/// <summary>A trigger that was accepted and whose event was not yet committed.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Order">Grows with each trigger of the agent; their order.</param>
/// <param name="Number">The station's number of the trigger.</param>
/// <param name="Station">The station.</param>
/// <param name="Part">The part's id; one of more than <see cref="OpenPartSlot.MostPartBytes"/> bytes is cut.</param>
/// <param name="TriggeredAt">When the part was here.</param>
/// <param name="Outcome">The verdict; null when none was reached.</param>
/// <param name="Challenge">What is known of it, where it is a challenge part.</param>
/// <param name="IsEventSafe">True: its event is committed, and only its entry in the audit log may be missing.</param>
internal sealed record OpenPart(
    Guid Id, long Order, long Number, string Station, string Part, DateTimeOffset TriggeredAt, OpenPartOutcome? Outcome,
    Challenge Challenge = Challenge.None,
    bool IsEventSafe = false)
{
    /// <summary>How it fared, where it is a challenge part; one that had no verdict yet has none.</summary>
    public ChallengeResult? ChallengeResult => Challenge == Challenge.None ? null : Outcome is { } told
        ? new ChallengeResult(told.VerdictAt, Part, Challenge, told.Kind, told.Action)
        : new ChallengeResult(TriggeredAt, Part, Challenge, VerdictKind.None, GateAction.Reject);
}

/// <summary>What is kept of a verdict until its event is committed.</summary>
internal readonly record struct OpenPartOutcome(
    DateTimeOffset VerdictAt, VerdictKind Kind, NoneReason Reason, GateAction Action, SignalOutcome Signal);
