using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>
/// Brokers of three nodes, of which one is killed while parts come: the agent's. With LINE_TEST_CLUSTER_SECONDS, the time between two
/// faults, that node then comes back, and the node of the consumer of events is killed. What is printed then are the figures of
/// docs/fleet.md.
/// </summary>
/// <remarks>
/// Station <c>s1</c> inspects the simulated line, <c>s2</c> what the PLC announces. The consumer of events has a session that is kept; the
/// PLC, which takes the signals, has none, and its node stays.
/// </remarks>
public sealed class ClusterTests : LineTest
{
    // A cluster that chooses its leaders anew takes seconds, on a machine that has much else to do half a minute.
    private static new readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan BootWithin = TimeSpan.FromMinutes(2), SteadyFor = Steady();

    private const string Seconds = "LINE_TEST_CLUSTER_SECONDS";

    private const int AgentsNode = 0, PlcsNode = 1, ConsumersNode = 2;

    // The agent goes from the first to the second; the PLC is there already.
    private static readonly int[] ConsumersTurn = [ConsumersNode, AgentsNode, PlcsNode], PlcsTurn = [PlcsNode, ConsumersNode, AgentsNode];

    [Fact]
    public void At_a_cluster_of_NATS_no_event_is_lost_with_a_node()
    {
        Assert.SkipWhen(NatsCluster.Missing is not null, NatsCluster.Missing ?? "");
        // NATS acknowledges signals that a subscriber without a kept session then never gets.
        Lose_nodes("NATS", Opened(new NatsCluster(Folder)), losesSignals: true);
    }

    [Fact]
    public void At_a_cluster_of_RabbitMQ_no_event_is_lost_with_a_node()
    {
        Assert.SkipWhen(RabbitCluster.Missing is not null, RabbitCluster.Missing ?? "");
        Lose_nodes("RabbitMQ", Opened(new RabbitCluster(Folder)));
    }

    private void Lose_nodes(string name, BrokerCluster cluster, bool losesSignals = false)
    {
        // One after the other: RabbitMQ's nodes that begin together may never agree on who keeps the client ids.
        for (int node = 0; node < BrokerCluster.Nodes; node++)
        {
            cluster.Start(node);
            cluster.WaitUntilReady(node, BootWithin);
        }

        using var account = new ClusterAccount();
        int[] consumers = [.. ConsumersTurn.Select(node => cluster.Ports[node])], plcs = [.. PlcsTurn.Select(node => cluster.Ports[node])];
        using var consumer = new WireClient(consumers, "consumer", clean: false, ["edgeinspector/test/+/event"], account.Receive);
        using var plc = new WireClient(
            plcs, "plc", clean: true, ["edgeinspector/test/+/signal", "edgeinspector/test/+/state"], account.Receive);
        ChildProcess agent = StartAgent(ClusterSettings(cluster.Ports), listen: account.HearAgent);
        account.WaitForSignals(3, Patience);

        using var announcing = new Announcing(plc, account);
        Thread.Sleep(SteadyFor);
        account.Mark("the agent's node was killed");
        cluster.Kill(AgentsNode);
        account.WaitForSignals(3, Patience);
        account.WaitForEvents(3, Patience);
        Thread.Sleep(SteadyFor);

        if (IsLong)
            LoseConsumersNode(cluster, account);

        // MQTT 3.1.1 has no response topic: a command is obeyed, and state tells.
        using (new Timer(
            _ => plc.TryPublish("edgeinspector/test/s2/command/pause", """{"by":"test","why":"the end"}"""u8.ToArray()),
            null,
            TimeSpan.Zero,
            TimeSpan.FromSeconds(1)))
            account.WaitForState("s2", state => state.ToString().Contains("Paused by test", StringComparison.Ordinal), Patience);
        announcing.Dispose();
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        account.Judge(name, Patience, losesSignals);
        Assert.True(account.Broken.Count == 0, $"{string.Join('\n', account.Broken)}\n{account.Figures}\n{agent.Said}");
    }

    private static void LoseConsumersNode(BrokerCluster cluster, ClusterAccount account)
    {
        account.Mark("that node was started again");
        cluster.Start(AgentsNode);
        cluster.WaitUntilReady(AgentsNode, BootWithin);
        account.WaitForEvents(3, Patience);
        Thread.Sleep(SteadyFor);

        account.Mark("the consumer's node was killed");
        cluster.Kill(ConsumersNode);
        account.WaitForSignals(3, Patience);
        account.WaitForEvents(3, Patience);
        Thread.Sleep(SteadyFor);
    }

    private static JsonObject ClusterSettings(int[] ports)
    {
        JsonObject settings = Settings(ports[0]);
        JsonObject mqtt = settings["Mqtt"]!.AsObject();
        mqtt["Protocol"] = "3.1.1";
        mqtt["OtherHosts"] = new JsonArray([.. ports[1..].Select(port => (JsonNode)$"127.0.0.1:{port}")]);
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        JsonObject simulated = Station(settings);
        simulated["Deadline"] = "1s";
        JsonObject announced = simulated.DeepClone().AsObject();
        announced["Trigger"] = new JsonObject { ["Kind"] = "Mqtt", ["QueueLength"] = 1000 };
        settings["Stations"]!["s2"] = announced;
        return settings;
    }

    private static bool IsLong => Environment.GetEnvironmentVariable(Seconds) is not null;

    /// <summary>How long the line runs between two faults; longer for figures than for a test.</summary>
    private static TimeSpan Steady() => TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable(Seconds), CultureInfo.InvariantCulture, out double asked) ? asked : 2);

    /// <summary>The PLC announces a part each 200 ms.</summary>
    private sealed class Announcing : IDisposable
    {
        private readonly Timer _timer;
        private int _number;

        public Announcing(WireClient plc, ClusterAccount account) => _timer = new Timer(
            _ =>
            {
                string part = string.Create(CultureInfo.InvariantCulture, $"T{Interlocked.Increment(ref _number):D6}");
                if (plc.TryPublish("edgeinspector/test/s2/trigger", Encoding.ASCII.GetBytes(part)))
                    account.Announced();
            },
            null,
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(200));

        public void Dispose()
        {
            using var ended = new ManualResetEvent(false);
            if (_timer.Dispose(ended))
                ended.WaitOne();
        }
    }
}
