using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>Everything breaks while parts keep coming.</summary>
public sealed class FaultTests(ITestOutputHelper output) : LineTest
{
    private const int Seed = 20261124;

    [Fact]
    public void Two_thousand_triggers_get_one_verdict_each_while_broker_agent_and_camera_fail()
    {
        // Fewer while one works on the test itself.
        int triggers = int.TryParse(Environment.GetEnvironmentVariable("LINE_TEST_TRIGGERS"), out int asked) ? asked : 2_000;
        using var line = new FaultedLine(QuickSettings, listen => StartBroker(Persistent, listen), settings => StartAgent(settings));
        line.Process.WaitForLine(said => said.Contains("gives pictures", StringComparison.Ordinal), Patience);

        line.Run(1, triggers, TimeSpan.FromMilliseconds(50), Plan(line, triggers), output.WriteLine);
        line.Settle(Patience);
        line.Process.Terminate();
        int code = line.Process.WaitForExit(Patience);

        IReadOnlyCollection<string> acknowledged = line.Log.Acknowledged;
        Judgement judgement = line.Ledger.Judge(acknowledged);
        output.WriteLine($"{judgement.Table}\n{"not sent, the broker was away",-34}{line.Plc.Unsent,10}\n"
            + $"{"taken by the broker",-34}{line.Log.Received,10}");
        Assert.True(judgement.Broken.Count == 0, string.Join('\n', judgement.Broken));
        // Whatever the agent sent late is among what it broke. On a busy machine the broker or the test's own receiver may hold up a few;
        // were they many, that would prove nothing.
        Assert.InRange(judgement.Late, 0, line.Ledger.Signals / 100);
        Assert.Equal(0, code);
        Assert.Equal(0, line.Log.Repeated);
        // The faults must leave something to be proved.
        Assert.InRange(acknowledged.Count, triggers * 7 / 10, triggers);
        Assert.True(line.Ledger.Signals > triggers / 2, "hardly any signal came");
    }

    /// <summary>Long; runs only when asked for by name: LINE_TEST_KILLS says how many kills, 300 without it.</summary>
    [Fact(Explicit = true)]
    public void However_often_the_agent_is_killed_no_event_says_another_verdict_than_the_signal()
    {
        int kills = int.TryParse(Environment.GetEnvironmentVariable("LINE_TEST_KILLS"), out int asked) ? asked : 300;
        const int TriggersPerKill = 25;
        var random = new Random(Seed);
        using var line = new FaultedLine(QuickSettings, listen => StartBroker(Persistent, listen), settings => StartAgent(settings));
        line.Process.WaitForLine(said => said.Contains("gives pictures", StringComparison.Ordinal), Patience);
        List<PlannedFault> plan =
        [
            .. Enumerable.Range(0, kills)
                .Select(i => new PlannedFault(i * TriggersPerKill + random.Next(TriggersPerKill), "agent killed", () =>
                {
                    Thread.Sleep(random.Next(100));
                    line.RestartAgent();
                })),
        ];
        line.Run(1, kills * TriggersPerKill, TimeSpan.FromMilliseconds(100), plan, _ => { });
        line.Settle(Patience);
        Judgement judgement = line.Ledger.Judge(line.Log.Acknowledged);
        Console.WriteLine($"{kills} kills\n{judgement.Table}");
        Assert.True(judgement.Broken.Count == 0, string.Join('\n', judgement.Broken));
        Assert.True(line.Ledger.Signals > kills, "hardly any signal came");
    }

    /// <summary>
    /// Three times the broker, three times the agent, twice the camera, shuffled, each at a moment of its own within its eighth of the run.
    /// </summary>
    private static List<PlannedFault> Plan(FaultedLine line, int triggers)
    {
        var random = new Random(Seed);
        (string, Action) Broker(int milliseconds) =>
            ($"broker killed, back after {milliseconds} ms", () => line.RestartBroker(TimeSpan.FromMilliseconds(milliseconds)));
        (string, Action) Camera(int milliseconds) =>
            ($"camera cut for {milliseconds} ms", () => line.CutCamera(TimeSpan.FromMilliseconds(milliseconds)));
        (string, Action) Agent() => ("agent killed and started again", () => line.RestartAgent());
        (string What, Action Fault)[] faults =
        [
            Broker(random.Next(2_000)), Broker(random.Next(2_000)), Broker(random.Next(2_000)),
            Agent(), Agent(), Agent(),
            Camera(random.Next(500, 4_000)), Camera(random.Next(500, 4_000)),
        ];
        random.Shuffle(faults);
        int eighth = triggers / faults.Length;
        return [.. faults.Select((fault, i) => new PlannedFault(i * eighth + random.Next(eighth), fault.What, fault.Fault))];
    }

    private static JsonObject QuickSettings(int port)
    {
        JsonObject settings = Settings(port);
        Station(settings)["Model"] = Path.Combine(Packages, "quick");
        Station(settings)["Deadline"] = "150ms";
        return settings;
    }
}
