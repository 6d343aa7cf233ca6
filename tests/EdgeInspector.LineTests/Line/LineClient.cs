using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.LineTests.Line;

/// <summary>A message as an independent client received it.</summary>
internal sealed record Received(
    string Topic,
    byte[] Payload,
    bool Retained,
    MqttQualityOfServiceLevel QoS,
    string? ContentType,
    uint Expiry,
    IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>The last level of the topic.</summary>
    public string Kind => Topic[(Topic.LastIndexOf('/') + 1)..];

    public string Text => Encoding.UTF8.GetString(Payload);

    public JsonElement Json => JsonDocument.Parse(Payload).RootElement;

    /// <summary>A text property of the JSON payload.</summary>
    public string? this[string property] => Json.GetProperty(property).GetString();
}

/// <summary>An MQTT client of its own that keeps everything it receives; stands for the PLC and the quality system.</summary>
internal sealed class LineClient : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly object _gate = new();
    private readonly List<Received> _received = [];

    private LineClient() => _client.ApplicationMessageReceivedAsync += Keep;

    public static async Task<LineClient> ConnectAsync(int port, string? user = null, string? password = null)
    {
        var client = new LineClient();
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500);
        if (user is not null)
            options.WithCredentials(user, password);
        await client._client.ConnectAsync(options.Build());
        await client._client.SubscribeAsync("edgeinspector/#", MqttQualityOfServiceLevel.AtLeastOnce);
        return client;
    }

    public Task PublishAsync(string topic, string payload) =>
        _client.PublishStringAsync(topic, payload, MqttQualityOfServiceLevel.AtLeastOnce);

    public Task PublishRetainedAsync(string topic, string payload) =>
        _client.PublishStringAsync(topic, payload, MqttQualityOfServiceLevel.AtLeastOnce, retain: true);

    /// <summary>Everything the agent has published so far; what others asked of it is left out.</summary>
    public IReadOnlyList<Received> Everything()
    {
        lock (_gate)
            return [.. _received.Where(message => !message.Topic.Contains("/command/", StringComparison.Ordinal))];
    }

    public IReadOnlyList<Received> All(string kind)
    {
        lock (_gate)
            return [.. _received.Where(message => message.Kind == kind)];
    }

    /// <summary>Waits until as many messages of a kind as wanted fulfil a condition, and returns them.</summary>
    public IReadOnlyList<Received> WaitFor(string kind, int count = 1, Func<Received, bool>? where = null, TimeSpan? timeout = null)
    {
        TimeSpan patience = timeout ?? LineTest.Patience;
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (true)
            {
                List<Received> found = [.. _received.Where(message => message.Kind == kind && (where is null || where(message)))];
                if (found.Count >= count)
                    return found;
                TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    throw new TimeoutException($"{found.Count} of {count} messages '{kind}' came within {patience}; in all: "
                        + $"{string.Join(", ", _received.CountBy(m => m.Kind))}.");
                Monitor.Wait(_gate, left);
            }
        }
    }

    private Task Keep(MqttApplicationMessageReceivedEventArgs e)
    {
        MqttApplicationMessage message = e.ApplicationMessage;
        var received = new Received(
            message.Topic,
            message.Payload.ToArray(),
            message.Retain,
            message.QualityOfServiceLevel,
            message.ContentType,
            message.MessageExpiryInterval,
            message.UserProperties?.ToDictionary(p => p.Name, p => Encoding.UTF8.GetString(p.ValueBuffer.Span)) ?? []);
        lock (_gate)
        {
            _received.Add(received);
            Monitor.PulseAll(_gate);
        }
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.TryDisconnectAsync();
        _client.Dispose();
    }
}
