using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.State;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Tests.Support;

/// <summary>A station with its link and its evidence, connected to some broker.</summary>
internal sealed class LineUnderTest : IAsyncDisposable
{
    public const string Station = "weld-3";

    public static readonly ModelIdentity Model = new("parts", new string('a', 64), "Iteration 4", ModelKind.Detector, ["scratch"], "cpu");

    private long _sequence;

    private readonly TemporaryFolder? _ownFolder;
    private readonly StationInputs _inputs;

    /// <param name="dataFolder">A folder that outlives the line, to start another on it; null: one of its own, removed at the end.</param>
    public LineUnderTest(
        MqttOptions options,
        ImageOptions? images = null,
        Action<string, long>? onTrigger = null,
        TimeProvider? time = null,
        ILogger? log = null,
        string? dataFolder = null,
        Action<long>? onParts = null,
        JournalOptions? journal = null,
        AuditOptions? audit = null,
        bool sharesFaults = false,
        IReadOnlyDictionary<string, WebhookOptions>? webhooks = null)
    {
        DataFolder = dataFolder ?? (_ownFolder = new TemporaryFolder()).Path;
        // The machine that runs the tests may have little room.
        images ??= new ImageOptions { SpoolMinimumFree = 0 };
        Options = options;
        Time = time ?? TimeProvider.System;
        Log = log as RecordingLog ?? new RecordingLog();
        var agent = new AgentIdentity("pc-7", "line-1", "0.1.0") { DataFolder = DataFolder };
        BrokerFaults? faults = sharesFaults ? new BrokerFaults(Time, Log) : null;
        Topics = StationTopics.ForAll(options, "line-1", [Station])[Station];
        _inputs = new StationInputs
        {
            Trigger = onTrigger is null ? null : (part, at, _) =>
            {
                onTrigger(part, at);
                return true;
            },
            Parts = onParts,
        };
        Link = new StationLink(agent, new StationScope(Station, Health, Counters, Time, Log), Topics, options, faults);
        var kept = new EvidenceOptions
        {
            Mqtt = options,
            DataFolder = DataFolder,
            Journal = journal ?? new JournalOptions(),
            Images = images,
            Audit = audit ?? new AuditOptions { Enabled = false },
            Webhooks = webhooks ?? new Dictionary<string, WebhookOptions>(),
        };
        var own = new EvidenceStation(Topics, Health, Counters);
        Waiting = own.Waiting;
        var stations = new Dictionary<string, EvidenceStation> { [Station] = own };
        Evidence = new EvidenceDelivery(agent, kept, stations, Time, Log, faults);
    }

    public string DataFolder { get; }

    public MqttOptions Options { get; }

    public TimeProvider Time { get; }

    public RecordingLog Log { get; }

    public StationTopics Topics { get; }

    public StationHealth Health { get; } = new();

    public StationCounters Counters { get; } = new();

    public WaitingEvidence Waiting { get; }

    public StationLink Link { get; }

    public EvidenceDelivery Evidence { get; }

    public FramePool Frames { get; } = new();

    public static MqttOptions At(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ClientId = $"test-{Guid.NewGuid():N}",
        FirstPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(100),
        StateInterval = TimeSpan.FromMilliseconds(500),
        KeepAlive = TimeSpan.FromSeconds(1),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Lets the link connect.</summary>
    public void StartLink() => Link.Start(_inputs, new StateSources { Model = () => Model, Waiting = Waiting });

    public async Task<LineUnderTest> Connected()
    {
        StartLink();
        Evidence.Start([Link]);
        using var limit = new CancellationTokenSource(Eventually.Patience);
        await Link.WaitConnected(limit.Token);
        // What is published before the link listens is lost.
        await Eventually.TrueAsync(() => !Health.Has(StationLink.Component), "the link to listen");
        await Evidence.WaitConnected(limit.Token);
        return this;
    }

    public Signal Signal(
        string part = "part-1", double validMs = 5000, VerdictKind verdict = VerdictKind.Reject, GateAction action = GateAction.Reject) =>
        new(part, Interlocked.Increment(ref _sequence), verdict, action, DateTimeOffset.UtcNow, Time.GetTimestamp()
            + (long)(validMs * Time.TimestampFrequency / 1000));

    public InspectedPart Part(
        string part = "part-1",
        VerdictKind verdict = VerdictKind.Reject,
        bool withFrame = true,
        int width = 640,
        int height = 480,
        bool noise = false)
    {
        Frame? frame = withFrame ? Picture(width, height, noise) : null;
        return new InspectedPart
        {
            Id = Guid.CreateVersion7(),
            Station = Station,
            Part = part,
            Sequence = Interlocked.Increment(ref _sequence),
            TriggeredAt = DateTimeOffset.UtcNow,
            CapturedAt = DateTimeOffset.UtcNow,
            VerdictAt = DateTimeOffset.UtcNow,
            Verdict = verdict == VerdictKind.None
                ? Verdict.None(NoneReason.Deadline)
                : new Verdict(verdict, NoneReason.NotNone, verdict == VerdictKind.Pass ? null : "scratch 0.93 ≥ 0.50", "scratch", 0.93f),
            Action = verdict == VerdictKind.Pass ? GateAction.Pass : GateAction.Reject,
            Signal = SignalOutcome.Sent,
            Predictions =
            [
                new("scratch", 0.93f, new BoundingBox(0.2f, 0.3f, 0.3f, 0.2f)),
                new("dent", 0.004f, new BoundingBox(0, 0, 0.1f, 0.1f)),
            ],
            Model = Model,
            Timing = new PredictionTiming(TimeSpan.FromMilliseconds(0.3), TimeSpan.FromMilliseconds(8.6), TimeSpan.FromMilliseconds(0.1)),
            FrameToSignal = TimeSpan.FromMilliseconds(10),
            TriggerToSignal = TimeSpan.FromMilliseconds(25.5),
        }.With(frame);
    }

    public async ValueTask DisposeAsync()
    {
        await Link.DisposeAsync();
        await Evidence.DisposeAsync();
        Frames.Dispose();
        _ownFolder?.Dispose();
    }

    private Frame Picture(int width, int height, bool noise)
    {
        Frame frame = Frames.Rent(width, height);
        if (noise)
            new Random(1).NextBytes(frame.Writable);
        else
            frame.Writable.Fill(128);
        frame.Stamp(Time.GetTimestamp(), DateTimeOffset.UtcNow, 1);
        return frame;
    }
}
