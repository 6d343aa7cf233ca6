using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Predictions;

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

/// <summary>The trigger of a station.</summary>
public sealed record TriggerOptions
{
    /// <summary>What says that a part is here: EveryFrame, Interval, Mqtt or Presence.</summary>
    public TriggerKind Kind { get; init; } = TriggerKind.EveryFrame;

    /// <summary>For Interval: the time from one part to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For Presence: where to look, and for what.</summary>
    public PresenceOptions Presence { get; init; } = new();

    /// <summary>Triggers that may wait while a part is being inspected; those beyond get the verdict none with the reason overload.</summary>
    [Range(1, 1000)]
    public int QueueLength { get; init; } = 8;
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

    /// <summary>Mean difference of brightness from the empty conveyor above which a part is there, as a share of full brightness.</summary>
    [Range(0.005, 1.0)]
    public double Difference { get; init; } = 0.08;

    /// <summary>A picture of the empty conveyor; without one the first frame is taken to show it.</summary>
    public string? EmptyConveyor { get; init; }

    /// <summary>A change that stays for longer than this is not a part but a new look of the conveyor, which is then learnt.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan LongestStay { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Left + Width > 1.0001)
            yield return new ValidationResult("Left and Width together reach beyond the frame; their sum may be at most 1.", [nameof(Width)]);
        if (Top + Height > 1.0001)
            yield return new ValidationResult("Top and Height together reach beyond the frame; their sum may be at most 1.", [nameof(Height)]);
    }

    internal BoundingBox Region => new((float)Left, (float)Top, (float)Width, (float)Height);
}
