using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

public sealed class BrokerFaultTests : LineTest
{
    [Fact]
    public async Task While_the_broker_is_away_the_line_is_inspected_and_afterwards_events_arrive_and_old_signals_do_not()
    {
        Mosquitto broker = StartBroker();
        ChildProcess agent;
        long lastBefore;
        await using (LineClient before = await LineClient.ConnectAsync(broker.Port))
        {
            agent = StartAgent(Settings(broker.Port));
            lastBefore = before.WaitFor("event", 3)[^1].Json.GetProperty("seq").GetInt64();
        }
        broker.Stop();
        long inspectedAlone = lastBefore + 8;
        agent.WaitForLine(line => line.Contains($"sim-20000-{inspectedAlone:D6}", StringComparison.Ordinal), Patience);
        broker.StartAgain();
        await using LineClient after = await LineClient.ConnectAsync(broker.Port);

        IReadOnlyList<Received> replayed = after.WaitFor("event", 3, e => e.Json.GetProperty("replayed").GetBoolean());
        Received fresh = after.WaitFor("event", 1, e => !e.Json.GetProperty("replayed").GetBoolean())[0];
        Assert.All(replayed, e => Assert.True(e.Json.GetProperty("seq").GetInt64() < fresh.Json.GetProperty("seq").GetInt64()));
        // The observer comes a moment after the broker and may miss what was sent first; what it gets is in order and without a gap.
        List<long> numbers = [.. after.All("event").Select(e => e.Json.GetProperty("seq").GetInt64()).Distinct()];
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] + i), numbers);
        // The part last waited for was judged before the broker came back, and is number (its index + 1): no signal up to it may ever come.
        Assert.DoesNotContain(after.All("signal"), signal => signal.Json.GetProperty("seq").GetInt64() <= inspectedAlone + 1);
        after.WaitFor("signal", where: signal => signal.Json.GetProperty("seq").GetInt64() > inspectedAlone + 1);
        after.WaitFor("state", where: state => state["status"] == "online");
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
}
