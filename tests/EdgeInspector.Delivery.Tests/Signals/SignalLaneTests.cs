using System.Buffers;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Tests.Signals;

public sealed class SignalLaneTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_packet_is_what_the_library_would_write(bool isMqtt5)
    {
        foreach (int length in new[] { 1, 40, 100, 126, 200 })
        {
            string topic = "plant/line-1/" + new string('ä', length / 4);
            byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
            var packet = new SignalPacket(topic, isMqtt5);
            byte[] room = new byte[packet.LengthFor(payload.Length)];
            int written = packet.Write(room, 0x8123, payload);
            var library = new MqttPacketFormatterAdapter(
                isMqtt5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311, new MqttBufferWriter(4096, 65536));
            MqttPacketBuffer expected = library.Encode(new MqttPublishPacket
            {
                Topic = topic,
                PacketIdentifier = 0x8123,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                MessageExpiryInterval = isMqtt5 ? 1u : 0,
            });
            Assert.Equal(expected.Join().ToArray(), room[..written]);
        }
    }

    [Fact]
    public void However_the_stream_is_cut_signals_get_their_acknowledgements_and_the_client_everything_else()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (stream, forClient, mine) = (new List<byte>(), new List<byte>(), new List<(ushort, byte)>());
            for (int packet = 0; packet < 40; packet++)
            {
                bool isMine = random.Next(2) == 0;
                byte[] bytes = isMine || random.Next(3) == 0
                    ? Puback((ushort)(isMine ? 0x8000 + packet : 1 + packet), random, out byte reason)
                    : Other(random, out reason);
                stream.AddRange(bytes);
                if (isMine)
                    mine.Add(((ushort)(0x8000 + packet), reason));
                else
                    forClient.AddRange(bytes);
            }
            var (taken, given) = (new List<(ushort, byte)>(), new List<byte>());
            var filter = new AcknowledgementFilter((id, reason) =>
            {
                if (id < 0x8000)
                    return false;
                taken.Add((id, reason));
                return true;
            });
            byte[] buffer = new byte[700];
            for (int at = 0; at < stream.Count;)
            {
                ArraySegment<byte> room = filter.Room;
                int count = Math.Min(Math.Min(room.Count, stream.Count - at), random.Next(1, random.Next(2) == 0 ? 4 : 3000));
                stream.CopyTo(at, room.Array!, room.Offset, count);
                filter.Add(count);
                at += count;
                while (filter.Give(buffer.AsSpan(0, random.Next(1, buffer.Length))) is > 0 and int n)
                    given.AddRange(buffer[..n]);
            }
            Assert.Equal(forClient, given);
            Assert.Equal(mine, taken);
        }
    }

    [Fact]
    public void Garbage_goes_on_to_the_client_whole_and_never_stops_the_filter()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] garbage = new byte[2000], buffer = new byte[64];
            random.NextBytes(garbage);
            var given = new List<byte>();
            var filter = new AcknowledgementFilter((_, _) => false);
            for (int at = 0; at < garbage.Length; at += 100)
            {
                garbage.AsSpan(at, 100).CopyTo(filter.Room);
                filter.Add(100);
                while (filter.Give(buffer) is > 0 and int n)
                    given.AddRange(buffer[..n]);
            }
            // At most the beginning of a packet is still held back.
            Assert.InRange(garbage.Length - given.Count, 0, 7);
            Assert.Equal(garbage[..given.Count], given);
        }
    }

    [Fact]
    public void A_signal_that_is_not_acknowledged_is_counted_once_and_its_identifier_kept()
    {
        var waiting = new SignalAcknowledgements();
        Assert.True(waiting.TryBegin(100, true, 10, out ushort slow));
        Assert.True(waiting.TryBegin(200, true, 10, out ushort inTime));
        Assert.True(waiting.TryBegin(100, false, 10, out ushort bare));
        Assert.Equal(0, waiting.Expire(99));
        Assert.True(waiting.TryEnd(inTime, false));
        Assert.Equal(1, waiting.Expire(100));
        Assert.Equal(0, waiting.Expire(300));
        // What comes after all is still a signal's, and not the client's.
        Assert.True(waiting.TryEnd(slow, false));
        Assert.False(waiting.TryEnd(slow, false));
        Assert.True(waiting.TryEnd(bare, true));
        Assert.Equal((1, 0), (waiting.Missed, waiting.Refused));
    }

    [Fact]
    public void No_more_are_begun_than_the_broker_takes_and_a_lost_connection_makes_room()
    {
        var waiting = new SignalAcknowledgements();
        var ids = new HashSet<ushort>();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(waiting.TryBegin(1000, true, 20, out ushort id));
            Assert.True(ids.Add(id));
        }
        Assert.False(waiting.TryBegin(1000, true, 20, out _));
        Assert.Equal(20, waiting.Lose());
        Assert.Equal(20, waiting.Missed);
        Assert.True(waiting.TryBegin(1000, true, 20, out ushort fresh));
        Assert.DoesNotContain(fresh, ids);
        Assert.False(waiting.TryEnd(ids.First(), false));
    }

    [Fact]
    public async Task Sending_a_signal_allocates_nothing()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port, "+/+/+/signal");
        // A busy machine may be late with an answer to a ping; the connection shall not be given up for that.
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port) with { KeepAlive = Eventually.Patience }).Connected();
        Signal[] signals = [.. Enumerable.Range(0, 1020).Select(i => line.Signal($"part-{i}", validMs: 60_000))];
        int notSent = 0, withMemory = 0;
        // On one thread, as a station does.
        var station = new Thread(() =>
        {
            for (int i = 0; i < signals.Length; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                SignalOutcome outcome = line.Link.Send(signals[i]);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                // The first ones still make what is then reused.
                withMemory += i >= 20 && allocated > 0 ? 1 : 0;
                notSent += outcome == SignalOutcome.Sent ? 0 : 1;
                if (i % 10 == 9)
                    Eventually.TrueAsync(() => observer.On("/signal").Count == i + 1, "the signals").Wait();
            }
        });
        station.Start();
        station.Join();
        Assert.Equal(0, notSent);
        // Once each, the runtime makes what it counts a thread's contended locks with, and what is waited for at the lock of the
        // acknowledgements.
        Assert.InRange(withMemory, 0, 2);
        await Eventually.TrueAsync(() => line.Link.SignalsUnacknowledged == 0, "the acknowledgements");
    }

    private static byte[] Puback(ushort id, Random random, out byte reason)
    {
        reason = 0;
        byte[] bytes = [(byte)(id >> 8), (byte)id];
        switch (random.Next(3))
        {
            case 0:
                break;
            case 1:
                reason = (byte)random.Next(256);
                bytes = [.. bytes, reason];
                break;
            default:
                reason = (byte)random.Next(256);
                bytes = [.. bytes, reason, .. new byte[random.Next(300)]];
                break;
        }
        return [0x40, .. Length(bytes.Length), .. bytes];
    }

    private static byte[] Other(Random random, out byte reason)
    {
        reason = 0;
        byte type = (byte)(random.Next(1, 16) << 4);
        if (type == 0x40)
            type = 0xD0;
        byte[] body = new byte[random.Next(4) == 0 ? random.Next(20_000) : random.Next(40)];
        random.NextBytes(body);
        return [type, .. Length(body.Length), .. body];
    }

    private static byte[] Length(int length)
    {
        List<byte> bytes = [];
        for (; length > 127; length >>= 7)
            bytes.Add((byte)(length | 0x80));
        return [.. bytes, (byte)length];
    }
}
