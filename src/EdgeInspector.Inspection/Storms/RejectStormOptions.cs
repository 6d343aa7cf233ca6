using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Storms;

/// <summary>When so many parts are rejected that somebody must look before a shift is scrapped. Challenge parts do not count.</summary>
public sealed record RejectStormOptions : IValidatableObject
{
    /// <summary>So many parts in a row that are rejected make a storm; 0: no such limit.</summary>
    [Range(0, 10_000)]
    public int InARow { get; init; }

    /// <summary>More than this share of the last <see cref="Window"/> parts with a verdict, 0..1, makes one; 0: no such limit.</summary>
    [Range(0.0, 1.0)]
    public double Share { get; init; }

    /// <summary>How many parts <see cref="Share"/> looks at.</summary>
    [Range(10, 10_000)]
    public int Window { get; init; } = 100;

    /// <summary>
    /// True: from the storm on the gate is told <c>stop</c> instead of <c>reject</c>, until the command <c>endstorm</c> ends it,
    /// also over a restart. False: it is an alarm only, and ends by itself when parts pass again.
    /// </summary>
    public bool Stop { get; init; }

    /// <summary>True where a limit is set.</summary>
    internal bool IsOn => InARow > 0 || Share > 0;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Stop && InARow == 0 && Share == 0)
            yield return new ValidationResult("Stop needs a limit: set InARow or Share.", [nameof(Stop)]);
        if (InARow is > 0 and < 3)
            yield return new ValidationResult("Two bad parts in a row are no storm; set 3 or more, or 0 for no limit.", [nameof(InARow)]);
        if (Share >= 1)
            yield return new ValidationResult("More than all parts are never rejected; set a share below 1, such as 0.5.", [nameof(Share)]);
    }
}
