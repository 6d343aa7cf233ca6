using System.Globalization;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Says why a trigger gets no verdict. Thread-safe.</summary>
/// <param name="station">The station.</param>
/// <param name="condition">The station's condition.</param>
/// <param name="open">The station's open triggers.</param>
/// <param name="times">How long a part is in work.</param>
internal sealed class WhyNone(StationContext station, StationCondition condition, OpenTriggers open, InspectionTimes times)
{
    private const string Frozen = "the picture is frozen";

    /// <summary>The station ends.</summary>
    public static Verdict Stopping => Verdict.None(NoneReason.Paused, "the station is stopping");

    /// <summary>The station's thread does not come back from the model.</summary>
    public Verdict Lost => Verdict.None(NoneReason.Model, LostReason);

    /// <summary>Why the station's thread counts as lost, in words.</summary>
    public string LostReason => $"the model has not returned for {station.HungAfter.TotalSeconds:0.#} s";

    /// <summary>The verdict for a trigger that gets no turn.</summary>
    /// <param name="stage">Why the trigger gets no turn.</param>
    /// <param name="unseen">Why the part's picture can't be looked at; null where the picture is not the cause.</param>
    public Verdict Refused(TriggerStage stage, string? unseen = null) => stage switch
    {
        TriggerStage.Closed => Stopping,
        TriggerStage.NoPicture => Verdict.None(NoneReason.Camera, unseen ?? Frozen),
        TriggerStage.NoRoom => Verdict.None(NoneReason.Overload, $"{open.Capacity} triggers were waiting already"),
        _ => Verdict.None(NoneReason.Overload, string.Create(CultureInfo.InvariantCulture,
            $"with those before it, its verdict could not have come by its deadline; "
            + $"a part lately took up to {station.Milliseconds(times.Estimate):0} ms")),
    };

    /// <summary>The verdict for a trigger whose deadline has come.</summary>
    public Verdict AtDeadline(OpenTrigger trigger) => trigger switch
    {
        { HadTurn: false } => Verdict.None(NoneReason.Deadline, "the trigger waited in the queue until its deadline had passed"),
        { HasBegun: false, Trigger.Frame: null } => Verdict.None(
            NoneReason.Camera,
            condition.IsFrozen ? Frozen : station.Health.Complaints.GetValueOrDefault("camera") ?? "no frame came before the deadline"),
        _ => Verdict.None(NoneReason.Deadline, BegunLate(trigger) is { } late
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the model had not answered by the deadline; it got the picture only {station.Milliseconds(late):0} ms after the trigger")
            : "the model had not answered by the deadline"),
    };

    /// <summary>
    /// How long after the trigger the model began, where that left the model less than half of the time; in ticks. Null: the model began
    /// earlier.
    /// </summary>
    private long? BegunLate(OpenTrigger trigger) =>
        trigger.BeganAt - trigger.Trigger.At is var after && after * 2 > station.AnswerWithin ? after : null;
}
