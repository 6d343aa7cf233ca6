using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>When a model that has just taken over is given up again by the agent itself.</summary>
public sealed record ProbationOptions : IValidatableObject
{
    /// <summary>How many parts a new model is watched for; 0: not at all.</summary>
    [Range(0, 1_000_000)]
    public int Parts { get; init; } = 50;

    /// <summary>
    /// How many of them may end without a verdict because of the model (<c>none</c> for <c>model</c>, <c>deadline</c> or <c>overload</c>).
    /// </summary>
    [Range(0, 1_000_000)]
    public int Errors { get; init; } = 2;

    /// <summary>A smaller share of rejects among them is suspicious, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double LowestRejectRate { get; init; }

    /// <summary>A larger share of rejects among them is suspicious, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double HighestRejectRate { get; init; } = 1;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LowestRejectRate > HighestRejectRate)
            yield return new ValidationResult("LowestRejectRate must not be above HighestRejectRate.", [nameof(LowestRejectRate)]);
    }
}
