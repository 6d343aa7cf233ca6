using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Several brokers, the nodes of a cluster: when the one in use is lost, the next is in use a moment later.</summary>
public sealed class ClusterTests
{
    // No pause of the settings of these tests is shorter, and nothing else that is waited for is as long.
    private static readonly TimeSpan PauseOfSettings = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task When_the_node_in_use_is_lost_the_next_one_takes_signals_and_events()
    {
        await using LoopbackBroker first = await LoopbackBroker.StartAsync(), second = await LoopbackBroker.StartAsync();
        await using var cable = new Cable(first.Port);
        await using Observer observer = await Observer.Connect(second.Port);
        var clock = new WatchedClock(TimeProvider.System);
        await using LineUnderTest line = await new LineUnderTest(Patient(cable.Port, second.Port), time: clock).Connected();
        cable.Cut();
        // Too quick for somebody who looks whether there is a connection.
        await Eventually.TrueAsync(
            () => IsAt("weld-3") && IsAt("evidence") && line.Link.IsConnected && line.Evidence.IsConnected, "the next node");
        Assert.DoesNotContain(clock.Pauses, pause => pause >= PauseOfSettings);
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal()));
        line.Evidence.Accept(line.Part("after"));
        await observer.Wait("/signal");
        await observer.Wait("/event", e => e.Text.Contains("\"after\"", StringComparison.Ordinal));
        await observer.Wait("/state", state => state.Text.Contains("\"online\"", StringComparison.Ordinal));
        // It stays there.
        cable.Mend();
        Assert.True(IsAt("weld-3"));

        bool IsAt(string client) =>
            line.Log.Lines.Any(text => text.Contains($"{client} connected to mqtt://127.0.0.1:{second.Port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_comes_back_is_found_when_the_other_is_lost()
    {
        await using LoopbackBroker first = await LoopbackBroker.StartAsync(), second = await LoopbackBroker.StartAsync();
        await using Cable one = new(first.Port), other = new(second.Port);
        await using LineUnderTest line = await new LineUnderTest(Patient(one.Port, other.Port)).Connected();
        one.Cut();
        await Eventually.TrueAsync(() => other.Accepted > 0 && line.Link.IsConnected, "the other node");
        one.Mend();
        int before = one.Accepted;
        other.Cut();
        await Eventually.TrueAsync(() => one.Accepted > before && line.Link.IsConnected, "the first node");
    }

    [Fact]
    public async Task A_node_that_is_switched_off_costs_no_time_at_the_start()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        // Its queue of connections is full: the next is not answered at all, as by a machine that is switched off.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(0);
        int port = ((IPEndPoint)silent.LocalEndPoint!).Port;
        using Socket filling = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filling.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await using LineUnderTest line = await new LineUnderTest(Patient(port, broker.Port)).Connected();
        // No login was tried there, which would be told when its time is over.
        Assert.DoesNotContain(line.Log.Lines, text => text.Contains("to the broker failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_refuses_the_login_is_passed_over_and_one_that_all_refuse_keeps_the_pauses()
    {
        using Mosquitto closed = Mosquitto.Start(_ => "allow_anonymous false");
        await using LoopbackBroker open = await LoopbackBroker.StartAsync();
        await using (LineUnderTest line = await new LineUnderTest(Patient(closed.Port, open.Port)).Connected())
            Assert.Contains(line.Log.Lines, text => text.Contains($"connected to mqtt://127.0.0.1:{open.Port}", StringComparison.Ordinal));

        await using Cable one = new(closed.Port), other = new(closed.Port);
        var clock = new WatchedClock(TimeProvider.System);
        await using LineUnderTest refused = new(Patient(one.Port, other.Port), time: clock);
        refused.StartLink();
        await Eventually.TrueAsync(
            () => Complaint(refused) is { } reason && reason.Contains("None of the 2 brokers", StringComparison.Ordinal), "the refusal");
        Assert.Contains("Mqtt:UserName", Complaint(refused), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => clock.Pauses.Any(pause => pause >= PauseOfSettings), "the pause of the settings");
    }

    [Fact]
    public async Task Where_no_node_listens_this_is_told_of_all()
    {
        await using LineUnderTest line = new(LineUnderTest.At(1) with { OtherHosts = ["127.0.0.1:2"] });
        line.StartLink();
        await Eventually.TrueAsync(
            () => Complaint(line) is { } reason && reason.Contains("None of the 2 brokers", StringComparison.Ordinal), "the complaint");
        Assert.Contains("port 1. Is the broker running, and are Mqtt:Host and Mqtt:Port right?", Complaint(line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_hangs_up_while_it_chooses_its_leaders_is_not_said_to_expect_TLS()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(cable.Port)).Connected();
        cable.Cut();
        await Eventually.TrueAsync(
            () => Complaint(line) is { } reason && reason.Contains("before the login was answered", StringComparison.Ordinal),
            "a login that fails");
        Assert.Contains("may not be ready", Complaint(line), StringComparison.Ordinal);
        Assert.DoesNotContain("TLS", Complaint(line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_is_refused_for_a_while_is_made_when_the_broker_grants_it()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        int refusals = 3;
        broker.Server.InterceptingSubscriptionAsync += e =>
        {
            if (e.TopicFilter.Topic.EndsWith("/trigger", StringComparison.Ordinal) && Interlocked.Decrement(ref refusals) >= 0)
                (e.Response.ReasonCode, e.ProcessSubscription) = (MqttSubscribeReasonCode.UnspecifiedError, false);
            return Task.CompletedTask;
        };
        await using Observer plc = await Observer.Connect(broker.Port);
        var triggered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), onTrigger: (part, _) => triggered.TrySetResult(part)).Connected();
        await plc.Wait("/state", state => state.Text.Contains("No trigger arrives", StringComparison.Ordinal));
        await plc.Wait("/state", state => state.Text.Contains("\"online\"", StringComparison.Ordinal));
        await plc.Publish(line.Topics.Trigger, "A-1");
        Assert.Equal("A-1", await triggered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Single(line.Log.Lines, text => text.Contains("weld-3 connected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task An_event_that_is_sent_again_after_a_loss_teaches_nothing_of_sizes(string protocol)
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using var cable = new Cable(broker.Port);
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(cable.Port) with { Protocol = protocol, KeepAlive = TimeSpan.FromMinutes(1) }).Connected();
        cable.Pull();
        line.Evidence.Accept(line.Part("cut"));
        await Eventually.TrueAsync(() => line.Evidence.Committed == 1, "the event to be on its way");
        await Eventually.TrueAsync(() => cable.HasSwallowed("\"cut\""), "its packet to be written, which nobody will answer");
        cable.Cut();
        cable.Mend();
        Seen again = await observer.Wait("/event", e => e.Text.Contains("\"cut\"", StringComparison.Ordinal));
        Assert.True(again.Json.GetProperty("replayed").GetBoolean());
        await Eventually.TrueAsync(() => line.Counters.EventsPublished == 1, "its acknowledgement");
        Assert.DoesNotContain(line.Log.Lines, text => text.Contains("only when it was smaller", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_doctor_looks_at_each_node()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        IReadOnlyList<BrokerCheckResult> results = await BrokerCheck.RunAllAsync(
            LineUnderTest.At(broker.Port) with { OtherHosts = ["127.0.0.1:1"] },
            [],
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        Assert.Equal([true, false], results.Select(result => result.IsGood));
        Assert.Contains("port 1. Is the broker running, and is Mqtt:OtherHosts right?", results[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node-2", "node-2", 1883)]
    [InlineData("node-2:1884", "node-2", 1884)]
    [InlineData("[fe80::1]:8883", "fe80::1", 8883)]
    [InlineData("fe80::1", "fe80::1", 1883)]
    public void Another_node_is_a_host_with_or_without_a_port(string text, string host, int port)
    {
        var options = new MqttOptions { Host = "node-1", OtherHosts = [text] };
        Assert.Empty(options.Validate(new ValidationContext(options)));
        Assert.Equal([("node-1", 1883), (host, port)], options.Nodes.Select(node => (node.Host, node.Port)));
        Assert.All(options.Nodes, node => Assert.Empty(node.OtherHosts));
    }

    [Theory]
    [InlineData("", "is not host or host:port")]
    [InlineData("mqtt://node-2", "is not host or host:port")]
    [InlineData("node-2:0", "is not host or host:port")]
    [InlineData("node-2,node-3", "is not host or host:port")]
    [InlineData("NODE-1", "is Mqtt:Host itself")]
    public void What_is_no_other_node_is_refused(string text, string reason)
    {
        var options = new MqttOptions { Host = "node-1", OtherHosts = [text] };
        ValidationResult fault = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.Contains(reason, fault.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["OtherHosts"], fault.MemberNames);
    }

    private static MqttOptions Patient(int port, int other) => LineUnderTest.At(port) with
    {
        OtherHosts = [$"127.0.0.1:{other}"],
        FirstPause = 2 * PauseOfSettings,
        LongestPause = 3 * PauseOfSettings,
    };

    private static string? Complaint(LineUnderTest line) => line.Health.Complaints.GetValueOrDefault("broker");
}
