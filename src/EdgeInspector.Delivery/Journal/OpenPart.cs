using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Journal;

/// <summary>A trigger that was accepted and whose event was not yet committed.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Order">Grows with each trigger of the agent; gives the order of the triggers.</param>
/// <param name="Number">The trigger's number at the station.</param>
/// <param name="Station">The station.</param>
/// <param name="Part">The part's id; an id of more than <see cref="OpenPartSlot.MostPartBytes"/> bytes is cut.</param>
/// <param name="TriggeredAt">When the part was here.</param>
/// <param name="Outcome">The verdict; null when none was reached.</param>
/// <param name="Challenge">What is known of the part, where it is a challenge part.</param>
/// <param name="IsEventSafe">True: the part's event is committed, and only the entry in the audit log may be missing.</param>
internal sealed record OpenPart(
    Guid Id, long Order, long Number, string Station, string Part, DateTimeOffset TriggeredAt, OpenPartOutcome? Outcome,
    Challenge Challenge = Challenge.None,
    bool IsEventSafe = false)
{
    /// <summary>How the part fared, where it is a challenge part; null while it had no verdict.</summary>
    public ChallengeResult? ChallengeResult => Challenge == Challenge.None ? null : Outcome is { } told
        ? new ChallengeResult(told.VerdictAt, Part, Challenge, told.Kind, told.Action)
        : new ChallengeResult(TriggeredAt, Part, Challenge, VerdictKind.None, GateAction.Reject);
}

/// <summary>What is kept of a verdict until its event is committed.</summary>
internal readonly record struct OpenPartOutcome(
    DateTimeOffset VerdictAt, VerdictKind Kind, NoneReason Reason, GateAction Action, SignalOutcome Signal);
