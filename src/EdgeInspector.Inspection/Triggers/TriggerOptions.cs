using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>What says that a part is here.</summary>
public enum TriggerKind
{
    /// <summary>Each frame is a part: for cameras that the line triggers in hardware, and for files.</summary>
    EveryFrame,

    /// <summary>The clock: a part is taken to be here at a fixed interval.</summary>
    Interval,

    /// <summary>A message on the station's <c>trigger</c> topic.</summary>
    Mqtt,

    /// <summary>A region of the picture differs from the empty conveyor.</summary>
    Presence,
}

/// <summary>Which frames of a free-running camera are worth a trigger.</summary>
public enum TriggerCondition
{
    /// <summary>All of them.</summary>
    Always,

    /// <summary>Those on which something lies on the conveyor.</summary>
    Occupied,

    /// <summary>Those that differ from the last one that was inspected.</summary>
    Changed,
}

/// <summary>The trigger of a station.</summary>
public sealed record TriggerOptions : IValidatableObject
{
    /// <summary>What says that a part is here: EveryFrame, Interval, Mqtt or Presence.</summary>
    public TriggerKind Kind { get; init; } = TriggerKind.EveryFrame;

    /// <summary>For Interval alone: the time from one part to the next. 1s where it is left out.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? Every { get; init; }

    /// <summary>The time from one part to the next with the trigger Interval.</summary>
    internal TimeSpan Interval => Every ?? TimeSpan.FromSeconds(1);

    /// <summary>
    /// For EveryFrame and Interval: Always; Occupied, so that an empty conveyor makes no trigger; or Changed, so that a frame like the last
    /// one that was inspected makes none. Where to look, and from which difference on, is said under Presence.
    /// </summary>
    public TriggerCondition When { get; init; }

    /// <summary>
    /// With When: after so long without a trigger the next frame makes one, whatever it shows, so that a condition that is wrongly set is
    /// noticed. 0: never.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan AtLeastEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For Presence and When: where to look, and for what.</summary>
    public PresenceOptions Presence { get; init; } = new();

    /// <summary>
    /// Triggers that may wait while a part is being inspected; those beyond get the verdict none with the reason overload.
    /// </summary>
    [Range(1, 1000)]
    public int QueueLength { get; init; } = 8;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Every is not null && Kind != TriggerKind.Interval)
        {
            yield return new ValidationResult(
                $"Every is the pace of the trigger Interval, but the trigger is {Kind}. Set Trigger:Kind to Interval, or leave Every out.",
                [nameof(Every)]);
        }
        if (When == TriggerCondition.Always || Kind is TriggerKind.EveryFrame or TriggerKind.Interval)
            yield break;
        yield return new ValidationResult(
            Kind == TriggerKind.Mqtt
                ? "With the trigger Mqtt the PLC says that a part is there, and each part it announces gets its verdict, "
                    + $"whatever the picture shows; leave When out, or trigger by EveryFrame or Interval with {When}."
                : "The trigger Presence already waits for a part to arrive, and makes one trigger for it; leave When out, "
                    + $"or trigger by EveryFrame or Interval with {When}.",
            [nameof(When)]);
    }
}

/// <summary>How part presence is recognised.</summary>
public sealed record PresenceOptions : IValidatableObject
{
    /// <summary>Left edge of the watched region, as a share of the frame's width.</summary>
    [Range(0.0, 1.0)]
    public double Left { get; init; } = 0.45;

    /// <summary>Top edge of the watched region, as a share of the frame's height.</summary>
    [Range(0.0, 1.0)]
    public double Top { get; init; } = 0.3;

    /// <summary>Width of the watched region, as a share of the frame's width.</summary>
    [Range(0.001, 1.0)]
    public double Width { get; init; } = 0.1;

    /// <summary>Height of the watched region, as a share of the frame's height.</summary>
    [Range(0.001, 1.0)]
    public double Height { get; init; } = 0.4;

    /// <summary>
    /// Mean difference of brightness from the empty conveyor (for When Changed: from the last frame that was inspected) from which
    /// on a part is there, as a share of full brightness.
    /// </summary>
    [Range(0.005, 1.0)]
    public double Difference { get; init; } = 0.08;

    /// <summary>A picture of the empty conveyor; without one the first frame is taken to show it.</summary>
    public string? EmptyConveyor { get; init; }

    /// <summary>
    /// What stays for longer than this without moving is not a part but a new look of the conveyor, which is then learnt.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan LongestStay { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Left + Width > 1.0001)
            yield return new ValidationResult(
                "Left and Width together reach beyond the frame; their sum may be at most 1.", [nameof(Width)]);
        if (Top + Height > 1.0001)
            yield return new ValidationResult(
                "Top and Height together reach beyond the frame; their sum may be at most 1.", [nameof(Height)]);
    }
}
