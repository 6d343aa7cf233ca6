using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Tests.Stations;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Tests.Rules;

public sealed class PageRulesTests : IDisposable
{
    private static readonly string[] Tags = ["ok", "scratch"];

    private readonly FramePool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.InUse);
        _pool.Dispose();
    }

    [Fact]
    public void One_picture_is_judged_as_it_is()
    {
        (Verdict verdict, List<Prediction> predictions, _, int decided) = Judge(1);
        Assert.Equal((VerdictKind.Reject, "scratch 0.90 ≥ 0.50", 1), (verdict.Kind, verdict.Rule, decided));
        Assert.Equal("scratch", Assert.Single(predictions).TagName);
    }

    [Fact]
    public void The_worst_page_decides_and_is_named()
    {
        (Verdict verdict, List<Prediction> predictions, PredictionTiming timing, int decided) = Judge(0, 1, 0);
        Assert.Equal((VerdictKind.Reject, "page 2 of 3: scratch 0.90 ≥ 0.50", 2), (verdict.Kind, verdict.Rule, decided));
        Assert.Equal("scratch", Assert.Single(predictions).TagName);
        Assert.Equal(TimeSpan.FromMilliseconds(18), timing.Total);
    }

    [Fact]
    public void A_part_passes_when_all_its_pages_do()
    {
        (Verdict verdict, _, _, _) = Judge(0, 0);
        Assert.Equal((VerdictKind.Pass, null), (verdict.Kind, verdict.Rule));
    }

    private (Verdict Verdict, List<Prediction> Predictions, PredictionTiming Timing, int Decided) Judge(params int[] pages)
    {
        Frame? first = null, last = null;
        for (int index = 0; index < pages.Length; index++)
        {
            Frame page = _pool.Rent(8, 8);
            page.Writable.Clear();
            page.Writable[0] = (byte)pages[index];
            page.Writable[1] = (byte)(index + 1);
            first ??= page;
            last?.Append(page);
            last = page;
        }
        using var generation = new CallbackGeneration(frame => new Prediction(Tags[frame.Pixels[0]], 0.9f));
        List<Prediction> predictions = [];
        RuleSet rules = RuleSet.Create(new RuleOptions(), generation.Model, out _)!;
        Verdict verdict = PageRules.Judge(generation, rules, first!, predictions, null, out PredictionTiming timing, out Frame decided);
        int number = decided.Pixels[1];
        first!.Release();
        return (verdict, predictions, timing, number);
    }
}
