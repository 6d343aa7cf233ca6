using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.LineTests.Hostile;

/// <summary>
/// Messages at stations' topics, each by chance: triggers, commands and counts of parts, with every field of MQTT 5 that a broker lets
/// through.
/// </summary>
internal sealed class HostileMessages(Random random, string prefix, string[] stations, string[] others)
{
    private static readonly string[] Commands = ["pause", "resume", "threshold", "activate", "rollback", "challenge", "endstorm"];
    private static readonly string[] Fields = ["tag", "threshold", "by", "why", "package", "force", "part", "count"];
    private static readonly string[] Kinds =
        ["signal", "signal/bare", "event", "image", "state", "heartbeat", "trigger", "parts", "command/pause", "response/x"];

    private readonly HostileText _text = new(random);

    public MqttApplicationMessage Next(out string kind)
    {
        string station = stations[random.Next(stations.Length)];
        kind = random.Next(10) switch { < 5 => "trigger", < 9 => "command", _ => "count of parts" };
        string topic = kind switch
        {
            "trigger" => $"{prefix}/{station}/trigger",
            "command" => $"{prefix}/{station}/command/{(random.Next(4) == 0 ? _text.Level() : Commands[random.Next(Commands.Length)])}",
            _ => $"{prefix}/{station}/parts",
        };
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(Payload(kind)),
            QualityOfServiceLevel = random.Next(5) == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce,
        };
        if (random.Next(3) > 0)
            message.ResponseTopic = ResponseTopic();
        if (random.Next(3) > 0)
            message.CorrelationData = Bytes(random.Next(20) == 0 ? 60_000 : 64);
        if (random.Next(6) == 0)
            message.UserProperties = [.. Enumerable.Range(0, random.Next(1, 8))
                .Select(_ => new MqttUserProperty(_text.Level(), Encoding.UTF8.GetBytes(_text.Level())))];
        if (random.Next(6) == 0)
            message.ContentType = _text.Level();
        if (random.Next(10) == 0)
            message.MessageExpiryInterval = (uint)random.Next(1, 3);
        return message;
    }

    private byte[] Payload(string kind) => random.Next(7) switch
    {
        0 => Bytes(64),
        1 => Bytes(random.Next(30) == 0 ? 80_000 : 2_000),
        2 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(_text.Next())],
        3 => Encoding.Unicode.GetBytes(_text.Next()),
        4 => Encoding.UTF8.GetBytes(_text.Next()),
        5 when kind == "command" => "{\"by\":\"x\"}"u8.ToArray(),
        _ => Encoding.UTF8.GetBytes(_text.Json(Fields)),
    };

    /// <summary>
    /// Where an answer could do harm: other stations' topics, the ordinary station's too, very many levels, or just anywhere.
    /// </summary>
    private string ResponseTopic() => random.Next(6) switch
    {
        0 => $"{prefix}/{others[random.Next(others.Length)]}/{Kinds[random.Next(Kinds.Length)]}",
        1 => $"{prefix}/{stations[random.Next(stations.Length)]}/{Kinds[random.Next(Kinds.Length)]}",
        2 => string.Join('/', Enumerable.Repeat("a", random.Next(1, 195))),
        3 => new string('a', random.Next(1, 65_000)),
        4 => $"response/{_text.Level()}",
        _ => $"{prefix}/response/{_text.Level()}",
    };

    private byte[] Bytes(int most)
    {
        byte[] bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }
}
