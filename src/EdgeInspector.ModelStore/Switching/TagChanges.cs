using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>How the tags of a new model differ from those of the running model.</summary>
/// <param name="Added">Tags that only the new model has: each counts as a defect unless it is a pass tag.</param>
/// <param name="Removed">Tags that the new model no longer has.</param>
/// <param name="Renamed">Tags that stand in the same place under another name.</param>
public sealed record TagChanges(
    IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<(string Before, string After)> Renamed)
{
    /// <summary>True when the tags are the same, in any order.</summary>
    public bool IsNone => Added.Count + Removed.Count + Renamed.Count == 0;

    /// <summary>Compares the tags of two models.</summary>
    public static TagChanges Between(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        List<string> removed = [.. before.Except(after, StringComparer.Ordinal)];
        List<string> added = [.. after.Except(before, StringComparer.Ordinal)];
        var renamed = new List<(string, string)>();
        if (before.Count == after.Count)
        {
            for (int i = 0; i < before.Count; i++)
            {
                if (removed.Contains(before[i]) && added.Contains(after[i]))
                    renamed.Add((before[i], after[i]));
            }
            foreach ((string was, string now) in renamed)
            {
                removed.Remove(was);
                added.Remove(now);
            }
        }
        return new TagChanges(added, removed, renamed);
    }

    /// <summary>The changes in a sentence.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Renamed.Count > 0)
            parts.Add($"renamed: {string.Join(", ", Renamed.Select(r => $"{r.Before} to {r.After}"))}");
        if (Added.Count > 0)
            parts.Add($"added: {string.Join(", ", Added)}");
        if (Removed.Count > 0)
            parts.Add($"removed: {string.Join(", ", Removed)}");
        return parts.Count == 0
            ? "The tags are the same."
            : $"The tags differ from those of the package that runs; {string.Join("; ", parts)}.";
    }

    /// <summary>
    /// What would silently no longer be inspected if the new model took over: rules and pass tags of the settings that the new model does
    /// not know, and default pass tags that the earlier model had.
    /// </summary>
    /// <param name="options">The station's rules.</param>
    /// <param name="before">The tags of the classifier that runs; null for the first model, and after a detector.</param>
    /// <param name="after">The new model.</param>
    /// <returns>A sentence each.</returns>
    public static IReadOnlyList<string> Dead(RuleOptions options, IReadOnlyList<string>? before, ModelIdentity after)
    {
        RuleSet.Create(options, after, out IReadOnlyList<string> problems);
        List<string> dead = [.. problems];
        if (options.PassTags is null && before is not null && after.Kind == ModelKind.Classifier)
        {
            List<string> lost = [.. before.Where(tag => RuleSet.IsUsualPassTag(tag) && !after.Tags.Contains(tag))];
            if (lost.Count > 0 && !after.Tags.Any(RuleSet.IsUsualPassTag))
            {
                dead.Add(
                    $"PassTags: the model '{after.Name}' has no tag '{lost[0]}', which spoke for good parts so far, "
                    + "so that anything without a known defect would pass. "
                    + $"Its tags are: {string.Join(", ", after.Tags)}. Name its pass tag in PassTags.");
            }
        }
        return dead;
    }

    /// <summary>The rules without those that the model does not know.</summary>
    public static RuleOptions WithoutDead(RuleOptions options, ModelIdentity model) => new()
    {
        Threshold = options.Threshold,
        UncertainBand = options.UncertainBand,
        PassTags = options.PassTags is null ? null : [.. options.PassTags.Where(tag => model.Tags.Contains(tag, StringComparer.Ordinal))],
        Rules = options.Rules
            .Where(rule => model.Tags.Contains(rule.Key, StringComparer.Ordinal) &&
                (model.Kind == ModelKind.Detector
                    || (rule.Value.RequiredCount is null && rule.Value.RejectAtCount == 1 && rule.Value.MinimumArea <= 0)))
            .ToDictionary(rule => rule.Key, rule => rule.Value, StringComparer.Ordinal),
    };
}
