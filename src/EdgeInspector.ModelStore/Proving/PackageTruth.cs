using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>The tags of a package, and what they mean for a part.</summary>
public sealed class PackageTruth
{
    private readonly Dictionary<string, int> _index;

    /// <param name="model">The package's tags.</param>
    /// <param name="rules">The station's rules; null: the defaults.</param>
    public PackageTruth(ModelIdentity model, RuleOptions? rules)
    {
        rules ??= new RuleOptions();
        Tags = model.Tags;
        IsClassifier = model.Kind == ModelKind.Classifier;
        _index = model.Tags.Select((tag, i) => (tag, i)).ToDictionary(pair => pair.tag, pair => pair.i, StringComparer.Ordinal);
        PassTags = [.. model.Tags.Where(tag => rules.PassTags?.Contains(tag, StringComparer.Ordinal) ?? RuleSet.IsUsualPassTag(tag))];
        Defects = [.. model.Tags.Except(PassTags)];
        Thresholds = [.. model.Tags.Select(tag => (float)(rules.Rules.GetValueOrDefault(tag)?.Threshold ?? rules.Threshold))];
    }

    /// <summary>All tags in the order of the network's outputs.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>False for a detector.</summary>
    public bool IsClassifier { get; }

    /// <summary>The tags that speak for a part, which a good part shows. Empty: a good part shows none of the tags.</summary>
    public IReadOnlyList<string> PassTags { get; }

    /// <summary>All tags that are not pass tags.</summary>
    public IReadOnlyList<string> Defects { get; }

    /// <summary>From which probability each tag counts.</summary>
    public IReadOnlyList<float> Thresholds { get; }

    /// <summary>The place of a tag; -1: the package does not have the tag.</summary>
    public int IndexOf(string tag) => _index.GetValueOrDefault(tag, -1);

    /// <summary>The tag that a person means, who may have used other capitals; null: none, or more than one.</summary>
    public string? Find(string name)
    {
        if (_index.ContainsKey(name))
            return name;
        List<string> alike = [.. Tags.Where(tag => tag.Equals(name, StringComparison.OrdinalIgnoreCase))];
        return alike is [{ } only] ? only : null;
    }
}
