using EdgeInspector.Delivery.History;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Web.Console.WhatIf;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Web.Tests.Console;

/// <summary>What other thresholds would have said of remembered parts is what the rules say of their predictions.</summary>
public sealed class WhatIfPartsTests : IDisposable
{
    private static readonly ModelIdentity Model =
        new("m", new string('a', 64), null, ModelKind.Classifier, ["ok", "scratch", "dent"], "cpu");

    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddMinutes(-30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_that_another_threshold_changes_are_found_and_no_others()
    {
        var random = new Random(7);
        InspectedPart[] parts = [.. Enumerable.Range(0, 300).Select(i => Part(i, random.NextSingle(), random.NextSingle()))];
        WhatIfParts read = Remember(parts);
        Assert.Equal(300, read.Parts.Count);
        RuleSet now = Rules(0.5), then = Rules(0.8);
        string[] expected = [.. parts
            .Where(part => now.JudgePicture([.. part.Predictions]).Kind != then.JudgePicture([.. part.Predictions]).Kind)
            .Select(part => part.Part).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, read.Changes(now, then).Select(change => change.Part.Part).Order(StringComparer.Ordinal));
        Assert.NotEmpty(expected);
        Assert.Equal(300, read.Histogram("scratch", 50).Sum());
        Assert.Equal(parts.Count(part => part.Predictions[1].Probability < 0.02f), read.Histogram("scratch", 50)[0]);
        Assert.Empty(read.Changes(now, Rules(0.5)));
    }

    private WhatIfParts Remember(InspectedPart[] parts)
    {
        using (var writer = new HistoryWriter(_folder.Path, new HistoryOptions(), TimeProvider.System, NullLogger<HistoryWriter>.Instance))
        {
            writer.Start();
            foreach (InspectedPart part in parts)
                writer.Add(part);
        }
        using HistoryReader history = HistoryReader.Open(_folder.Path)!;
        Assert.Equal("part-17", history.Part(parts[17].Id)!.Part);
        Assert.Null(history.Part(Guid.CreateVersion7()));
        WhatIfParts others = WhatIfParts.Read(history, "weld-3", new string('b', 64), Start.AddMinutes(-1));
        Assert.Equal((0, parts.Length, false), (others.Parts.Count, others.OfOthers, others.IsCut));
        return WhatIfParts.Read(history, "weld-3", Model.Package, Start.AddMinutes(-1));
    }

    private static RuleSet Rules(double scratch) => RuleSet.Create(
        new RuleOptions { Rules = new Dictionary<string, TagRuleOptions> { ["scratch"] = new() { Threshold = scratch } } }, Model, out _)!;

    // Probabilities as they are remembered, so that both sides judge the same numbers.
    private static InspectedPart Part(int i, float scratch, float dent) => new()
    {
        Id = Guid.CreateVersion7(Start.AddSeconds(i)),
        Station = "weld-3",
        Part = $"part-{i}",
        Sequence = i,
        TriggeredAt = Start.AddSeconds(i),
        VerdictAt = Start.AddSeconds(i),
        Verdict = new Verdict(VerdictKind.Pass, NoneReason.NotNone, null, null, 0),
        Action = GateAction.Pass,
        Signal = SignalOutcome.Sent,
        Predictions =
        [
            new("ok", MathF.Round(1 - scratch, 4)), new("scratch", MathF.Round(scratch, 4)), new("dent", MathF.Round(dent / 4, 4)),
        ],
        Model = Model,
        TriggerToSignal = TimeSpan.FromMilliseconds(20),
    };
}
