using System.Globalization;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>One difference between the rules of a changed settings file and the rules before.</summary>
/// <param name="Tag">The tag that the difference is about; null: all tags without a rule of their own.</param>
/// <param name="Threshold">
/// For a threshold: the new one; null: the tag has no threshold of its own any more, or the difference is about something else.
/// </param>
/// <param name="Words">Setting, old value and new value, such as <c>Rules:scratch:Threshold 0.5 → 0.35</c>.</param>
internal sealed record RuleDifference(string? Tag, double? Threshold, string Words)
{
    /// <summary>All differences; those for all tags come first, the others in the order of the tags' names.</summary>
    public static IReadOnlyList<RuleDifference> Between(RuleOptions before, RuleOptions now)
    {
        var found = new List<RuleDifference>();
        Add(found, null, nameof(RuleOptions.Threshold), before.Threshold, now.Threshold, now.Threshold);
        Add(found, null, nameof(RuleOptions.UncertainBand), before.UncertainBand, now.UncertainBand);
        Add(found, null, nameof(RuleOptions.PassTags), Show(before.PassTags), Show(now.PassTags));
        var none = new TagRuleOptions();
        foreach (string tag in before.Rules.Keys.Union(now.Rules.Keys).Order(StringComparer.Ordinal))
        {
            TagRuleOptions old = before.Rules.GetValueOrDefault(tag) ?? none, own = now.Rules.GetValueOrDefault(tag) ?? none;
            string rule = $"{nameof(RuleOptions.Rules)}:{tag}:";
            Add(found, tag, rule + nameof(old.Threshold), old.Threshold, own.Threshold, own.Threshold);
            Add(found, tag, rule + nameof(old.MinimumArea), old.MinimumArea, own.MinimumArea);
            Add(found, tag, rule + nameof(old.RejectAtCount), old.RejectAtCount, own.RejectAtCount);
            Add(found, tag, rule + nameof(old.RequiredCount), old.RequiredCount, own.RequiredCount);
        }
        return found;
    }

    private static void Add(List<RuleDifference> found, string? tag, string setting, object? before, object? now, double? threshold = null)
    {
        if (!Equals(before, now))
            found.Add(new RuleDifference(tag, threshold, $"{setting} {Show(before)} → {Show(now)}"));
    }

    private static string Show(object? value) => value switch
    {
        null => "not set",
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string? Show(IReadOnlyList<string>? tags) => tags is null ? null : tags.Count == 0 ? "none" : string.Join(", ", tags);
}
