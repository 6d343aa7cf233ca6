using System.Collections.Concurrent;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Support;

/// <summary>
/// A station that runs real models on grey pictures, with everything that may change them; the way to the gate and the evidence are kept in
/// memory.
/// </summary>
internal sealed class ModelBench : ISignaller, IInspectedPartSink, IAsyncDisposable
{
    private readonly FramePool _frames = new();
    private readonly BlockingCollection<InspectedPart> _parts = [];
    private readonly PackageSwitch _models;

    public ModelBench(
        StoreBench store,
        string model,
        Func<StationModelOptions, StationModelOptions>? options = null,
        TimeSpan? deadline = null,
        PackageTrust? trust = null,
        StoreDisk? disk = null)
    {
        Folders = store.Folders;
        Store = new PackageStore(Folders, disk ?? new StoreDisk());
        Active = new ActiveFile(Folders, TimeProvider.System, NullLogger.Instance);
        trust ??= new PackageTrust([]);
        var mine = new StationModelOptions
        {
            Model = model,
            Inference = new InferenceOptions { Threads = 1, WarmUpRuns = 1 },
            Probation = new ProbationOptions { Parts = 0 },
        };
        mine = options?.Invoke(mine) ?? mine;
        var books = new PackageBooks(Store, trust, Active);
        StartOutcome first = new FirstModel("s1", mine, books, TimeProvider.System, NullLogger.Instance).Load();
        Assert.True(first.Model is not null, string.Join('\n', first.Problems));
        Complaints = [.. first.Complaints];
        Station = new Station(
            new StationScope("s1", Health, new StationCounters(), TimeProvider.System, NullLogger.Instance),
            new StationOptions
            {
                Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame },
                Deadline = deadline ?? TimeSpan.FromSeconds(20),
                Picture = PictureOptions.Off,
            },
            first.Model.Rules,
            first.Model.Generation,
            new StationOutputs(this, this));
        var shared = new SwitchingContext(
            books, new ModelOptions(), Turn, () => Freed++, TimeProvider.System, NullLogger.Instance);
        _models = new PackageSwitch(Station, first.Model.Generation, mine, shared, News.Enqueue);
        Desk = new ModelDesk(
            new Dictionary<string, PackageSwitch> { ["s1"] = _models },
            shared with { Limits = new ModelOptions { KeepNewest = 2 } },
            Folders,
            new Trial(ReadGrey, NullLogger.Instance),
            (_, path) => File.WriteAllText(path, "picture"));
        Station.Start();
    }

    /// <summary>Whoever holds it keeps all swaps waiting.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public StoreFolders Folders { get; }

    public PackageStore Store { get; }

    public ActiveFile Active { get; }

    public Station Station { get; }

    public StationHealth Health { get; } = new();

    public PackageSwitch Models => _models;

    public ModelDesk Desk { get; }

    public ConcurrentQueue<ModelChange> News { get; } = [];

    public IReadOnlyList<string> Complaints { get; }

    public int Freed { get; private set; }

    /// <summary>A picture file of these tests holds one digit: how bright the grey picture is.</summary>
    public static (Frame? Frame, string? Problem) ReadGrey(string path, FramePool pool)
    {
        if (!byte.TryParse(File.ReadAllText(path), out byte grey))
            return (null, "It is no picture of these tests.");
        Frame frame = pool.Rent(320, 200);
        frame.Writable.Fill(grey);
        return (frame, null);
    }

    /// <summary>Inspects a grey picture and gives its record.</summary>
    public InspectedPart Inspect(byte grey = 128)
    {
        Frame frame = _frames.Rent(320, 200);
        frame.Writable.Fill(grey);
        frame.Stamp(TimeProvider.System.GetTimestamp(), DateTimeOffset.UtcNow, 1);
        Station.Accept(frame, mayWait: true, TestContext.Current.CancellationToken);
        Assert.True(_parts.TryTake(out InspectedPart? part, TimeSpan.FromMinutes(2)), "No record came.");
        return part;
    }

    public SignalOutcome Send(in Signal signal) => SignalOutcome.Sent;

    public void Open(string station, Trigger trigger)
    {
    }

    public void Accept(InspectedPart part)
    {
        part.Dispose();
        _parts.Add(part);
    }

    /// <summary>Hands a package in as the inbox does.</summary>
    public Task<(SwitchOutcome Outcome, ImportOutcome? Import)> TakeAsync(string package, bool force = false) => Desk.TakeAsync(
        null, new Arrival(package, "inbox", null, "dropped"), AfterImport.ActivateOrShadow, force, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Station.Dispose();
        await _models.DisposeAsync();
        Assert.Equal(0, _frames.InUse);
        _frames.Dispose();
        _parts.Dispose();
        Turn.Dispose();
    }
}
