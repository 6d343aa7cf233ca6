namespace EdgeInspector.Inspection.Rules;

/// <summary>The rules of a station: those of its settings, under the thresholds that were commanded.</summary>
/// <param name="Settings">What the settings say.</param>
/// <param name="Commanded">Thresholds in place of those of the settings, at most one for each tag.</param>
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

    /// <summary>What the settings say of a tag's threshold; null when they name none for it.</summary>
    /// <param name="tag">The tag; null: all tags without a threshold of their own.</param>
    public double? InSettings(string? tag) => tag is null ? Settings.Threshold : Settings.Rules.GetValueOrDefault(tag)?.Threshold;

    /// <summary>
    /// True while a commanded threshold holds: whoever changes the same threshold in the settings later has the last word.
    /// </summary>
    public bool StillHolds(CommandedThreshold one) => one.InSettings == InSettings(one.Tag);
}
