using System.Text.Json;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

public sealed class BrokerFaultTests : LineTest
{
    [Fact]
    public void While_the_broker_is_away_the_line_is_inspected_and_afterwards_events_arrive_and_old_signals_do_not()
    {
        Mosquitto broker = StartBroker(Persistent);
        // The broker keeps its session: whoever came only after the outage could miss what is sent first.
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: false, "event", "signal", "state"));
        ChildProcess agent = StartAgent(Settings(broker.Port));
        mailbox.WaitFor("event", 3);
        broker.Stop();
        // Two more may have been on their way.
        long alone = mailbox.Verdicts.Concat(mailbox.All("signal")).Max(Number) + 3;
        long lastAlone = alone + 7;
        // Parts are counted from 1, their pictures from 0.
        agent.WaitForLine(line => line.Contains($"sim-20000-{lastAlone - 1:D6}", StringComparison.Ordinal), Patience);
        broker.StartAgain();

        mailbox.WaitFor("event", where: e => Number(e) > lastAlone && !IsReplayed(e));
        JsonElement[] events = [.. mailbox.Verdicts];
        Assert.Equal(Enumerable.Range(1, events.Length).Select(number => (long)number), events.Select(Number));
        Assert.All(events.Where(e => Number(e) >= alone && Number(e) <= lastAlone), e => Assert.True(IsReplayed(e), e.GetRawText()));
        mailbox.WaitFor("signal", where: signal => Number(signal) > lastAlone);
        Assert.DoesNotContain(mailbox.All("signal"), signal => Number(signal) >= alone && Number(signal) <= lastAlone);
        mailbox.WaitFor("state", where: state => state.GetProperty("status").GetString() == "online");
    }

    [Fact]
    public async Task An_agent_that_is_killed_is_reported_offline_by_the_broker()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        ChildProcess agent = StartAgent(Settings(broker.Port));
        client.WaitFor("state", where: state => state["status"] == "online");
        agent.Kill();
        Received will = client.WaitFor("state", where: state => state["status"] == "offline")[0];
        Assert.Contains("connection lost", will.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_stopped_says_so_and_ends_with_code_0()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        ChildProcess agent = StartAgent(Settings(broker.Port));
        client.WaitFor("event", 2);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        Received last = client.WaitFor("state", where: state => state["status"] == "offline")[0];
        Assert.Contains("stopped", last.Text, StringComparison.Ordinal);
        // Parts before the connection stood have an event only.
        List<long> signalled = [.. client.All("signal").Select(signal => signal.Json.GetProperty("seq").GetInt64())];
        client.WaitFor("event", where: e => e.Json.GetProperty("seq").GetInt64() == signalled[^1]);
        Assert.Equal(
            signalled, client.All("event").Select(e => e.Json.GetProperty("seq").GetInt64()).Where(number => number >= signalled[0]));
    }

    [Fact]
    public void Without_a_broker_the_line_is_inspected_all_the_same()
    {
        ChildProcess agent = StartAgent(Settings(Ports.Free()));
        agent.WaitForLine(line => line.Contains("sim-20000-000005", StringComparison.Ordinal), Patience);
        Assert.Contains(agent.Output, line => line.Contains("Nothing listens", StringComparison.Ordinal));
    }

    private static long Number(JsonElement verdict) => verdict.GetProperty("seq").GetInt64();

    private static bool IsReplayed(JsonElement e) => e.GetProperty("replayed").GetBoolean();
}
