using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Retrying;

namespace EdgeInspector.Capture;

/// <summary>The pauses before a failed camera is opened again; each is twice the one before, varied by up to a fifth.</summary>
public sealed record ReopenOptions : IValidatableObject
{
    /// <summary>The pause after the first failure.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Max { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For a camera; a fifth of variation, so that many cameras do not return together.</summary>
    internal BackOff NewPauses() => new(First, Max, 0.8, 1.2);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Max < First)
            yield return new ValidationResult($"The longest pause ({Max}) is shorter than the first ({First}).", [nameof(Max)]);
    }
}
