using System.Diagnostics;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Tests.Trials;

public sealed class TrialProcessTests
{
    [Fact]
    public void A_trial_that_ends_while_its_memory_is_looked_at_is_not_taken_for_one_that_could_not_be_run()
    {
        using Process over = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        over.StandardOutput.ReadToEnd();
        over.WaitForExit();
        Assert.Equal(0, TrialProcess.MemoryOf(over));
        using Process me = Process.GetCurrentProcess();
        Assert.InRange(TrialProcess.MemoryOf(me), 1 << 20, long.MaxValue);
    }

    private static Task<TrialReport> Run(string program, string argument, TimeSpan time) =>
        new TrialProcess(program, argument.Split(' ', 2), new TrialLimits(time, MemoryMiB: 100), TimeProvider.System).RunAsync(
            new TrialRequest { Package = "" }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_trial_that_takes_too_long_too_much_memory_or_ends_its_process_is_refused_with_what_to_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "With programs that are found there.");
        TrialReport slow = await Run("sleep", "600", TimeSpan.FromSeconds(1));
        Assert.Contains("longer than 1 s. Use a smaller model", Assert.Single(slow.Problems), StringComparison.Ordinal);
        TrialReport large = await Run("sh", "-c exec dd if=/dev/zero of=/dev/null bs=300M 2>&-", TimeSpan.FromSeconds(60));
        Assert.Contains("more than 100 MiB of memory", Assert.Single(large.Problems), StringComparison.Ordinal);
        TrialReport crashed = await Run("sh", "-c echo bang >&2; kill -SEGV $$", TimeSpan.FromSeconds(60));
        Assert.Contains("ended its process (code 139: bang)", Assert.Single(crashed.Problems), StringComparison.Ordinal);
        TrialReport nonsense = await Run("sh", "-c echo nonsense", TimeSpan.FromSeconds(60));
        Assert.Contains("ended its process (code 0", Assert.Single(nonsense.Problems), StringComparison.Ordinal);
        TrialReport missing = await Run("no-such-program", "x", TimeSpan.FromSeconds(60));
        Assert.Contains("could not be run", Assert.Single(missing.Problems), StringComparison.Ordinal);
    }
}
