using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;
using MQTTnet.Server;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>A broker that was away for long is found again at once: the pauses of the settings are for logins that it refuses.</summary>
public sealed class LongOutageTests
{
    // No pause of the settings of these tests is shorter: whoever waited for one would still be waiting when the test gives up.
    private static readonly TimeSpan PauseOfSettings = 2 * Eventually.Patience;

    [Fact]
    public async Task Signals_are_back_within_a_second_of_a_broker_that_did_not_listen()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using LineUnderTest line = await Settled(broker.Port);
        broker.Kill();
        await Eventually.TrueAsync(() => !line.Link.IsConnected, "the loss to be noticed");
        broker.StartAgain();
        await IsBack(line);
        Assert.InRange(line.Log.Lines.Count(text => text.Contains("weld-3 to the broker failed", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public async Task Signals_are_back_within_a_second_where_something_listened_for_the_broker_and_hung_up()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = await Settled(cable.Port);
        cable.Cut();
        await Eventually.TrueAsync(() => !line.Link.IsConnected, "the loss to be noticed");
        int before = cable.Accepted;
        await Eventually.TrueAsync(() => cable.Accepted > before + 8, "looks and the logins that they led to");
        cable.Mend();
        await IsBack(line);
        Assert.InRange(line.Log.Lines.Count(text => text.Contains("weld-3 to the broker failed", StringComparison.Ordinal)), 1, 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Looks_for_a_broker_that_is_away_are_less_than_a_second_apart(bool hangsUp)
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using var cable = new Cable(broker.Port);
        var clock = new WatchedClock(TimeProvider.System);
        MqttOptions options = Patient(hangsUp ? cable.Port : broker.Port);
        await using var connection = new BrokerConnection(options, "agent-7", clock, new RecordingLog()) { IsUrgent = true };
        connection.Start();
        CancellationToken stop = TestContext.Current.CancellationToken;
        await connection.WaitConnected(stop).WaitAsync(Eventually.Patience, stop);
        int before = clock.Pauses.Count;
        if (hangsUp)
            cable.Cut();
        else
            await broker.Server.StopAsync(new MqttServerStopOptions());
        await Eventually.TrueAsync(() => clock.Pauses.Count > before + 10, "looks");
        // Beside them there is the patience with a login.
        Assert.All(
            clock.Pauses.Skip(before).Where(pause => pause != options.ConnectTimeout),
            pause => Assert.InRange(pause, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_login_that_the_broker_refuses_is_not_tried_more_often_than_the_settings_say()
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous false");
        await using var cable = new Cable(broker.Port);
        var clock = new WatchedClock(TimeProvider.System);
        await using LineUnderTest line = new(Patient(cable.Port), time: clock);
        line.StartLink();
        await Eventually.TrueAsync(
            () => line.Health.Complaints.TryGetValue("broker", out string? reason)
                && reason.Contains("Mqtt:UserName", StringComparison.Ordinal),
            "the refusal");
        await Eventually.TrueAsync(() => clock.Pauses.Any(pause => pause >= PauseOfSettings), "the pause of the settings");
        Assert.Equal(1, cable.Accepted);
    }

    private static MqttOptions Patient(int port) =>
        LineUnderTest.At(port) with { FirstPause = 2 * PauseOfSettings, LongestPause = 3 * PauseOfSettings };

    /// <summary>A line whose connections have stood for long: of those that end soon it is not known what ended them.</summary>
    private static async Task<LineUnderTest> Settled(int port)
    {
        var clock = new WatchedClock(TimeProvider.System);
        LineUnderTest line = await new LineUnderTest(Patient(port), time: clock).Connected();
        clock.Skipped = TimeSpan.FromMinutes(1);
        return line;
    }

    private static async Task IsBack(LineUnderTest line)
    {
        await Eventually.TrueAsync(() => line.Link.IsConnected, () => $"the connection; the log:\n{string.Join('\n', line.Log.Lines)}");
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal()));
    }
}
