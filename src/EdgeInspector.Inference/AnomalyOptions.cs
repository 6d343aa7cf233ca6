using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inference;

/// <summary>
/// What turns the raw scores of an anomaly detector into 0..1, where the network does not: (score − Threshold) / (Maximum − Minimum) + 0.5,
/// cut to 0..1, as Anomalib's min-max normalisation does. The numbers lie in the <c>metadata.json</c> of an older Anomalib export.
/// </summary>
public sealed record AnomalyOptions : IValidatableObject
{
    /// <summary>The score from which on a picture is anomalous; becomes the probability 0.5.</summary>
    public required double Threshold { get; init; }

    /// <summary>The lowest score that was met in training.</summary>
    public required double Minimum { get; init; }

    /// <summary>The highest score that was met in training.</summary>
    public required double Maximum { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!double.IsFinite(Threshold) || !double.IsFinite(Minimum) || !double.IsFinite(Maximum) || Maximum <= Minimum)
            yield return new ValidationResult(
                "Threshold, Minimum and Maximum must be finite, and Maximum above Minimum.", [nameof(Maximum)]);
    }
}
