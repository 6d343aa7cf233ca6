using System.Text.Json;
using EdgeInspector.Delivery.History;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Web.Console.WhatIf;

/// <summary>
/// Parts of a time with the highest probability of each tag, to be judged by other thresholds. Parts without a prediction (paused, no
/// picture) are left out: no threshold changes them.
/// </summary>
internal sealed class WhatIfParts
{
    /// <summary>So many parts at most, the newest.</summary>
    public const int Most = 20_000;

    private WhatIfParts(IReadOnlyList<WhatIfPart> parts, int ofOthers, bool isCut) => (Parts, OfOthers, IsCut) = (parts, ofOthers, isCut);

    /// <summary>The parts that the model judged, the newest first.</summary>
    public IReadOnlyList<WhatIfPart> Parts { get; }

    /// <summary>Parts that another model judged, which say nothing of this one.</summary>
    public int OfOthers { get; }

    /// <summary>True when there were more parts than are looked at.</summary>
    public bool IsCut { get; }

    /// <summary>Reads the parts of a station.</summary>
    /// <param name="history">The history.</param>
    /// <param name="station">The station.</param>
    /// <param name="package">The model whose parts are looked at, by its package's hash.</param>
    /// <param name="since">From then on.</param>
    public static WhatIfParts Read(HistoryReader history, string station, string package, DateTimeOffset since)
    {
        var parts = new List<WhatIfPart>();
        int all = 0, ofOthers = 0;
        foreach (PastPart part in history.Parts(new HistoryQuery(since, Station: station), Most))
        {
            all++;
            if (part.Package is null || part.IsChallenge)
                continue;
            if (part.Package == package)
                parts.Add(new WhatIfPart(part.Id, part.Part, part.At, part.Verdict, PredictionsOf(part.Tags)));
            else
                ofOthers++;
        }
        return new WhatIfParts(parts, ofOthers, all == Most);
    }

    /// <summary>How many parts there are in each of so many equal steps of a tag's probability.</summary>
    public int[] Histogram(string tag, int steps)
    {
        int[] counts = new int[steps];
        foreach (WhatIfPart part in Parts)
            counts[Math.Min(steps - 1, (int)(part.ProbabilityOf(tag) * steps))]++;
        return counts;
    }

    /// <summary>
    /// The parts that other rules would judge otherwise. Both are judged from what is remembered, so that only the difference of the rules
    /// counts.
    /// </summary>
    public IReadOnlyList<WhatIfChange> Changes(RuleSet now, RuleSet then)
    {
        var changes = new List<WhatIfChange>();
        foreach (WhatIfPart part in Parts)
        {
            VerdictKind before = now.JudgePicture(part.Predictions).Kind, after = then.JudgePicture(part.Predictions).Kind;
            if (before != after)
                changes.Add(new WhatIfChange(part, before, after));
        }
        return changes;
    }

    private static Prediction[] PredictionsOf(string tags)
    {
        try
        {
            return
            [
                .. JsonSerializer.Deserialize<Dictionary<string, double>>(tags)!
                    .Select(tag => new Prediction(tag.Key, (float)tag.Value)),
            ];
        }
        catch (JsonException)
        {
            // Somebody edited the file; the part then has no prediction.
            return [];
        }
    }
}

/// <summary>A part of the past.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Part">The part's id.</param>
/// <param name="At">When the part was here.</param>
/// <param name="Verdict">The verdict that it got.</param>
/// <param name="Predictions">The highest probability of each tag.</param>
internal sealed record WhatIfPart(Guid Id, string Part, DateTimeOffset At, VerdictKind Verdict, Prediction[] Predictions)
{
    /// <summary>The tag's highest probability, 0 where the model did not see it.</summary>
    public float ProbabilityOf(string tag) => Predictions.FirstOrDefault(one => one.TagName == tag).Probability;
}

/// <summary>A part that other rules would judge otherwise.</summary>
/// <param name="Part">The part.</param>
/// <param name="Before">By the rules in force.</param>
/// <param name="After">By the other rules.</param>
internal sealed record WhatIfChange(WhatIfPart Part, VerdictKind Before, VerdictKind After);
