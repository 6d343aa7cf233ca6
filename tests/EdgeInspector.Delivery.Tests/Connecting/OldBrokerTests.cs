using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Tests.Support;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Brokers without MQTT 5, in the ways in which they refuse it.</summary>
public sealed class OldBrokerTests
{
    private static readonly byte[] Welcome = [0x20, 2, 0, 0], NotAuthorized = [0x20, 2, 0, 5];

    public static TheoryData<byte[]> Refusals => new()
    {
        // "Unacceptable protocol version" of MQTT 3.1.1.
        new byte[] { 0x20, 2, 0, 1 },
        // "Unsupported protocol version" of MQTT 5.
        new byte[] { 0x20, 3, 0, 0x84, 0 },
        // The same in a packet of MQTT 3.1.1, as some write it.
        new byte[] { 0x20, 2, 0, 0x84 },
        // Hangs up.
        Array.Empty<byte>(),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_broker_without_mqtt_5_is_named_as_such_with_the_setting(byte[] refusal)
    {
        await using var broker = new OldBroker(refusal, Welcome);
        Assert.Contains("does not speak MQTT 5. Set Mqtt:Protocol to \"3.1.1\"", await Said(broker), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_hangs_up_on_mqtt_5_is_named_as_such_also_where_it_refuses_the_login()
    {
        await using var broker = new OldBroker([], NotAuthorized);
        Assert.Contains("does not speak MQTT 5", await Said(broker), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_hangs_up_on_every_version_is_not_called_an_old_broker()
    {
        await using var peer = new RecordingPeer("");
        BrokerCheckResult result = await BrokerCheck.RunAsync(
            LineUnderTest.At(peer.Port), [], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Contains("was closed before the login was answered", result.Message, StringComparison.Ordinal);
        // In both versions, and at last in HTTP.
        Assert.Equal(3, peer.Heard.Count);
        Assert.Equal((byte)'O', peer.Heard[2][0]);
    }

    private static async Task<string> Said(OldBroker broker)
    {
        BrokerCheckResult result = await BrokerCheck.RunAsync(
            LineUnderTest.At(broker.Port), [], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(result.IsGood);
        return result.Message;
    }
}
