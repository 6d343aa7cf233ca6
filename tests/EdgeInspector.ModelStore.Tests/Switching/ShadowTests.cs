using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Tests.Support;

namespace EdgeInspector.ModelStore.Tests.Switching;

/// <summary>A candidate runs beside the active package, on the same parts, without a say.</summary>
public sealed class ShadowTests : IDisposable
{
    private static readonly ModelOrigin Somebody = new("command line", "operator", "shift change");

    private readonly StoreBench _store = new();
    private readonly string _a, _b;

    public ShadowTests() => (_a, _b) = (_store.Package("a"), _store.Package("b"));

    public void Dispose() => _store.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_candidate_in_the_shadow_judges_live_parts_decides_nothing_and_leaves_a_report()
    {
        await using var bench = new ModelBench(
            _store, _a, options => options with { Shadow = new ShadowOptions { First = true, Parts = 5, CpuShare = 1 } });
        string before = bench.Models.Running.Package;
        (SwitchOutcome outcome, _) = await bench.TakeAsync(_b);
        Assert.Contains("in the shadow", outcome.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () =>
            {
                Assert.Equal(before, bench.Inspect().Model!.Package);
                return bench.News.Any(change => change.Kind == ModelChangeKind.Shadowed);
            },
            () => "The run did not end.");
        string report = Path.Combine(Assert.Single(Directory.EnumerateDirectories(bench.Folders.Shadow)), "report.json");
        ShadowReport read = StoreJson.Read<ShadowReport>(report)!;
        // The same network: no part may differ.
        Assert.Equal((5, 0, 0), (read.Judged, read.Different, read.Failed));
        Assert.Null(bench.Models.Shadowed);
    }

    [Fact]
    public async Task A_shadow_run_shows_how_far_it_is_while_it_lasts_and_on_disk_that_there_is_one()
    {
        await using var bench = new ModelBench(
            _store, _a, options => options with { Shadow = new ShadowOptions { First = true, Parts = 5, CpuShare = 1 } });
        int changes = 0;
        bench.Models.BesideChanged += () => Interlocked.Increment(ref changes);
        Assert.Null(bench.Models.Shadow);
        await bench.TakeAsync(_b);
        ShadowProgress began = bench.Models.Shadow!;
        Assert.Equal(("b", 0, 5, 1), (began.Package.Name, began.Judged, began.Of, changes));
        ActivePackage onDisk = ActiveFile.Peek(bench.Folders)["s1"];
        Assert.Equal(
            (began.Package.Hash, "b", began.Since, 5), (onDisk.Shadow!.Package, onDisk.Shadow.Name, onDisk.Shadow.At, onDisk.Shadow.Parts));
        bench.Inspect();
        await Eventually.TrueAsync(
            () => bench.Models.Shadow is { Judged: 1, Different: 0, Failed: 0 }, () => $"{bench.Models.Shadow}");
        await Eventually.TrueAsync(
            () =>
            {
                bench.Inspect();
                return bench.News.Any(change => change.Kind == ModelChangeKind.Shadowed);
            },
            () => "The run did not end.");
        Assert.Null(bench.Models.Shadow);
        Assert.Null(ActiveFile.Peek(bench.Folders)["s1"].Shadow);
        Assert.Equal(2, changes);
    }

    [Fact]
    public async Task A_shadow_run_of_an_agent_that_was_killed_is_over_at_the_next_start()
    {
        await using (var bench = new ModelBench(_store, _a))
        {
            var shadow = new ShadowStart(new string('a', 64), "b", null, DateTimeOffset.UtcNow, 200);
            bench.Active.Update("s1", state => state with { Shadow = shadow });
        }
        await using var again = new ModelBench(_store, _a);
        Assert.Null(again.Active["s1"].Shadow);
    }

    [Fact]
    public async Task A_candidate_that_may_not_run_in_the_shadow_is_told_as_refused()
    {
        var rules = new RuleOptions { Rules = new() { ["scratch"] = new() } };
        await using var bench = new ModelBench(_store, _a, options => options with { Rules = rules });
        StoredPackage other = StoreBench.Add(bench.Store, StoreBench.Rename(_store.Package("c"), "scratch", "cut"));
        SwitchOutcome outcome = await bench.Models.ShadowAsync(other, Somebody, (_, _) => { }, bench.Folders, Stop);
        Assert.False(outcome.IsDone);
        Assert.Equal((other.Hash, string.Join(" ", outcome.Problems)), (bench.Models.Refused!.Package, bench.Models.Refused.Why));
        Assert.Contains(bench.News, change => change.Kind == ModelChangeKind.Refused);
    }

    [Fact]
    public async Task A_candidate_that_agrees_becomes_active_by_itself_where_that_is_wanted()
    {
        await using var bench = new ModelBench(
            _store,
            _a,
            options => options with { Shadow = new ShadowOptions { First = true, Parts = 3, CpuShare = 1, ActivateBelow = 0 } });
        await bench.TakeAsync(_b);
        await Eventually.TrueAsync(
            () =>
            {
                bench.Inspect();
                return bench.News.Any(change => change is { Kind: ModelChangeKind.Activated, From: "agent" });
            },
            () => "It did not become active.");
        Assert.Equal("b", bench.Models.Running.Name);
    }

    [Fact]
    public async Task A_candidate_that_disagrees_leaves_the_parts_with_their_pictures_and_does_not_become_active()
    {
        await using var bench = new ModelBench(
            _store,
            _a,
            options => options with { Shadow = new ShadowOptions { Parts = 3, CpuShare = 1, ActivateBelow = 0.5, MostPictures = 2 } });
        InspectedPart usual = bench.Inspect();
        // The same network, in which the tag that it sees and another one have changed places.
        string seen = usual.Predictions[0].TagName, other = seen == "ok" ? "dent" : "ok";
        StoredPackage mixed = StoreBench.Add(
            bench.Store, StoreBench.Rename(
                StoreBench.Rename(StoreBench.Rename(_store.Package("mixed"), seen, "?"), other, seen), "?", other));
        Assert.True((await bench.Desk.ShadowAsync(null, mixed.Hash, Somebody, Stop)).IsDone);
        await Eventually.TrueAsync(
            () =>
            {
                Assert.Equal(usual.Verdict.Kind, bench.Inspect().Verdict.Kind);
                return bench.News.Any(change => change.Kind == ModelChangeKind.Shadowed);
            },
            () => "The run did not end.");
        string folder = Assert.Single(Directory.EnumerateDirectories(bench.Folders.Shadow));
        ShadowReport report = StoreJson.Read<ShadowReport>(Path.Combine(folder, "report.json"))!;
        Assert.Equal((3, 3), (report.Judged, report.Different));
        Assert.All(report.Disagreements, one => Assert.NotEqual(one.Active, one.Candidate));
        Assert.Equal(2, report.Disagreements.Count(one => one.Picture is not null && File.Exists(Path.Combine(folder, one.Picture))));
        Assert.Equal("a", bench.Models.Running.Name);
    }
}
