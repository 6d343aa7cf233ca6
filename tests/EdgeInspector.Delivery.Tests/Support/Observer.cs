using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Tests.Support;

/// <summary>A message as an independent client saw it.</summary>
internal sealed record Seen(
    string Topic, byte[] Payload, bool Retain, string? ContentType, uint Expiry, IReadOnlyDictionary<string, string> Properties)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public JsonElement Json => JsonDocument.Parse(Payload).RootElement;
}

/// <summary>An independent MQTT client that remembers everything in the order it came.</summary>
internal sealed class Observer : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<Seen> _seen = new();

    public IReadOnlyList<Seen> All => [.. _seen];

    public static async Task<Observer> Connect(int port, string filter = "#", Action<MqttClientOptionsBuilder>? more = null)
    {
        var observer = new Observer();
        observer._client.ApplicationMessageReceivedAsync += e =>
        {
            MqttApplicationMessage m = e.ApplicationMessage;
            observer._seen.Enqueue(new Seen(
                m.Topic,
                m.Payload.ToArrayCopy(),
                m.Retain,
                m.ContentType,
                m.MessageExpiryInterval,
                m.UserProperties?.ToDictionary(p => p.Name, p => Encoding.UTF8.GetString(p.ValueBuffer.Span)) ?? []));
            return Task.CompletedTask;
        };
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port)
            .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500);
        more?.Invoke(options);
        await observer._client.ConnectAsync(options.Build(), TestContext.Current.CancellationToken);
        await observer._client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);
        return observer;
    }

    public Task Publish(string topic, byte[] payload, bool retain = false) => _client.PublishAsync(
        new MqttApplicationMessage
        {
            Topic = topic,
            PayloadSegment = payload,
            Retain = retain,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        },
        TestContext.Current.CancellationToken);

    public Task Publish(string topic, string payload, bool retain = false) => Publish(topic, Encoding.UTF8.GetBytes(payload), retain);

    public Task<Seen> Wait(string topicEnd, Func<Seen, bool>? like = null) => Eventually.FoundAsync(
        () => _seen.FirstOrDefault(m => m.Topic.EndsWith(topicEnd, StringComparison.Ordinal) && (like?.Invoke(m) ?? true)),
        () => $"a message on …{topicEnd}; seen: "
            + $"{string.Join(" | ", _seen.Select(m => $"{m.Topic} {(m.Payload.Length < 300 ? m.Text : m.Payload.Length + " bytes")}"))}");

    public IReadOnlyList<Seen> On(string topicEnd) => [.. _seen.Where(m => m.Topic.EndsWith(topicEnd, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await _client.DisconnectAsync(new MqttClientDisconnectOptions());
        _client.Dispose();
    }
}

internal static class Payloads
{
    public static byte[] ToArrayCopy(this System.Buffers.ReadOnlySequence<byte> payload) =>
        System.Buffers.BuffersExtensions.ToArray(payload);
}
