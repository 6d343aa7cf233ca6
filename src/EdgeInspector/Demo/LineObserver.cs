using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Reporting;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Demo;

/// <summary>
/// An independent MQTT client that sees the line as a PLC and a quality engineer see it: the client knows nothing of the agent but what the
/// broker delivers, and compares each verdict with the truth of the simulated line.
/// </summary>
internal sealed class LineObserver : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Func<string, string?> _truthOf;
    private readonly string? _imageFolder;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _eventIds = new(StringComparer.Ordinal);
    private readonly List<double> _triggerToSignal = [];
    private readonly List<double> _inference = [];
    private readonly Dictionary<string, long> _verdicts = new(StringComparer.Ordinal);
    private TruthCounts _truth = new(0, 0, 0, 0);
    private long _signals;
    private long _images;

    /// <param name="truthOf">The true tag of a part by its id, or null for a part that the line does not know.</param>
    /// <param name="imageFolder">Where to save the images that arrive; null to only count them.</param>
    public LineObserver(Func<string, string?> truthOf, string? imageFolder)
    {
        _truthOf = truthOf;
        _imageFolder = imageFolder;
        _client.ApplicationMessageReceivedAsync += Receive;
    }

    /// <summary>Raised for each event after it was counted, on the client's thread.</summary>
    public event Action<ObservedVerdict>? Observed;

    public async Task ConnectAsync(int port, string topicFilter, CancellationToken stop)
    {
        await _client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId("demo-observer").WithCleanStart().Build(), stop);
        await _client.SubscribeAsync(topicFilter, MqttQualityOfServiceLevel.AtLeastOnce, stop);
    }

    /// <summary>What was seen so far.</summary>
    public ObservedCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new ObservedCounts(
                    _signals,
                    _eventIds.Count,
                    _images,
                    new VerdictCounts(
                        Verdicts(VerdictWords.Pass),
                        Verdicts(VerdictWords.Reject),
                        Verdicts(VerdictWords.Review),
                        Verdicts(VerdictWords.None)),
                    _truth,
                    new LatencyReport(Percentiles.Of(_triggerToSignal), Percentiles.Of(_inference)));
            }
        }
    }

    /// <summary>Waits until as many messages have arrived as were sent, or for <paramref name="patience"/>.</summary>
    public async Task SettleAsync(long signals, long events, long images, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < patience)
        {
            ObservedCounts counts = Counts;
            if (counts.Signals >= signals && counts.Events >= events && counts.Images >= images)
                return;
            await Task.Delay(20);
        }
    }

    private long Verdicts(string kind) => _verdicts.GetValueOrDefault(kind);

    private async Task Receive(MqttApplicationMessageReceivedEventArgs message)
    {
        string topic = message.ApplicationMessage.Topic;
        ReadOnlySequence<byte> payload = message.ApplicationMessage.Payload;
        if (topic.EndsWith("/signal", StringComparison.Ordinal))
        {
            lock (_gate)
                _signals++;
        }
        else if (topic.EndsWith("/event", StringComparison.Ordinal))
        {
            ReceiveEvent(payload);
        }
        else if (topic.EndsWith("/image", StringComparison.Ordinal))
        {
            lock (_gate)
                _images++;
            if (_imageFolder is not null)
                await SaveImage(message.ApplicationMessage, payload.ToArray());
        }
    }

    private void ReceiveEvent(ReadOnlySequence<byte> payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        JsonElement root = document.RootElement;
        JsonElement latencies = root.GetProperty("latenciesMs");
        string part = root.GetProperty("part").GetString()!;
        string verdict = root.GetProperty("verdict").GetString()!;
        string? truth = _truthOf(part);
        double triggerToSignal = latencies.GetProperty("triggerToSignal").GetDouble();
        lock (_gate)
        {
            if (!_eventIds.Add(root.GetProperty("id").GetString()!))
                return;
            _verdicts[verdict] = Verdicts(verdict) + 1;
            _triggerToSignal.Add(triggerToSignal);
            _inference.Add(latencies.GetProperty("inference").GetDouble());
            _truth = Compare(truth, verdict);
        }
        Observed?.Invoke(new ObservedVerdict(
            root.GetProperty("station").GetString()!, part, truth ?? "?", verdict, Text(root, "rule") ?? Text(root, "reason") ?? "",
            triggerToSignal));
    }

    private TruthCounts Compare(string? truth, string verdict) => (truth, verdict) switch
    {
        (null, _) => _truth,
        ("ok", VerdictWords.Pass) => _truth with { TrueNegative = _truth.TrueNegative + 1 },
        ("ok", _) => _truth with { FalsePositive = _truth.FalsePositive + 1 },
        (_, VerdictWords.Pass) => _truth with { FalseNegative = _truth.FalseNegative + 1 },
        _ => _truth with { TruePositive = _truth.TruePositive + 1 },
    };

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? PartOf(MqttApplicationMessage message) =>
        message.UserProperties?.FirstOrDefault(p => p.Name == "part") is { } part ? Encoding.UTF8.GetString(part.ValueBuffer.Span) : null;

    private async Task SaveImage(MqttApplicationMessage message, byte[] jpeg)
    {
        string part = PartOf(message) ?? $"image-{_images}";
        string station = message.Topic.Split('/')[^2];
        Directory.CreateDirectory(_imageFolder!);
        await File.WriteAllBytesAsync(Path.Combine(_imageFolder!, $"{station}-{Path.GetFileName(part)}.jpg"), jpeg);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.TryDisconnectAsync();
        _client.Dispose();
    }
}

/// <summary>One event as the observer saw it.</summary>
internal sealed record ObservedVerdict(string Station, string Part, string Truth, string Verdict, string Why, double TriggerToSignalMs)
{
    /// <summary>True when the verdict agrees with the truth.</summary>
    public bool IsRight => Truth == "ok" == (Verdict == VerdictWords.Pass);
}

/// <summary>What the observer counted.</summary>
internal sealed record ObservedCounts(
    long Signals, long Events, long Images, VerdictCounts Verdicts, TruthCounts Truth, LatencyReport LatencyMs);
