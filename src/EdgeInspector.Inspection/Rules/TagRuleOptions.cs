using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Rules;

/// <summary>What one tag means for the verdict. What is not set comes from the station.</summary>
public sealed record TagRuleOptions : IValidatableObject
{
    /// <summary>Probability from which the tag counts; the station's Threshold where not set.</summary>
    [Range(0.0, 1.0)]
    public double? Threshold { get; init; }

    /// <summary>For detectors: boxes that cover less than this share of the frame do not count.</summary>
    [Range(0.0, 1.0)]
    public double MinimumArea { get; init; }

    /// <summary>For detectors: how many boxes that count make the part a reject.</summary>
    [Range(1, 1000)]
    public int RejectAtCount { get; init; } = 1;

    /// <summary>
    /// For detectors that find the components of a part rather than its defects: the part must show exactly this many,
    /// fewer or more make it a reject.
    /// </summary>
    [Range(0, 1000)]
    public int? RequiredCount { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RequiredCount is not null && RejectAtCount != 1)
        {
            yield return new ValidationResult(
                "RequiredCount and RejectAtCount exclude each other: "
                + "a tag is either a component that must be there or a defect that must not.",
                [nameof(RequiredCount)]);
        }
    }
}
