using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Frames.Around;

/// <summary>
/// The camera's frames just before and after a part's own, small, on one sheet beside its picture: they show a hand in the way,
/// a part that still moves, a lamp that flickers.
/// </summary>
public sealed record FramesAroundOptions : IValidatableObject
{
    /// <summary>Frames from before the part's own. 0, and <see cref="After"/> 0: no frames around are kept.</summary>
    [Range(0, 20)]
    public int Before { get; init; }

    /// <summary>Frames from after the part's own. Those that have not come within two seconds are left out.</summary>
    [Range(0, 20)]
    public int After { get; init; }

    /// <summary>Pixels of the longer side of each; smaller frames stay as they are.</summary>
    [Range(64, 1920)]
    public int Side { get; init; } = 480;

    /// <summary>
    /// The most bytes of memory that small frames of this station take. Where more would be needed, frames around are given up.
    /// </summary>
    [Range(1_000_000.0, 4e9)]
    public long MaxBytes { get; init; } = 64_000_000;

    /// <summary>True when frames around are kept.</summary>
    internal bool IsOn => Before + After > 0;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Of square frames; others take less.
        long needed = (Before + After + 1L) * Side * Side * 3;
        if (IsOn && needed > MaxBytes)
        {
            yield return new ValidationResult(
                $"{Before + After + 1} frames of a longer side of {Side} take up to {needed} bytes; "
                + "raise MaxBytes to that or more, or lower Side.",
                [nameof(MaxBytes)]);
        }
    }
}
