using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>The rules of the settings under thresholds that were commanded.</summary>
internal static class CommandedRules
{
    /// <summary>What the settings say of a tag's threshold (null as tag: of all tags without one of their own); null when they name none for it.</summary>
    public static double? ThresholdOf(string? tag, RuleOptions settings) =>
        tag is null ? settings.Threshold : settings.Rules.GetValueOrDefault(tag)?.Threshold;

    /// <summary>The settings with the commanded thresholds in place of their own.</summary>
    public static RuleOptions On(RuleOptions settings, IReadOnlyList<CommandedThreshold> commanded)
    {
        var rules = new Dictionary<string, TagRuleOptions>(settings.Rules, StringComparer.Ordinal);
        double all = settings.Threshold;
        foreach (CommandedThreshold one in commanded)
        {
            if (one.Tag is null)
                all = one.Threshold;
            else
                rules[one.Tag] = (rules.GetValueOrDefault(one.Tag) ?? new TagRuleOptions()) with { Threshold = one.Threshold };
        }
        return settings with { Threshold = all, Rules = rules };
    }

    /// <summary>Those that still hold: whoever changes the same threshold in the settings later has the last word.</summary>
    public static IReadOnlyList<CommandedThreshold> StillHolding(RuleOptions settings, IReadOnlyList<CommandedThreshold> commanded) =>
        [.. commanded.Where(one => one.InSettings == ThresholdOf(one.Tag, settings))];
}
