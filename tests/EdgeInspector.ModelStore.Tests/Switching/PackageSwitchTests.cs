using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Tests.Support;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Tests.Switching;

public sealed class PackageSwitchTests : IDisposable
{
    private static readonly ModelOrigin Somebody = new("command line", "operator", "shift change");

    private readonly StoreBench _store = new();
    private readonly string _a, _b;

    public PackageSwitchTests() => (_a, _b) = (_store.Package("a"), _store.Package("b"));

    public void Dispose() => _store.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_takes_over_is_noted_told_and_the_one_before_is_freed()
    {
        await using var bench = new ModelBench(_store, _a);
        string before = bench.Inspect().Model!.Package;
        (SwitchOutcome outcome, _) = await bench.TakeAsync(_b);
        Assert.True(outcome.IsDone, string.Join('\n', outcome.Problems));
        Assert.NotEqual(before, outcome.Package);
        Assert.Equal(outcome.Package, bench.Inspect().Model!.Package);
        Assert.Equal((outcome.Package, before), (bench.Active["s1"].Active, bench.Active["s1"].LastGood));
        ModelChange told = Assert.Single(bench.News);
        Assert.Equal(
            (ModelChangeKind.Activated, outcome.Package, before, "inbox", "dropped"),
            (told.Kind, told.Package, told.Before, told.From, told.Why));
        Assert.Equal(1, bench.Freed);
    }

    [Fact]
    public async Task A_rollback_brings_the_one_before_back_and_a_second_one_is_refused_with_the_reason()
    {
        await using var bench = new ModelBench(_store, _a);
        string before = bench.Models.Running.Package;
        await bench.TakeAsync(_b);
        Assert.True((await bench.Desk.RollBackAsync("s1", Somebody, Stop)).IsDone);
        Assert.Equal(before, bench.Inspect().Model!.Package);
        SwitchOutcome second = await bench.Desk.RollBackAsync(null, Somebody, Stop);
        Assert.Contains("no earlier package", Assert.Single(second.Problems), StringComparison.Ordinal);
        Assert.Equal(before, bench.Models.Running.Package);
    }

    [Fact]
    public async Task Parts_that_are_inspected_during_swaps_all_get_verdicts_from_one_of_the_two()
    {
        await using var bench = new ModelBench(_store, _a);
        StoredPackage b = StoreBench.Add(bench.Store, _b), a = bench.Store.Find(bench.Models.Running.Package)!;
        using var over = new CancellationTokenSource();
        var seen = new List<string?>();
        Task parts = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                    seen.Add(bench.Inspect().Model?.Package);
            },
            Stop);
        for (int i = 0; i < 10; i++)
            Assert.True((await bench.Models.ActivateAsync(i % 2 == 0 ? b : a, Somebody, false, Stop)).IsDone);
        await over.CancelAsync();
        await parts;
        Assert.DoesNotContain(null, seen);
        Assert.Equal(new[] { a.Hash, b.Hash }.Order(), seen.Distinct().Order());
        Assert.Equal(10, bench.Freed);
    }

    [Fact]
    public async Task A_rule_that_would_go_dead_refuses_the_package_unless_it_is_forced_and_then_it_is_told()
    {
        string renamed = StoreBench.Rename(_store.Package("renamed"), "dent", "bump");
        await using var bench = new ModelBench(
            _store,
            _a,
            options => options with { Rules = new RuleOptions { Rules = new() { ["dent"] = new TagRuleOptions { Threshold = 0.4 } } } });
        string before = bench.Models.Running.Package;
        (SwitchOutcome refused, _) = await bench.TakeAsync(renamed);
        Assert.Contains("no tag 'dent'", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.Equal(before, bench.Inspect().Model!.Package);
        Assert.Equal(ModelChangeKind.Refused, Assert.Single(bench.News).Kind);
        (SwitchOutcome forced, _) = await bench.TakeAsync(renamed, force: true);
        Assert.True(forced.IsDone, string.Join('\n', forced.Problems));
        Assert.Contains("renamed: dent to bump", forced.Message, StringComparison.Ordinal);
        Assert.Contains("dent", bench.Health.Complaints[PackageSwitch.Component], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_classifier_that_loses_its_pass_tag_is_refused_because_anything_would_pass()
    {
        await using var bench = new ModelBench(_store, _a);
        (SwitchOutcome refused, _) = await bench.TakeAsync(StoreBench.Rename(_store.Package("renamed"), "ok", "fine"));
        Assert.Contains("spoke for good parts", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.NotEqual("renamed", bench.Models.Running.Name);
    }

    [Fact]
    public async Task A_package_that_fails_its_golden_images_is_refused_and_the_report_says_which()
    {
        string golden = Path.Combine(_store.Root, "golden");
        await using var bench = new ModelBench(_store, _a, options => options with { Golden = new GoldenOptions { Folder = golden } });
        Verdict grey = bench.Inspect(200).Verdict;
        Picture(golden, grey.Kind.ToString().ToLowerInvariant(), "as-it-is.png", 200);
        Picture(golden, grey.Kind == VerdictKind.Pass ? "reject" : "pass", "impossible.png", 200);
        (SwitchOutcome refused, ImportOutcome? import) = await bench.TakeAsync(_b);
        Assert.Contains("wrong on 1 of 2 golden images", Assert.Single(refused.Problems), StringComparison.Ordinal);
        GoldenDifference difference = Assert.Single(import!.Report.Golden!.Differences);
        Assert.EndsWith("impossible.png", difference.Image, StringComparison.Ordinal);
        Assert.True(difference.IsWrong);
        // The same network as the active one: nothing would change.
        Assert.Equal((1, 0), (import.Report.Golden.ActiveFailed, import.Report.Golden.Changed));
        Assert.Null(import.Package);
        Assert.Single(bench.Store.List());
    }

    [Fact]
    public async Task As_many_golden_images_as_allowed_may_be_wrong()
    {
        string golden = Path.Combine(_store.Root, "golden");
        await using var bench = new ModelBench(
            _store, _a, options => options with { Golden = new GoldenOptions { Folder = golden, AllowedShare = 0.5 } });
        string kind = bench.Inspect(200).Verdict.Kind.ToString().ToLowerInvariant();
        Picture(golden, kind, "right.png", 200);
        Picture(golden, kind == "pass" ? "reject" : "pass", "wrong.png", 200);
        (SwitchOutcome outcome, _) = await bench.TakeAsync(_b);
        Assert.True(outcome.IsDone, string.Join('\n', outcome.Problems));
    }

    private static void Picture(string golden, string verdict, string name, byte grey)
    {
        Directory.CreateDirectory(Path.Combine(golden, verdict));
        File.WriteAllText(Path.Combine(golden, verdict, name), grey.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_new_model_outside_the_corridor_of_rejects_is_given_up_by_the_agent_itself()
    {
        VerdictKind usual;
        await using (var bench = new ModelBench(_store, _a))
            usual = bench.Inspect().Verdict.Kind;
        // The corridor leaves out what this picture always gets.
        var corridor = new ProbationOptions
        {
            Parts = 5,
            LowestRejectRate = usual == VerdictKind.Reject ? 0 : 0.5,
            HighestRejectRate = usual == VerdictKind.Reject ? 0.5 : 1,
        };
        await using var watched = new ModelBench(_store, _a, options => options with { Probation = corridor });
        string before = watched.Models.Running.Package;
        (SwitchOutcome outcome, _) = await watched.TakeAsync(_b);
        Assert.True(outcome.IsDone);
        for (int i = 0; i < 5; i++)
            watched.Inspect();
        await Eventually.TrueAsync(() => watched.Models.Running.Package == before, () => "It was not given up.");
        await Eventually.TrueAsync(() => watched.Health.Complaints.ContainsKey(PackageSwitch.Component), () => "Nobody was told.");
        Assert.Contains("given up", watched.Health.Complaints[PackageSwitch.Component], StringComparison.Ordinal);
        Assert.Contains(watched.News, change => change is { Kind: ModelChangeKind.RolledBack, From: "agent" });
    }

    [Fact]
    public async Task A_new_model_that_does_well_is_confirmed()
    {
        await using var bench = new ModelBench(_store, _a, options => options with { Probation = new ProbationOptions { Parts = 3 } });
        (SwitchOutcome outcome, _) = await bench.TakeAsync(_b);
        Assert.True(bench.Active["s1"].OnProbation);
        for (int i = 0; i < 3; i++)
            bench.Inspect();
        await Eventually.TrueAsync(() => !bench.Active["s1"].OnProbation, () => "It was not confirmed.");
        Assert.Equal(outcome.Package, bench.Active["s1"].Active);
    }

    [Fact]
    public async Task Going_back_by_hand_to_the_last_good_one_ends_the_probation_and_leaves_no_way_back_to_the_one_given_up()
    {
        await using var bench = new ModelBench(_store, _a, options => options with { Probation = new ProbationOptions { Parts = 100 } });
        string good = bench.Models.Running.Package;
        await bench.TakeAsync(_b);
        Assert.True((await bench.Desk.ActivateAsync(null, good, Somebody, false, Stop)).IsDone);
        ActivePackage known = bench.Active["s1"];
        Assert.Equal((good, null, false), (known.Active, known.LastGood, known.OnProbation));
    }

    [Fact]
    public async Task A_package_that_took_over_meanwhile_does_not_pay_for_the_one_that_was_given_up()
    {
        VerdictKind usual;
        await using (var first = new ModelBench(_store, _a))
            usual = first.Inspect().Verdict.Kind;
        var corridor = new ProbationOptions
        {
            Parts = 5,
            LowestRejectRate = usual == VerdictKind.Reject ? 0 : 0.5,
            HighestRejectRate = usual == VerdictKind.Reject ? 0.5 : 1,
        };
        await using var bench = new ModelBench(_store, _a, options => options with { Probation = corridor });
        StoredPackage c = StoreBench.Add(bench.Store, _store.Package("c"));
        await bench.TakeAsync(_b);
        // Somebody asks for another package, then the one that runs fails, and only then can either be done.
        await bench.Turn.WaitAsync(Stop);
        Task<SwitchOutcome> asked = bench.Models.ActivateAsync(c, Somebody, false, Stop);
        for (int i = 0; i < 5; i++)
            bench.Inspect();
        bench.Turn.Release();
        Assert.True((await asked).IsDone);
        // Whoever waited for the turn has had it.
        await bench.Turn.WaitAsync(Stop);
        bench.Turn.Release();
        Assert.Equal(c.Hash, bench.Models.Running.Package);
        Assert.DoesNotContain(bench.News, change => change.Kind == ModelChangeKind.RolledBack);
    }

    [Fact]
    public async Task A_trial_tells_how_the_tags_differ_and_refuses_what_the_swap_would()
    {
        await using var bench = new ModelBench(_store, _a);
        (_, ImportOutcome? added) = await bench.TakeAsync(StoreBench.Rename(_store.Package("renamed"), "dent", "bump"));
        Assert.Contains(added!.Report.Notes, note => note.Contains("renamed: dent to bump", StringComparison.Ordinal));
        (_, ImportOutcome? lost) = await bench.TakeAsync(StoreBench.Rename(_store.Package("lost"), "ok", "fine"));
        Assert.Null(lost!.Package);
        Assert.Contains("spoke for good parts", Assert.Single(lost.Report.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_refused_last_is_kept_across_restarts_until_another_package_is_taken()
    {
        string bad = _store.Package("bad", folder => File.WriteAllText(Path.Combine(folder, "model.onnx"), "no network"));
        await using (var bench = new ModelBench(_store, _a))
        {
            Assert.Null(bench.Models.Refused);
            await bench.TakeAsync(bad);
        }
        await using var again = new ModelBench(_store, _a);
        ModelChange refused = again.Models.Refused!;
        Assert.Equal(("inbox", ModelChangeKind.Refused), (refused.From, refused.Kind));
        Assert.NotEmpty(refused.Why!);
        // A way back says nothing of it; a package that takes over does.
        await again.Desk.RollBackAsync("s1", Somebody, Stop);
        Assert.Equal(refused, again.Models.Refused);
        await again.TakeAsync(_b);
        Assert.Null(again.Models.Refused);
    }

    [Fact]
    public async Task A_name_that_no_package_has_is_told_but_not_kept_as_a_refused_package()
    {
        await using var bench = new ModelBench(_store, _a);
        Assert.False((await bench.Desk.ActivateAsync("s1", "no such", Somebody, false, Stop)).IsDone);
        Assert.Contains(bench.News, change => change is { Kind: ModelChangeKind.Refused, Name: "no such" });
        Assert.Null(bench.Models.Refused);
    }

    [Fact]
    public void The_reason_of_a_refusal_is_kept_short()
    {
        var change = new ModelChange(
            ModelChangeKind.Refused, DateTimeOffset.UtcNow, null, "x", null, null, "inbox", null, new string('w', 100_000));
        Assert.InRange(new ActivePackage().Refusing(change).Refused!.Why!.Length, 100, 1100);
    }

    [Fact]
    public void Too_little_memory_for_a_second_model_is_said_in_figures() =>
        Assert.Contains("100 MiB are free", AvailableMemory.Complaint(50L << 20, 128L << 20, 100L << 20), StringComparison.Ordinal);

    [Fact]
    public void Tag_changes_are_told_as_renamed_added_and_removed()
    {
        var changes = TagChanges.Between(["ok", "dent"], ["ok", "bump"]);
        Assert.Equal([("dent", "bump")], changes.Renamed);
        Assert.Empty(changes.Added);
        var others = TagChanges.Between(["ok", "dent"], ["ok", "dent", "rust"]);
        Assert.Equal(["rust"], others.Added);
        Assert.True(TagChanges.Between(["a", "b"], ["b", "a"]).IsNone);
    }
}
