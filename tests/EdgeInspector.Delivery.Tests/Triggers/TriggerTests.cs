using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Delivery.Triggers;
using FsCheck;
using FsCheck.Fluent;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Tests.Triggers;

public sealed class TriggerTests
{
    [Theory]
    [InlineData("part-7", "part-7")]
    [InlineData("  part-7\r\n", "part-7")]
    [InlineData("{\"part\":\"part-7\"}", "part-7")]
    [InlineData("{\"part\": 4711, \"other\": [1]}", "4711")]
    [InlineData("Teil-ü-部品", "Teil-ü-部品")]
    public void A_part_id_is_read_from_plain_text_and_from_json(string payload, string part)
    {
        Assert.True(TriggerPayload.TryRead(Bytes(payload), out string? read, out _, out _));
        Assert.Equal(part, read);
    }

    [Theory]
    [InlineData("{\"part\":\"part-7\",\"type\":\"A12\"}", "part-7", "A12", false)]
    [InlineData("{\"Type\": 12, \"part\":7}", "7", "12", false)]
    [InlineData("{\"part\":\"part-7\",\"type\":null}", "part-7", null, false)]
    [InlineData("part-7", "part-7", null, false)]
    [InlineData("{\"part\":\"part-7\",\"type\":[1]}", "part-7", null, true)]
    [InlineData("{\"part\":\"part-7\",\"type\":\"\"}", "part-7", null, true)]
    [InlineData("{\"part\":\"part-7\",\"type\":\"a\\u0007b\"}", "part-7", null, true)]
    public void A_trigger_as_json_may_name_the_type_of_part_and_one_that_cant_be_used_costs_the_type_only(
        string payload, string part, string? type, bool isTold)
    {
        Assert.True(TriggerPayload.TryRead(Bytes(payload), out string? read, out string? readType, out string? wrong));
        Assert.Equal((part, type, isTold), (read, readType, wrong is not null));
    }

    [Theory]
    [InlineData("A-17\0\0\0", "A-17")]
    [InlineData("A-17\0B-99 of before", "A-17")]
    [InlineData("{\"part\":\"B-18\"}\0", "B-18")]
    [InlineData("{\"Part\":\"B-18  \"}", "B-18")]
    [InlineData("\uFEFFC-19", "C-19")]
    [InlineData("\uFEFF{\"part\":\"C-19\"}", "C-19")]
    [InlineData("\"D-20\"", "D-20")]
    [InlineData("'D-20'", "D-20")]
    [InlineData("\"", "\"")]
    [InlineData("E-21            ", "E-21")]
    [InlineData("\u0002F-22\u0003\r\n", "F-22")]
    [InlineData("4711", "4711")]
    [InlineData("part with blanks", "part with blanks")]
    [InlineData("01234\u001D21ABC", "01234\u001D21ABC")]
    [InlineData("\u001DA\tB\u001E", "A\tB")]
    public void What_controllers_and_scanners_put_around_an_id_is_left_out(string payload, string part)
    {
        Assert.True(TriggerPayload.TryRead(Bytes(payload), out string? read, out _, out _));
        Assert.Equal(part, read);
    }

    [Theory]
    [InlineData(new byte[] { 254, 4, (byte)'A', (byte)'-', (byte)'1', (byte)'7' }, "A-17")]
    [InlineData(new byte[] { 6, 4, (byte)'A', (byte)'-', (byte)'1', (byte)'7', 0, 0xFF }, "A-17")]
    [InlineData(new byte[] { 20, 0 }, null)]
    [InlineData(new byte[] { 254, 6, (byte)'F', (byte)'-', (byte)'6', (byte)'6', 13, 10, 0, 0, 0, 0, 0, 0, 0 }, "F-66")]
    [InlineData(new byte[] { (byte)'D', 0, (byte)'-', 0, (byte)'2', 0, (byte)'2', 0 }, "D-22")]
    [InlineData(new byte[] { (byte)'D', 0, (byte)'-', 0, (byte)'2', 0, 0, 0, 0, 0 }, "D-2")]
    [InlineData(new byte[] { 0, (byte)'D', 0, (byte)'-', 0, (byte)'2', 0, (byte)'3' }, "D-23")]
    [InlineData(new byte[] { 0, 254, 0, 3, 0, (byte)'G', 0, (byte)'-', 0, (byte)'7' }, "G-7")]
    [InlineData(new byte[] { 0, 20, 0, 1, 0, (byte)'G', 0, 0, 0, 0 }, "G")]
    [InlineData(new byte[] { (byte)'T', 0, 0xFC, 0, (byte)'r', 0 }, "Tür")]
    [InlineData(new byte[] { (byte)'A', 0 }, "A")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'G', 0, (byte)'2', 0 }, "G2")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'G', 0, (byte)'2' }, "G2")]
    [InlineData(new byte[] { (byte)'T', 0xFC, (byte)'r' }, "Tür")]
    [InlineData(new byte[] { (byte)'H', (byte)'1', 0, 0xFF, 0xC3 }, "H1")]
    public void Texts_of_other_encodings_and_of_Siemens_controllers_are_read(byte[] payload, string? part)
    {
        Assert.Equal(part is not null, TriggerPayload.TryRead(new ReadOnlySequence<byte>(payload), out string? read, out _, out _));
        Assert.Equal(part, read);
    }

    [Theory]
    [InlineData("{'part':'A-1'}", "A-1", null)]
    [InlineData("{ 'part' : 'A-1' , 'type' : 'T 7' }", "A-1", "T 7")]
    [InlineData("{part:A-1,type:T7}", "A-1", "T7")]
    [InlineData("{Part:'A-1'}", "A-1", null)]
    [InlineData("{\"part\":A-1}", "A-1", null)]
    [InlineData("{\"part\":0815}", "0815", null)]
    [InlineData("{\"part\":\"A-1\",}", "A-1", null)]
    [InlineData("{\"part\":\"A-1\"", "A-1", null)]
    [InlineData("{\"part\":\"A-1\",\"type\":null,", "A-1", null)]
    [InlineData("{'part':'it\"s'}", "it\"s", null)]
    [InlineData("{\"part\":\"A-1\0\0\0\0\"}\0\0", "A-1", null)]
    [InlineData("{'part':'A-1\0\0'}\0older", "A-1", null)]
    [InlineData("\"A-1\0\0\"", "A-1", null)]
    [InlineData("'A-1\0\0'\0older", "A-1", null)]
    [InlineData("{6F9619FF-8B86-D011-B42D-00CF4FC964FF}", "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}", null)]
    public void What_looks_like_json_and_a_person_could_read_is_read(string payload, string part, string? type)
    {
        Assert.True(TriggerPayload.TryRead(Bytes(payload), out string? read, out string? readType, out string? wrong));
        Assert.Equal((part, type, null), (read, readType, wrong));
    }

    [Theory]
    // Windows-1252, and what it has no letter for.
    [InlineData("41 2D 80 31", "A-€1")]
    [InlineData("80 31 37", "€17")]
    [InlineData("31 37 99", "17™")]
    [InlineData("A0 31 37 A0", "17")]
    [InlineData("41 81 31 37", "A\\x8117")]
    [InlineData("41 31 37 9D", "A17\\x9D")]
    // Erased memory behind it, also behind a NUL and behind an encoding of two bytes.
    [InlineData("41 2D 31 FF FF FF", "A-1")]
    [InlineData("41 2D 31 00 FF FF", "A-1")]
    [InlineData("41 2D 31 FF FF 00 00", "A-1")]
    [InlineData("FE 03 41 2D 31 FF FF FF FF", "A-1")]
    [InlineData("41 00 2D 00 31 00 FF FF", "A-1")]
    [InlineData("54 FC 72 FF", "Tür")]
    // Cut within the last character.
    [InlineData("54 C3 BC 72 2D C3", "Tür-")]
    [InlineData("54 C3 BC 72 2D E2 82", "Tür-")]
    [InlineData("54 2D E2 82", "T-")]
    [InlineData("54 2D F0 9F 98", "T-")]
    [InlineData("54 C3 BC 72 C3 00 00", "Tür")]
    [InlineData("FE 05 54 C3 BC 72 C3", "Tür")]
    // In Latin-1 that is a word.
    [InlineData("43 61 66 E9", "Café")]
    [InlineData("46 C4 48 52 45 C3", "FÄHREÃ")]
    // Two bytes a letter, and older content behind the NUL.
    [InlineData("44 00 2D 00 32 00 00 00 58 00 59 00", "D-2")]
    [InlineData("00 44 00 2D 00 32 00 00 00 58 7A", "D-2")]
    public void Bytes_that_are_no_plain_text_are_read_by_the_rule_for_each(string payload, string part)
    {
        Assert.True(TriggerPayload.TryRead(
            new ReadOnlySequence<byte>(Convert.FromHexString(payload.Replace(" ", "", StringComparison.Ordinal))),
            out string? read,
            out _,
            out string? wrong));
        Assert.Equal((part, null), (read, wrong));
    }

    [Fact]
    public void Erased_memory_alone_is_an_empty_variable() =>
        Assert.Equal(
            (false, null),
            (TriggerPayload.TryRead(new ReadOnlySequence<byte>([0xFF, 0xFF, 0xFF, 0xFF]), out _, out _, out string? wrong), wrong));

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{part:A-")]
    [InlineData("{\"part\":\"A-")]
    [InlineData("{'part':'a','part':'b'}")]
    [InlineData("{'part':\"a'}")]
    [InlineData("{older content}")]
    [InlineData("{:}")]
    [InlineData("{\"part\":\"a\",\"part\":\"b\"}")]
    [InlineData("{\"part\":\"a\",\"Part\":\"b\"}")]
    [InlineData("{\"part\":null}")]
    [InlineData("{\"part\":\"\"}")]
    [InlineData("{\"part\":\"\\ud800\"}")]
    [InlineData("{\"part\":{\"part\":{\"part\":{\"part\":{\"part\":{\"part\":{\"part\":{\"part\":{\"part\":1}}}}}}}}}")]
    [InlineData("a\u0007b")]
    public void A_broken_payload_is_named_as_broken(string payload)
    {
        Assert.False(TriggerPayload.TryRead(Bytes(payload), out _, out _, out string? wrong));
        Assert.NotNull(wrong);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0x12, 0x67 }, true)]
    [InlineData(new byte[] { 0, (byte)'A', (byte)'1' }, true)]
    [InlineData(new byte[] { (byte)' ', (byte)' ', 0, (byte)'A', (byte)'1' }, true)]
    [InlineData(new byte[] { 0, 0, 0, 0 }, false)]
    [InlineData(new byte[] { 0, 0, 0xFF, 0xFF }, false)]
    [InlineData(new byte[] { 0, 0, (byte)' ', (byte)' ' }, false)]
    public void An_id_that_a_NUL_byte_hides_is_told_and_an_empty_variable_is_not(byte[] payload, bool isTold)
    {
        Assert.False(TriggerPayload.TryRead(new ReadOnlySequence<byte>(payload), out _, out _, out string? wrong));
        Assert.Equal(isTold, wrong is not null);
        if (isTold)
            Assert.Contains("begins with a NUL byte", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_payload_is_no_fault()
    {
        Assert.False(TriggerPayload.TryRead(Bytes(""), out _, out _, out string? wrong));
        Assert.Null(wrong);
    }

    [Fact]
    public void No_bytes_whatever_make_the_reader_throw_or_give_an_unfit_id()
    {
        string[] seeds =
        [
            "{\"part\":\"part-7\"}",
            "{'part':'part-7','type':'a'}",
            "{part:7,type:a}",
            "{\"part\":\"7\0\0\"}\0",
            "part-7",
            "{\"part\":4711}",
            "{\"part\":\"\\u00e4\\ud83d\\ude00\"}",
        ];
        var random = new Random(20261123);
        for (int i = 0; i < 20_000; i++)
        {
            List<byte> bytes = [.. Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)])];
            for (int change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveAt(at); break;
                    case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                    default: bytes.InsertRange(at, bytes.GetRange(0, random.Next(bytes.Count))); break;
                }
            }
            Fits([.. bytes]);
        }
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes => Fits(bytes)));
        Fits(new byte[1025]);
        Fits(Encoding.UTF8.GetBytes(new string('a', 1024)));
    }

    [Fact]
    public async Task One_that_is_published_with_the_retain_flag_while_the_agent_listens_is_refused_too()
    {
        var triggers = new ConcurrentQueue<string>();
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), onTrigger: (part, _) => triggers.Enqueue(part)).Connected();
        await using Observer plc = await Observer.Connect(broker.Port, "nothing");
        await plc.Publish(line.Topics.Trigger, "retained", retain: true);
        await plc.Publish(line.Topics.Trigger, "part-1");
        await Eventually.TrueAsync(() => !triggers.IsEmpty, "a trigger");
        Assert.Equal(["part-1"], triggers);
    }

    [Fact]
    public async Task Each_message_is_a_trigger_except_a_retained_one()
    {
        var triggers = new ConcurrentQueue<(string Part, long At)>();
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer plc = await Observer.Connect(broker.Port, "nothing");
        await plc.Publish("edgeinspector/line-1/weld-3/trigger", "of long ago", retain: true);
        long before = TimeProvider.System.GetTimestamp();
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), onTrigger: (part, at) => triggers.Enqueue((part, at))).Connected();
        await Eventually.TrueAsync(
            () => line.Log.Lines.Any(text => text.Contains("retained", StringComparison.Ordinal)), "a warning of the retained message");

        await plc.Publish(line.Topics.Trigger, "part-1");
        await plc.Publish(line.Topics.Trigger, "part-1");
        await plc.Publish(line.Topics.Trigger, "{\"part\":\"part-2\"}");
        await plc.Publish(line.Topics.Trigger, "{broken");
        await plc.Publish(line.Topics.Trigger, "");
        await plc.Publish(line.Topics.Trigger, new byte[5000]);

        await Eventually.TrueAsync(() => triggers.Count == 6, "six triggers");
        (string Part, long At)[] all = [.. triggers];
        Assert.Equal(["part-1", "part-1", "part-2"], all.Take(3).Select(t => t.Part));
        Assert.All(all.Skip(3), t => Assert.StartsWith("unnamed-", t.Part, StringComparison.Ordinal));
        Assert.Equal(6, all.Select((t, i) => i < 2 ? i.ToString(null as IFormatProvider) : t.Part).Distinct().Count());
        Assert.All(all, t => Assert.InRange(t.At, before, TimeProvider.System.GetTimestamp()));
        Assert.Contains(line.Log.Lines, text => text.Contains("begins like JSON", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_end_the_subscription()
    {
        int calls = 0;
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer plc = await Observer.Connect(broker.Port, "nothing");
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port),
            onTrigger: (_, _) => throw new InvalidOperationException($"call {Interlocked.Increment(ref calls)}")).Connected();
        await Eventually.TrueAsync(() => line.Health.IsGood, "the link");
        await plc.Publish(line.Topics.Trigger, "a");
        await Eventually.TrueAsync(() => calls > 0, "the first call");
        await plc.Publish(line.Topics.Trigger, "b");
        await Eventually.TrueAsync(() => calls == 2, "the second call");
    }

    [Fact]
    public async Task A_message_that_the_broker_repeats_is_one_trigger_and_an_unseen_repeat_is_a_trigger_too()
    {
        var triggers = new List<string>();
        var receiver = new TriggerReceiver("t", (part, _, _) =>
        {
            triggers.Add(part);
            return true;
        }, TimeProvider.System, new RecordingLog());
        await receiver.Receive(Message(1, "a", dup: false));
        await receiver.Receive(Message(1, "a", dup: true));
        await receiver.Receive(Message(2, "b", dup: true));
        await receiver.Receive(Message(1, "c", dup: true));
        await receiver.Receive(Message(1, "c", dup: false));
        receiver.Reset();
        await receiver.Receive(Message(1, "c", dup: true));
        Assert.Equal(["a", "b", "c", "c", "c"], triggers);
    }

    private static MqttApplicationMessageReceivedEventArgs Message(ushort packet, string payload, bool dup) => new(
        "client",
        new MqttApplicationMessage
        {
            Topic = "t",
            PayloadSegment = Encoding.UTF8.GetBytes(payload),
            Dup = dup,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        },
        new MqttPublishPacket { PacketIdentifier = packet },
        (_, _) => Task.CompletedTask);

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private static void Fits(byte[] bytes)
    {
        if (!TriggerPayload.TryRead(new ReadOnlySequence<byte>(bytes), out string? part, out _, out _))
            return;
        Assert.InRange(part.Length, 1, TriggerPayload.MostCharacters);
        Assert.DoesNotContain(part, character => char.IsControl(character) && character is not ('\t' or (>= '\u001C' and <= '\u001F')));
    }
}
