namespace EdgeInspector.Inspection.Rules;

/// <summary>The rules of a station: the rules of its settings with the commanded thresholds laid over them.</summary>
/// <param name="Settings">What the settings say.</param>
/// <param name="Commanded">Thresholds that replace those of the settings, at most one for each tag.</param>
public sealed record StationRules(RuleOptions Settings, IReadOnlyList<CommandedThreshold> Commanded)
{
    /// <summary>The rules in force.</summary>
    public RuleOptions InForce
    {
        get
        {
            var rules = new Dictionary<string, TagRuleOptions>(Settings.Rules, StringComparer.Ordinal);
            double all = Settings.Threshold;
            foreach (CommandedThreshold one in Commanded)
            {
                if (one.Tag is null)
                    all = one.Threshold;
                else
                    rules[one.Tag] = (rules.GetValueOrDefault(one.Tag) ?? new TagRuleOptions()) with { Threshold = one.Threshold };
            }
            return Settings with { Threshold = all, Rules = rules };
        }
    }

    /// <summary>The threshold of a tag in the settings; null when the settings name none for the tag.</summary>
    /// <param name="tag">The tag; null: all tags without a threshold of their own.</param>
    public double? InSettings(string? tag) => tag is null ? Settings.Threshold : Settings.Rules.GetValueOrDefault(tag)?.Threshold;

    /// <summary>
    /// True while a commanded threshold still holds: a later change of the same threshold in the settings has the last word.
    /// </summary>
    public bool StillHolds(CommandedThreshold one) => one.InSettings == InSettings(one.Tag);
}
