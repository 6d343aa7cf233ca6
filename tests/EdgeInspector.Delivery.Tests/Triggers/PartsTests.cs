using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Delivery.Triggers;
using FsCheck;
using FsCheck.Fluent;
using MQTTnet;
using MQTTnet.Packets;

namespace EdgeInspector.Delivery.Tests.Triggers;

public sealed class PartsTests
{
    private static long? Read(string payload) =>
        PartsPayload.TryRead(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), out long count) ? count : null;

    [Theory]
    [InlineData("0", 0L)]
    [InlineData(" 1234\r\n", 1234L)]
    [InlineData("{\"count\":17}", 17L)]
    [InlineData("\uFEFF17\0\0", 17L)]
    [InlineData("{\"count\":17,\"count\":18}", null)]
    [InlineData(" {\"line\":3,\"count\":17}", 17L)]
    [InlineData("9007199254740992", 9007199254740992L)]
    [InlineData("9007199254740993", null)]
    [InlineData("-1", null)]
    [InlineData("12.5", null)]
    [InlineData("12 13", null)]
    [InlineData("", null)]
    [InlineData("{\"count\":\"17\"}", 17L)]
    [InlineData("{'Count':17}", 17L)]
    [InlineData("{count:17\0\0}", 17L)]
    [InlineData("{count:17", null)]
    [InlineData("{\"count\":1.5}", null)]
    [InlineData("{\"count\":-1}", null)]
    [InlineData("{", null)]
    [InlineData("[17]", null)]
    public void A_count_is_a_number_or_a_small_json_object(string payload, long? count) => Assert.Equal(count, Read(payload));

    [Fact]
    public void No_payload_is_too_much()
    {
        Assert.Null(Read(new string('1', 2000)));
        Prop.ForAll<byte[]>(
            bytes => !PartsPayload.TryRead(new ReadOnlySequence<byte>(bytes), out long count) || count is >= 0 and <= PartsPayload.Most)
            .QuickCheckThrowOnFailure();
        Prop.ForAll<uint>(count => Read(count.ToString(CultureInfo.InvariantCulture)) == count && Read($"{{\"count\":{count}}}") == count)
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task The_count_of_the_plc_arrives_and_a_retained_one_does_not()
    {
        var counts = new ConcurrentQueue<long>();
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer plc = await Observer.Connect(broker.Port, "nothing");
        await plc.Publish("edgeinspector/line-1/weld-3/parts", "99", retain: true);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), onParts: counts.Enqueue).Connected();
        await Eventually.TrueAsync(
            () => line.Log.Lines.Any(text => text.Contains("retained", StringComparison.Ordinal)), "a warning of the retained message");
        await plc.Publish(line.Topics.Parts, "5");
        await plc.Publish(line.Topics.Parts, "many");
        await plc.Publish(line.Topics.Parts, "{\"count\":6}");
        await Eventually.TrueAsync(() => counts.Count == 2, "two counts");
        Assert.Equal([5, 6], counts);
    }

    [Fact]
    public async Task A_part_that_a_stopping_station_does_not_take_is_not_acknowledged()
    {
        bool takes = true;
        var receiver = new TriggerReceiver("t", (_, _, _) => takes, TimeProvider.System, new RecordingLog());
        MqttApplicationMessageReceivedEventArgs taken = Message(1), refused = Message(2);
        await receiver.Receive(taken);
        takes = false;
        await receiver.Receive(refused);
        Assert.Equal((true, false), (taken.AutoAcknowledge, refused.AutoAcknowledge));
    }

    private static MqttApplicationMessageReceivedEventArgs Message(ushort packet)
    {
        var message = new MqttApplicationMessage
        {
            Topic = "t",
            PayloadSegment = "a"u8.ToArray(),
            QualityOfServiceLevel = MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce,
        };
        return new MqttApplicationMessageReceivedEventArgs(
            "c", message, new MqttPublishPacket { PacketIdentifier = packet }, (_, _) => Task.CompletedTask);
    }
}
