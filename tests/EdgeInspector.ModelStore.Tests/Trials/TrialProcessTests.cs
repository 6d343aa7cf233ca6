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
}
