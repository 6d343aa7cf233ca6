using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>A broker that was away for long is found again at once: the pauses of the settings are for logins that it refuses.</summary>
public sealed class LongOutageTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task Signals_are_back_within_a_second_of_a_broker_that_did_not_listen()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using LineUnderTest line = await new LineUnderTest(Patient(broker.Port)).Connected();
        broker.Kill();
        await Eventually.TrueAsync(() => !line.Link.IsConnected, "the loss to be noticed");
        // The pause of the settings is ten seconds at least.
        broker.StartAgain();
        await IsBack(line);
        Assert.InRange(line.Log.Lines.Count(text => text.Contains("weld-3 to the broker failed", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public async Task Signals_are_back_within_a_second_where_something_listened_for_the_broker_and_hung_up()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(Patient(cable.Port)).Connected();
        cable.Cut();
        await Eventually.TrueAsync(() => !line.Link.IsConnected, "the loss to be noticed");
        int before = cable.Accepted;
        await Eventually.TrueAsync(() => cable.Accepted > before + 8, "looks and the logins that they led to");
        cable.Mend();
        await IsBack(line);
        Assert.InRange(line.Log.Lines.Count(text => text.Contains("weld-3 to the broker failed", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public async Task A_login_that_the_broker_refuses_is_not_tried_more_often_than_the_settings_say()
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous false");
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = new(Patient(cable.Port));
        line.StartLink();
        await Eventually.TrueAsync(
            () => line.Health.Complaints.TryGetValue("broker", out string? reason)
                && reason.Contains("Mqtt:UserName", StringComparison.Ordinal),
            "the refusal");
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(1, cable.Accepted);
    }

    private static MqttOptions Patient(int port) =>
        LineUnderTest.At(port) with { FirstPause = TimeSpan.FromSeconds(20), LongestPause = TimeSpan.FromSeconds(30) };

    private static async Task IsBack(LineUnderTest line)
    {
        long began = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(() => line.Link.IsConnected, "the connection");
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, Soon);
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal()));
    }
}
