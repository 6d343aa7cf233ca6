using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

public sealed class SettingsChangeTests : LineTest
{
    private static bool IsVerdict(Received e) => e["kind"] == "verdict";

    [Fact]
    public async Task Thresholds_change_while_the_line_runs_and_a_bad_change_leaves_the_old_ones_in_force()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        ChildProcess agent = StartAgent(settings);
        client.WaitFor("event", where: e => IsVerdict(e) && e["verdict"] == "pass");

        // At 0 every tag reaches its threshold, so every part is a reject.
        Station(settings)["Threshold"] = 0.0;
        Write(settings);
        agent.WaitForLine(line => line.Contains("New rules are in force at station s1", StringComparison.Ordinal), Patience);
        Received told = client.WaitFor("event", where: e => e["kind"] == "command")[0];
        Assert.Equal(
            ("settings", "Threshold 0.5 → 0", 0.0), (told["command"], told["why"], told.Json.GetProperty("threshold").GetDouble()));
        Assert.Contains(
            agent.Output, line => line.Contains("At station s1 the settings file now says: Threshold 0.5 → 0", StringComparison.Ordinal));
        // By the log, where all is in order; events may be on their way.
        long changed = agent.Output.TakeWhile(line => !line.Contains("New rules", StringComparison.Ordinal))
            .Count(line => line.Contains(" sim-20000-", StringComparison.Ordinal));
        client.WaitFor("event", 5, e => IsVerdict(e) && e.Json.GetProperty("seq").GetInt64() > changed + 1 && e["verdict"] == "reject");

        Station(settings)["Threshold"] = 1.5;
        Write(settings);
        string refusal = agent.WaitForLine(line => line.Contains("refused", StringComparison.Ordinal), Patience);
        Assert.Contains("Stations:s1:Threshold", refusal, StringComparison.Ordinal);
        Assert.Contains("from 0 to 1", refusal, StringComparison.Ordinal);
        long refused = client.All("event").Count(IsVerdict);
        client.WaitFor("event", 3, e => IsVerdict(e) && e.Json.GetProperty("seq").GetInt64() > refused + 1);
        Assert.DoesNotContain(
            client.All("event").Where(IsVerdict), e => e.Json.GetProperty("seq").GetInt64() > changed + 1 && e["verdict"] != "reject");

        agent.Terminate();
        agent.WaitForExit(Patience);
        List<long> numbers = [.. client.All("event").Where(IsVerdict).Select(e => e.Json.GetProperty("seq").GetInt64())];
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(i => (long)i), numbers);
        Assert.DoesNotContain(client.All("event").Where(IsVerdict), e => e["verdict"] == "none");
    }
}
