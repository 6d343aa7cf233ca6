using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Web.Console.Live;

/// <summary>A part as the strip on the page Line shows it.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Part">The part's id.</param>
/// <param name="At">When the verdict was reached.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Action">What the gate was told.</param>
/// <param name="Latency">From the trigger to the signal.</param>
/// <param name="IsChallenge">True for a challenge part.</param>
public sealed record LivePart(
    Guid Id, string Part, DateTimeOffset At, Verdict Verdict, GateAction Action, TimeSpan Latency, bool IsChallenge)
{
    public static LivePart Of(InspectedPart part) => new(
        part.Id, part.Part, part.VerdictAt, part.Verdict, part.Action, part.TriggerToSignal, part.Challenge != Challenge.None);
}
