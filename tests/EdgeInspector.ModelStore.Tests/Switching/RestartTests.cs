using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Switching;

/// <summary>What a station starts with.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly StoreBench _store = new();
    private readonly string _a, _b;

    public RestartTests() => (_a, _b) = (_store.Package("a"), _store.Package("b"));

    public void Dispose() => _store.Dispose();

    private static StationModelOptions OnProbation(StationModelOptions options) =>
        options with { Probation = new ProbationOptions { Parts = 100 } };

    private static async Task<string> Take(ModelBench bench, string package, bool force = false)
    {
        (SwitchOutcome outcome, _) = await bench.Desk.TakeAsync(
            null, new Arrival(package, "inbox"), AfterImport.ActivateOrShadow, force, TestContext.Current.CancellationToken);
        Assert.True(outcome.IsDone, string.Join('\n', outcome.Problems));
        return outcome.Package!;
    }

    private FirstModel First(StationModelOptions options, ActiveFile active) => new(
        "s1", options, new PackageBooks(new PackageStore(_store.Folders), new PackageTrust([]), active), TimeProvider.System,
        NullLogger.Instance);

    /// <summary>A start after which nothing is put in order: the process is gone.</summary>
    private string StartAndCrash(Func<StationModelOptions, StationModelOptions> change, LeftRun? left = null, bool wasKilled = false)
    {
        var active = new ActiveFile(_store.Folders, TimeProvider.System, NullLogger.Instance);
        StationModelOptions options = change(new StationModelOptions { Model = _a, Inference = new() { Threads = 1, WarmUpRuns = 1 } });
        StartOutcome first = First(options, active).Load(left, wasKilled);
        using var generation = first.Model!.Generation;
        return generation.Model.Package;
    }

    [Fact]
    public async Task The_agent_starts_with_what_ran_last_and_with_the_last_good_one_when_that_is_damaged()
    {
        string active, good;
        await using (var bench = new ModelBench(_store, _a))
        {
            good = bench.Models.Running.Package;
            active = await Take(bench, _b);
        }
        await using (var again = new ModelBench(_store, _a))
        {
            Assert.Equal(active, again.Models.Running.Package);
            Assert.Empty(again.Complaints);
        }
        File.WriteAllText(Path.Combine(_store.Folders.Packages, active, "labels.txt"), "x");
        await using var third = new ModelBench(_store, _a);
        Assert.Equal(good, third.Models.Running.Package);
        Assert.Equal(2, third.Complaints.Count);
        Assert.Equal(good, third.Active["s1"].Active);
    }

    [Fact]
    public async Task A_package_on_probation_that_ends_the_process_again_and_again_is_not_started_for_ever()
    {
        string good, active;
        await using (var bench = new ModelBench(_store, _a, OnProbation))
        {
            good = bench.Models.Running.Package;
            active = await Take(bench, _b);
        }
        for (int i = 0; i < 2; i++)
            Assert.Equal(active, StartAndCrash(OnProbation));
        await using var third = new ModelBench(_store, _a, OnProbation);
        Assert.Equal(good, third.Models.Running.Package);
        Assert.Contains("ended 2 times", third.Complaints[0], StringComparison.Ordinal);
    }

    private (StartOutcome First, ActivePackage Known) StartAfter(LeftRun left)
    {
        var active = new ActiveFile(_store.Folders, TimeProvider.System, NullLogger.Instance);
        var options = new StationModelOptions
        {
            Model = _a,
            Inference = new() { Threads = 1, WarmUpRuns = 1 },
            Probation = new ProbationOptions { Parts = 0 },
        };
        StartOutcome first = First(options, active).Load(left);
        first.Model!.Generation.Dispose();
        return (first, active["s1"]);
    }

    private async Task<(string Good, string Active)> PastProbation()
    {
        await using var bench = new ModelBench(_store, _a);
        return (bench.Models.Running.Package, await Take(bench, _b));
    }

    [Theory]
    [InlineData(LeftRunCause.Hung, "did not return")]
    [InlineData(LeftRunCause.Memory, "memory was used up")]
    public async Task A_package_that_hung_or_took_all_memory_is_not_started_again_however_well_it_did_before(LeftRunCause cause, string why)
    {
        (string good, string active) = await PastProbation();
        (StartOutcome first, ActivePackage known) = StartAfter(new LeftRun(active, cause, TimeSpan.FromDays(90)));
        Assert.Equal((good, null), (known.Active, known.LastGood));
        Assert.Equal(ModelChangeKind.RolledBack, first.WayBack!.Kind);
        Assert.Contains(why, first.WayBack.Why, StringComparison.Ordinal);
        Assert.Contains(why, first.Complaints[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_in_whose_midst_the_process_was_ended_is_given_up_at_the_second_time_unless_it_had_run_for_long()
    {
        (string good, string active) = await PastProbation();
        LeftRun soon = new(active, LeftRunCause.Ended, TimeSpan.FromMinutes(1)), late = soon with { After = TimeSpan.FromHours(2) };
        foreach (LeftRun left in new[] { soon, late, late })
            Assert.Equal(active, StartAfter(left).Known.Active);
        (StartOutcome first, ActivePackage known) = StartAfter(soon);
        Assert.Equal(good, known.Active);
        Assert.StartsWith("The agent ended 2 times in the midst of a run", first.Complaints[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_in_whose_midst_somebody_killed_the_process_is_not_to_blame_however_often()
    {
        (_, string active) = await PastProbation();
        for (int kills = 0; kills < 4; kills++)
        {
            (StartOutcome first, ActivePackage known) = StartAfter(new LeftRun(active, LeftRunCause.Killed, TimeSpan.FromMinutes(1)));
            Assert.Equal((active, 0), (known.Active, known.EndsInRun));
            Assert.Empty(first.Complaints);
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(LeftRunCause.Killed, true)]
    [InlineData(LeftRunCause.Memory, false)]
    public async Task A_kill_says_nothing_against_a_package_on_probation_either(LeftRunCause? cause, bool staysInUse)
    {
        string active;
        await using (var bench = new ModelBench(_store, _a, OnProbation))
            active = await Take(bench, _b);
        LeftRun? left = cause is { } known ? new LeftRun(active, known, TimeSpan.FromMinutes(1)) : null;
        string last = active;
        for (int kills = 0; kills < 4; kills++)
            last = StartAndCrash(OnProbation, left, wasKilled: true);
        Assert.Equal(staysInUse, last == active);
    }

    [Fact]
    public void A_package_that_hung_and_is_the_only_one_is_started_again_and_that_is_told()
    {
        string only = StartAndCrash(options => options);
        (StartOutcome first, ActivePackage known) = StartAfter(new LeftRun(only, LeftRunCause.Hung, TimeSpan.Zero));
        Assert.Equal(only, known.Active);
        Assert.Null(first.WayBack);
        Assert.EndsWith("but there is no earlier one to go back to.", Assert.Single(first.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_path_in_the_settings_is_another_model()
    {
        await using (var bench = new ModelBench(_store, _a))
            await Take(bench, _b);
        string c = _store.Package("c");
        await using var other = new ModelBench(_store, c);
        Assert.Equal("c", other.Models.Running.Name);
    }

    [Fact]
    public async Task A_restart_that_somebody_wanted_says_nothing_against_a_package_on_probation()
    {
        string active;
        await using (var bench = new ModelBench(_store, _a, OnProbation))
            active = await Take(bench, _b);
        for (int i = 0; i < 4; i++)
        {
            await using var again = new ModelBench(_store, _a, OnProbation);
            Assert.Equal(active, again.Models.Running.Package);
            Assert.Empty(again.Complaints);
        }
    }

    [Fact]
    public async Task Where_probation_is_switched_off_nobody_waits_for_its_end()
    {
        string active;
        await using (var bench = new ModelBench(_store, _a, OnProbation))
            active = await Take(bench, _b);
        for (int i = 0; i < 3; i++)
            Assert.Equal(active, StartAndCrash(options => options with { Probation = new ProbationOptions { Parts = 0 } }));
    }

    [Fact]
    public async Task What_was_put_in_by_force_runs_after_a_restart_too_and_the_rules_left_out_are_told_again()
    {
        string renamed = _store.Package("renamed", folder =>
        {
            string labels = Path.Combine(folder, "labels.txt");
            File.WriteAllText(labels, File.ReadAllText(labels).Replace("dent", "bump", StringComparison.Ordinal));
        });
        static StationModelOptions WithRule(StationModelOptions options) =>
            options with { Rules = new RuleOptions { Rules = new() { ["dent"] = new TagRuleOptions { Threshold = 0.4 } } } };
        string forced;
        await using (var bench = new ModelBench(_store, _a, WithRule))
            forced = await Take(bench, renamed, force: true);
        await using var again = new ModelBench(_store, _a, WithRule);
        Assert.Equal(forced, again.Models.Running.Package);
        Assert.Contains("by force", Assert.Single(again.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_that_is_brought_to_the_model_of_the_settings_counts_from_then_on()
    {
        await using (new ModelBench(_store, _a))
        {
            // Nobody asked for signatures yet.
        }
        string key = Path.Combine(_store.Root, "quality.key"), trusted = Path.Combine(_store.Root, "quality.pub");
        using (var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
        {
            File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(trusted, pair.ExportSubjectPublicKeyInfoPem());
        }
        File.WriteAllText(_a + ".sig", PackageSignature.Sign(ModelPackageReader.Read(_a).Package!.Hash, key));
        await using (var once = new ModelBench(_store, _a, trust: new PackageTrust([trusted])))
            Assert.Equal("a", once.Models.Running.Name);
        await using var again = new ModelBench(_store, _a, trust: new PackageTrust([trusted]));
        Assert.Empty(again.Complaints);
    }
}
