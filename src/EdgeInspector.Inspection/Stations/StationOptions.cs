using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>How a station inspects. Its camera and its model belong to other parts of the settings.</summary>
public record StationOptions : RuleOptions
{
    /// <summary>What says that a part is here.</summary>
    public TriggerOptions Trigger { get; init; } = new();

    /// <summary>Time from the trigger by which the gate must know.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// What of <see cref="Deadline"/> is kept for the signal's way through the broker to the gate:
    /// the agent has answered by so long before it, with none where no verdict is ready by then.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan SignalMargin { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Time from the trigger until the part lies under the camera; frames taken earlier do not count.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ExposureDelay { get; init; } = TimeSpan.Zero;

    /// <summary>What the gate does when no verdict could be given: Reject, Pass or Stop.</summary>
    public GateAction FailSafe { get; init; } = GateAction.Reject;

    /// <summary>What the gate does with a part that somebody should look at: Reject, Pass or Stop.</summary>
    public GateAction ReviewAction { get; init; } = GateAction.Reject;

    /// <summary>
    /// A model that has not returned for so long hangs: the station is declared lost and its parts get none at once.
    /// After as long again the agent ends with exit code 3, so that the service manager starts it anew. Never shorter than Deadline.
    /// A camera whose driver does not return is treated likewise.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>When the camera's picture can't be trusted.</summary>
    public PictureOptions Picture { get; init; } = new();

    /// <summary>Parts that are known to be bad or good, and show whether the station still finds what it should.</summary>
    public ChallengeOptions Challenge { get; init; } = new();

    /// <summary>When so many parts are rejected that somebody must look.</summary>
    public RejectStormOptions RejectStorm { get; init; } = new();

    /// <summary>Whether as many triggers come as the PLC counts parts.</summary>
    public ReconciliationOptions Reconciliation { get; init; } = new();

    /// <inheritdoc />
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (ValidationResult problem in base.Validate(validationContext))
            yield return problem;
        if (ExposureDelay > TimeSpan.Zero && Trigger.Kind == TriggerKind.EveryFrame)
        {
            yield return new ValidationResult(
                "With the trigger EveryFrame each frame is itself the part, so there is nothing to delay; leave ExposureDelay out.",
                [nameof(ExposureDelay)]);
        }
        if (ExposureDelay >= Deadline)
        {
            yield return new ValidationResult(
                "ExposureDelay must be shorter than Deadline, or no part could ever be judged in time.", [nameof(ExposureDelay)]);
        }
        else if (ExposureDelay + SignalMargin >= Deadline)
        {
            yield return new ValidationResult(
                "SignalMargin and ExposureDelay together must be shorter than Deadline, or no part could ever be judged in time.",
                [nameof(SignalMargin)]);
        }
    }

    internal GateAction ActionFor(VerdictKind verdict) => verdict switch
    {
        VerdictKind.Pass => GateAction.Pass,
        VerdictKind.Reject => GateAction.Reject,
        VerdictKind.Review => ReviewAction,
        _ => FailSafe,
    };
}
