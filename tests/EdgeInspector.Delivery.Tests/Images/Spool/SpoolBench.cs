using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

/// <summary>A spool in a folder of its own, without a broker, whose clock and disk the test turns.</summary>
internal sealed class SpoolBench : IDisposable
{
    public const string Station = "weld-3";

    private readonly TemporaryFolder _root = new();
    private SmallDisk? _disk;

    public SpoolBench()
    {
        Folder = _root["spool"];
        Clock = new WatchedClock(Time);
    }

    public string Folder { get; private set; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The clock of the spool: <see cref="Time"/>, whose wall clock can be set wrong.</summary>
    public WatchedClock Clock { get; }

    public StationHealth Health { get; } = new();

    public StationCounters Counters { get; } = new();

    /// <summary>What waits in the spool that was opened last.</summary>
    public WaitingEvidence Waiting { get; private set; } = new();

    public RecordingLog Log { get; } = new();

    /// <summary>What events were told of lost pictures: ids and reason.</summary>
    public List<(IReadOnlyList<Guid> Ids, string Reason)> Told { get; } = [];

    public IEnumerable<Guid> ToldIds => Told.SelectMany(told => told.Ids);

    /// <summary>What the disk says is free.</summary>
    public Func<long?> Free { get; set; } = () => null;

    public string? Complaint => Health.Complaints.GetValueOrDefault("spool");

    public IReadOnlyList<string> Files => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file))
            .Order(StringComparer.Ordinal)]
        : [];

    /// <summary>A spool on the folder, loaded; a second one is what a restart gives.</summary>
    public ImageSpool Open(ImageOptions? options = null)
    {
        var stations = new Dictionary<string, EvidenceStation>
        {
            [Station] = new(StationTopics.ForAll(new MqttOptions(), "line-1", [Station])[Station], Health, Counters),
        };
        Waiting = stations[Station].Waiting;
        var scope = new DeliveryScope(new AgentIdentity("pc-7", "line-1", "0.1.0"), new MqttOptions(), stations, Clock, Log);
        var lost = new LostImages(stations, (_, ids, reason) => Told.Add((ids, reason)), Log, Clock);
        var spool = new ImageSpool(scope, Folder, options ?? new ImageOptions { SpoolMinimumFree = 0 }, lost, _ => Free());
        spool.Load(TestContext.Current.CancellationToken);
        return spool;
    }

    /// <summary>A part of this moment; the clock then goes on by a second.</summary>
    public InspectedPart Part(VerdictKind verdict = VerdictKind.Reject, string part = "part-7", string station = Station)
    {
        var made = new InspectedPart
        {
            Id = WallTime.NewId(Clock.GetUtcNow()),
            Station = station,
            Part = part,
            Sequence = 1,
            TriggeredAt = Clock.GetUtcNow(),
            VerdictAt = Clock.GetUtcNow(),
            Verdict = new Verdict(verdict, NoneReason.NotNone, "scratch 0.93 ≥ 0.50", "scratch", 0.93f),
            Action = GateAction.Reject,
            Signal = SignalOutcome.Sent,
            Predictions = [],
            TriggerToSignal = TimeSpan.FromMilliseconds(20),
        };
        Time.Advance(TimeSpan.FromSeconds(1));
        return made;
    }

    /// <summary>Stores a picture of about so many bytes, half of them the original.</summary>
    public Guid Store(ImageSpool spool, VerdictKind verdict = VerdictKind.Reject, int bytes = 100_000)
    {
        InspectedPart part = Part(verdict);
        spool.Store(part, "a/image", new byte[bytes / 2], new byte[bytes / 2]);
        return part.Id;
    }

    public static SpoolEntry Next(ImageSpool spool) => Assert.Single(spool.NextToPublish(1, _ => true));

    /// <summary>As if the broker had acknowledged the oldest picture.</summary>
    public static Guid DeliverNext(ImageSpool spool)
    {
        SpoolEntry next = Next(spool);
        spool.Deliver(next, spool.Read(next)!.Value.Sidecar);
        return next.Id;
    }

    public IEnumerable<Guid> Kept(string ending = ".json") =>
        Files.Where(file => file.EndsWith(ending, StringComparison.Ordinal))
            .Select(file => SpoolNames.IdOf(Path.GetFileNameWithoutExtension(file))!.Value)
            .Order();

    /// <summary>The disk of the spool, after <see cref="OnSmallDisk"/>.</summary>
    public SmallDisk Disk => _disk!;

    /// <summary>Puts the spool on a small disk of its own; skips the test where that is not permitted.</summary>
    public void OnSmallDisk(int megabytes)
    {
        _disk = SmallDisk.Mount(_root["disk"], $"{megabytes}m");
        Folder = Path.Combine(_root["disk"], "spool");
    }

    public void Dispose()
    {
        _disk?.Dispose();
        _root.Dispose();
    }
}
