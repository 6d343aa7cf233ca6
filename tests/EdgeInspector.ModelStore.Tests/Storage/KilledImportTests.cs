using System.Diagnostics;
using System.Globalization;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Tests.Support;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Storage;

/// <summary>The process is killed at each step that an import and its activation make on disk.</summary>
public sealed class KilledImportTests(ITestOutputHelper output)
{
    private const string Station = "s1";

    /// <summary>Kills its own process at a step, so that no code runs any more, no <c>finally</c> either.</summary>
    private sealed class DyingDisk(int diesAt) : StoreDisk
    {
        public int Steps { get; private set; }

        protected override void Step(string what)
        {
            if (++Steps != diesAt)
                return;
            using var me = Process.GetCurrentProcess();
            me.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>The process that dies: imports a package and activates it. Runs only when the test below starts it.</summary>
    [Fact(Explicit = true)]
    public async Task Import_and_activate_until_killed()
    {
        string[] arguments = Environment.GetEnvironmentVariable("KILLED_IMPORT")!.Split('|');
        var folders = new StoreFolders(arguments[0]);
        var disk = new DyingDisk(int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var store = new PackageStore(folders, disk);
        var intake = new PackageIntake(
            store, new PackageTrust([]), new Trial((_, _) => (null, ""), NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
        ImportOutcome import = await intake.ImportAsync(
            new Arrival(arguments[1], "test"), new TrialRequest { Package = "" }, TestContext.Current.CancellationToken);
        Assert.Empty(import.Report.Problems);
        new ActiveFile(folders, TimeProvider.System, NullLogger.Instance, disk).Update(
            Station, state => state with { Active = import.Package!.Hash, LastGood = state.Active, OnProbation = true });
        store.Clean(new HashSet<string> { import.Package!.Hash }, 0, DateTimeOffset.UtcNow);
        await File.WriteAllTextAsync(
            arguments[0] + ".steps", disk.Steps.ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Whatever_the_step_the_store_is_consistent_and_a_good_model_runs()
    {
        using var bench = new StoreBench();
        string first = bench.Package("first"), second = bench.Package("second");
        string second_ = ModelPackageReader.Read(second).Package!.Hash;
        int steps = int.MaxValue;
        for (int step = 0; step <= steps; step++)
        {
            var folders = new StoreFolders(Path.Combine(bench.Root, $"store-{step}"));
            var store = new PackageStore(folders);
            StationModelOptions options = Options(first);
            Assert.NotNull(Start(options, store, Active(folders)).Model);
            string before = Active(folders)[Station].Active!;

            int code = RunUntilKilled(folders.Root, second, step);
            if (step == 0)
            {
                Assert.Equal(0, code);
                steps = int.Parse(File.ReadAllText(folders.Root + ".steps"), CultureInfo.InvariantCulture);
                continue;
            }
            Assert.Equal(137, code);

            // The next start.
            Assert.All(store.List(), package => Assert.NotNull(store.Open(package.Hash, out _)));
            ActiveFile active = Active(folders);
            Assert.Null(active.Problem);
            StartOutcome started = Start(options, store, active);
            Assert.NotNull(started.Model);
            Assert.Empty(started.Complaints);
            Assert.Contains(started.Model.Generation.Model.Package, new[] { before, second_ });
            Assert.Equal(active[Station].Active, started.Model.Generation.Model.Package);
            started.Model.Generation.Dispose();
            store.Clean(active.InUse, 5, DateTimeOffset.UtcNow);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folders.Packages, StoreDisk.Unfinished + "*"));
        }
        output.WriteLine($"killed at each of {steps} steps");
        Assert.InRange(steps, 15, 100);
    }

    private static StartOutcome Start(StationModelOptions options, PackageStore store, ActiveFile active) =>
        new FirstModel(
            Station, options, new PackageBooks(store, new PackageTrust([]), active), TimeProvider.System, NullLogger.Instance).Load();

    private static StationModelOptions Options(string model) =>
        new() { Model = model, Inference = new InferenceOptions { Threads = 1, WarmUpRuns = 1 } };

    private static ActiveFile Active(StoreFolders folders) => new(folders, TimeProvider.System, NullLogger.Instance);

    private static int RunUntilKilled(string store, string package, int step)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "EdgeInspector.ModelStore.Tests.dll"), "-noColor", "-noLogo", "-noAutoReporters",
                "-explicit", "only", "-method", $"{typeof(KilledImportTests).FullName}.{nameof(Import_and_activate_until_killed)}",
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KILLED_IMPORT"] = $"{store}|{package}|{step}";
        using Process child = Process.Start(start)!;
        Task<string> said = child.StandardOutput.ReadToEndAsync();
        child.StandardError.ReadToEndAsync();
        Assert.True(child.WaitForExit(TimeSpan.FromSeconds(60)), "The process did not end.");
        Assert.True(child.ExitCode is 0 or 137, said.Result);
        return child.ExitCode;
    }
}
