using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Rules;

/// <summary>
/// The rules of a station, resolved against the tags of its model. Immutable: a change makes a new set, which takes over between two parts.
/// </summary>
public sealed class RuleSet
{
    private static readonly string[] UsualPassTags = ["ok", "good", "normal", "pass", "Negative"];

    private readonly TagRule[] _rules;
    private readonly FrozenDictionary<string, int> _index;
    private readonly bool _isClassifier;
    private readonly bool _passNeedsEvidence;

    private RuleSet(TagRule[] rules, bool isClassifier)
    {
        _rules = rules;
        _isClassifier = isClassifier;
        _index = rules.Select((rule, i) => KeyValuePair.Create(rule.Tag, i)).ToFrozenDictionary(StringComparer.Ordinal);
        _passNeedsEvidence = isClassifier && rules.Any(rule => rule.Passes);
    }

    private sealed record TagRule(
        string Tag, bool Passes, float Certain, float Threshold, float Possible, float MinimumArea, int RejectAtCount, int? RequiredCount);

    /// <summary>
    /// Resolves the settings against a model. Rules and pass tags must name tags that the model knows, for with a rule that never fires
    /// nobody inspects the part.
    /// </summary>
    /// <param name="options">Validated options.</param>
    /// <param name="model">The model whose predictions will be judged.</param>
    /// <param name="problems">What is wrong, a sentence each; empty when a set is returned.</param>
    public static RuleSet? Create(RuleOptions options, ModelIdentity model, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        string known = string.Join(", ", model.Tags);
        foreach ((string tag, TagRuleOptions rule) in options.Rules)
        {
            if (!model.Tags.Contains(tag, StringComparer.Ordinal))
                found.Add(
                    $"Rules:{tag}: the model '{model.Name}' has no tag '{tag}', so this rule would never fire. Its tags are: {known}.");
            else if (model.Kind == ModelKind.Classifier
                && (rule.RequiredCount is not null || rule.RejectAtCount != 1 || rule.MinimumArea > 0))
                found.Add($"Rules:{tag}: counts and areas need boxes, and the model '{model.Name}' is a classifier. Use Threshold only.");
        }
        foreach (string tag in options.PassTags ?? [])
        {
            if (!model.Tags.Contains(tag, StringComparer.Ordinal))
                found.Add($"PassTags: the model '{model.Name}' has no tag '{tag}'. Its tags are: {known}.");
        }
        problems = found;
        if (found.Count > 0)
            return null;

        var passTags = new HashSet<string>(options.PassTags ?? [.. model.Tags.Where(IsUsualPassTag)], StringComparer.Ordinal);
        TagRule[] rules = [.. model.Tags.Distinct(StringComparer.Ordinal).Select(tag => Resolve(tag, options, passTags))];
        return new RuleSet(rules, model.Kind == ModelKind.Classifier);
    }

    /// <summary>
    /// True for a tag that counts as a pass tag where the settings name none: the words of this field and of Custom Vision, in any case.
    /// </summary>
    public static bool IsUsualPassTag(string tag) => UsualPassTags.Contains(tag, StringComparer.OrdinalIgnoreCase);

    private static TagRule Resolve(string tag, RuleOptions options, HashSet<string> passTags)
    {
        TagRuleOptions own = options.Rules.GetValueOrDefault(tag) ?? new TagRuleOptions();
        double threshold = own.Threshold ?? options.Threshold;
        return new TagRule(
            tag,
            passTags.Contains(tag),
            (float)(threshold + options.UncertainBand),
            (float)threshold,
            (float)(threshold - options.UncertainBand),
            (float)own.MinimumArea,
            own.RejectAtCount,
            own.RequiredCount);
    }

    /// <summary>
    /// Judges one part. Where a classifier looked at several tiles, each tile is judged and the worst decides; only the predictions of the
    /// worst tile are left in the list, since a good tile says nothing of the part.
    /// </summary>
    /// <param name="predictions">In any order; those of a classifier's tile follow each other and have the tile as their box.</param>
    public Verdict JudgePart(List<Prediction> predictions)
    {
        ReadOnlySpan<Prediction> all = CollectionsMarshal.AsSpan(predictions);
        int count = _isClassifier ? CountOfTile(all) : all.Length;
        if (count == all.Length)
            return JudgePicture(all);
        Verdict worst = JudgePicture(all[..count]);
        int worstFrom = 0, worstCount = count;
        for (int from = count; from < all.Length; from += count)
        {
            count = CountOfTile(all[from..]);
            Verdict verdict = JudgePicture(all.Slice(from, count));
            if (IsWorse(verdict, worst))
                (worst, worstFrom, worstCount) = (verdict, from, count);
        }
        predictions.RemoveRange(worstFrom + worstCount, predictions.Count - worstFrom - worstCount);
        predictions.RemoveRange(0, worstFrom);
        return worst;
    }

    /// <summary>How many predictions at the beginning of the list belong to one tile.</summary>
    private static int CountOfTile(ReadOnlySpan<Prediction> predictions)
    {
        int count = 0;
        while (count < predictions.Length && predictions[count].BoundingBox == predictions[0].BoundingBox)
            count++;
        return count;
    }

    /// <summary>
    /// Whether a verdict is worse than another: a defect is worse than a doubt, a doubt worse than a pass; among equals the stronger defect
    /// or doubt, or the weaker pass, is worse.
    /// </summary>
    internal static bool IsWorse(in Verdict verdict, in Verdict than) =>
        verdict.Kind != than.Kind ? Rank(verdict.Kind) > Rank(than.Kind)
        : verdict.Kind == VerdictKind.Pass ? verdict.Probability < than.Probability
        : verdict.Probability > than.Probability;

    private static int Rank(VerdictKind kind) => kind switch
    {
        VerdictKind.Reject => 2,
        VerdictKind.Review => 1,
        _ => 0,
    };

    /// <summary>
    /// Judges predictions that belong together. Defects come first: a tag at or above threshold + band rejects, whatever else was seen;
    /// then a probability inside a band asks for a review; then a classifier with a pass tag must predict that tag at its threshold, or a
    /// review is asked for, since nothing speaks for the part.
    /// </summary>
    /// <param name="predictions">In any order.</param>
    public Verdict JudgePicture(ReadOnlySpan<Prediction> predictions)
    {
        Span<int> certain = _rules.Length <= 128 ? stackalloc int[_rules.Length] : new int[_rules.Length];
        Span<int> possible = _rules.Length <= 128 ? stackalloc int[_rules.Length] : new int[_rules.Length];
        Span<float> best = _rules.Length <= 128 ? stackalloc float[_rules.Length] : new float[_rules.Length];
        certain.Clear();
        possible.Clear();
        best.Clear();
        foreach (Prediction prediction in predictions)
        {
            if (!_index.TryGetValue(prediction.TagName, out int tag))
                continue;
            TagRule rule = _rules[tag];
            if (prediction.Area < rule.MinimumArea)
                continue;
            best[tag] = Math.Max(best[tag], prediction.Probability);
            if (prediction.Probability >= rule.Certain)
                certain[tag]++;
            if (prediction.Probability >= rule.Possible)
                possible[tag]++;
        }
        return Worst(certain, possible, best);
    }

    private Verdict Worst(ReadOnlySpan<int> certain, ReadOnlySpan<int> possible, ReadOnlySpan<float> best)
    {
        int rejecting = -1, doubtful = -1, passing = -1;
        for (int i = 0; i < _rules.Length; i++)
        {
            TagRule rule = _rules[i];
            if (rule.Passes)
            {
                if (certain[i] > 0 && (passing < 0 || best[i] > best[passing]))
                    passing = i;
                continue;
            }
            bool rejects, doubts;
            if (rule.RequiredCount is { } required)
            {
                // If the certain boxes alone exceed the number, or all possible boxes fall short of it, the part is wrong however the band
                // is read.
                rejects = certain[i] > required || possible[i] < required;
                doubts = certain[i] != required || possible[i] != required;
            }
            else
            {
                rejects = certain[i] >= rule.RejectAtCount;
                doubts = possible[i] >= rule.RejectAtCount;
            }
            if (rejects && (rejecting < 0 || best[i] > best[rejecting]))
                rejecting = i;
            else if (doubts && (doubtful < 0 || best[i] > best[doubtful]))
                doubtful = i;
        }

        if (rejecting >= 0)
            return Because(VerdictKind.Reject, rejecting, certain[rejecting], best[rejecting]);
        if (doubtful >= 0)
            return Because(VerdictKind.Review, doubtful, possible[doubtful], best[doubtful]);
        if (_passNeedsEvidence && passing < 0)
            return NothingSpeaksForThePart(best);
        int told = passing >= 0 ? passing : Highest(best);
        return best[told] > 0
            ? new Verdict(VerdictKind.Pass, NoneReason.NotNone, null, _rules[told].Tag, best[told])
            : new Verdict(VerdictKind.Pass, NoneReason.NotNone, null, null, 0);
    }

    private Verdict Because(VerdictKind kind, int tag, int count, float probability)
    {
        TagRule rule = _rules[tag];
        string why = rule switch
        {
            { RequiredCount: { } required } =>
                string.Create(CultureInfo.InvariantCulture, $"{rule.Tag}: {count} found, {required} required"),
            { RejectAtCount: > 1 } =>
                string.Create(CultureInfo.InvariantCulture, $"{rule.Tag}: {count} found, {rule.RejectAtCount} reject"),
            _ when kind == VerdictKind.Review =>
                string.Create(CultureInfo.InvariantCulture, $"{rule.Tag} {probability:0.00} is close to {rule.Threshold:0.00}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{rule.Tag} {probability:0.00} ≥ {rule.Threshold:0.00}"),
        };
        return new Verdict(kind, NoneReason.NotNone, why, rule.Tag, probability);
    }

    private Verdict NothingSpeaksForThePart(ReadOnlySpan<float> best)
    {
        int top = Highest(best);
        return new Verdict(
            VerdictKind.Review,
            NoneReason.NotNone,
            string.Create(CultureInfo.InvariantCulture, $"no tag reached its threshold; the highest is {_rules[top].Tag} {best[top]:0.00}"),
            _rules[top].Tag,
            best[top]);
    }

    private static int Highest(ReadOnlySpan<float> best)
    {
        int top = 0;
        for (int i = 1; i < best.Length; i++)
        {
            if (best[i] > best[top])
                top = i;
        }
        return top;
    }
}
