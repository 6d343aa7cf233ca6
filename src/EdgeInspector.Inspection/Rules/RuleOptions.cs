using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Rules;

/// <summary>What turns predictions into a verdict. Every value may change while the station runs.</summary>
public record RuleOptions : IValidatableObject
{
    /// <summary>Probability from which a tag counts, unless its own rule says otherwise.</summary>
    [Range(0.0, 1.0)]
    public double Threshold { get; init; } = 0.5;

    /// <summary>
    /// Half the width of the uncertain band: a probability closer to its threshold than this yields the verdict review. 0 turns the band
    /// off.
    /// </summary>
    [Range(0.0, 0.5)]
    public double UncertainBand { get; init; }

    /// <summary>
    /// Tags that speak for the part; all others are defects. A classifier that knows such a tag must give it its threshold before a part
    /// passes. Not set: <c>ok</c>, <c>good</c>, <c>normal</c>, <c>pass</c> and <c>Negative</c>, as far as the model knows them, in whatever
    /// case.
    /// </summary>
    public IReadOnlyList<string>? PassTags { get; init; }

    /// <summary>Rules of their own for single tags.</summary>
    public Dictionary<string, TagRuleOptions> Rules { get; init; } = [];

    /// <inheritdoc />
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach ((string tag, TagRuleOptions rule) in Rules)
        {
            if (rule.RequiredCount is not null && PassTags?.Contains(tag) == true)
            {
                yield return new ValidationResult(
                    $"The tag '{tag}' is a pass tag and has a RequiredCount; take it out of PassTags, "
                    + "a required component needs no other mark.",
                    [nameof(PassTags)]);
            }
        }
    }
}
