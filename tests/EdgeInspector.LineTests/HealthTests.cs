using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>What the health check of a container sees of an agent: before, with and without a broker, and after.</summary>
public sealed class HealthTests : LineTest
{
    private (int ExitCode, string Said) Check(params string[] arguments)
    {
        (int code, ChildProcess process) = Run(["health", .. arguments]);
        return (code, process.Said);
    }

    // The check itself takes a moment, so this does not spin.
    private void WaitUntil(int exitCode, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (Check(arguments) is var answer && answer.ExitCode != exitCode)
            Assert.False(limit.IsCancellationRequested, answer.Said);
    }

    [Fact]
    public void A_broker_that_is_away_makes_the_agent_unready_but_not_dead()
    {
        string file = Path.Combine(Folder, "health");
        Assert.Equal(1, Check(file).ExitCode);

        Mosquitto broker = StartBroker();
        JsonObject settings = Settings(broker.Port);
        settings["HealthFile"] = file;
        ChildProcess agent = StartAgent(settings);
        WaitUntil(0, file, "--ready");
        Assert.Contains("online", Check(file).Said, StringComparison.Ordinal);

        broker.Stop();
        WaitUntil(1, file, "--ready");
        (int code, string said) = Check(file);
        Assert.Equal(0, code);
        Assert.Contains("Station s1, broker: ", said, StringComparison.Ordinal);

        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        Assert.Equal(1, Check(file).ExitCode);
    }

    [Fact]
    public void Without_a_file_the_check_says_what_it_needs()
    {
        (int code, string said) = Check();
        Assert.Equal(2, code);
        Assert.Contains("EDGEINSPECTOR_HealthFile", said, StringComparison.Ordinal);
    }
}
