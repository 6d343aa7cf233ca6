using EdgeInspector.Capture;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Delivery;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.State;
using EdgeInspector.Hosting.Challenges;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.Files;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>One station with what belongs to it alone: its camera feed, its models and its link to the broker. Owns all of them.</summary>
internal sealed partial class InspectionStation : IAsyncDisposable
{
    private readonly FramePool _frames;
    private readonly FrameRing? _ring;
    private Task _feedEnds = Task.CompletedTask;

    private InspectionStation(
        Station station, CameraFeed feed, StationLink link, FramePool frames, FrameRing? ring, PackageSwitch models, StationControl commands,
        StationLearning references)
    {
        Station = station;
        Feed = feed;
        Link = link;
        _frames = frames;
        _ring = ring;
        Models = models;
        Commands = commands;
        References = references;
    }

    public Station Station { get; }

    public CameraFeed Feed { get; }

    public StationLink Link { get; }

    public PackageSwitch Models { get; }

    public StationControl Commands { get; }

    public StationLearning References { get; }

    /// <summary>True while neither the station nor its camera hangs.</summary>
    public bool MakesProgress => Station.MakesProgress && Feed.HungFor is null;

    /// <summary>What hangs in native code and will not come back, as a sentence; null while there is hope.</summary>
    public string? Hung =>
        Station.IsBeyondHope ? $"Station {Station.Name}: the model has not returned for {Station.LostFor!.Value.TotalSeconds:0} s since the station was lost."
        : Feed.HungFor > Station.HungAfter ? $"Station {Station.Name}: the camera's driver does not return from its calls."
        : null;

    /// <exception cref="RefusedException">The model or the rules must be mended first.</exception>
    public static InspectionStation Build(
        string name,
        StationSettings settings,
        AgentOptions options,
        AgentIdentity identity,
        EvidenceStation own,
        EvidenceDelivery evidence,
        AgentPackages store,
        CommandedFile commanded,
        ChallengeFile challenges,
        BrokerFaults faults,
        TimeProvider time,
        ILoggerFactory logs)
    {
        (StationTopics topics, StationHealth health, StationCounters counters, FrameRing? ring) = own;
        StationModelOptions modelOptions = AgentPackages.OptionsOf(name, settings, options) with { Optimised = store.Optimised };
        RunMark? mark = store.MarkOf(name);
        FirstModel first = FirstModel.Load(name, modelOptions, store.Store, store.Trust, store.Active, time,
            logs.CreateLogger<PackageSwitch>(), mark?.Left, store.WasKilled);
        if (first.Model is not { } model)
        {
            mark?.Dispose();
            throw new RefusedException(first.Problems);
        }
        if (store.Active.Problem is { } damaged)
            first.Complaints.Insert(0, damaged);
        if (first.Complaints.Count > 0)
        {
            string complaint = string.Join(" ", first.Complaints);
            health.Complain(PackageSwitch.Component, complaint);
            LogFirstModel(logs.CreateLogger<InspectionStation>(), name, complaint);
        }

        // Files may show one picture twice.
        if (settings.Camera is { Folder: not null } or { Video: not null })
            settings = settings with { Picture = settings.Picture with { FrozenAfter = 0 } };
        var frames = new FramePool();
        Frame? emptyConveyor = null;
        try
        {
            emptyConveyor = EmptyConveyor(name, settings, frames, out string? unreadable);
            if (unreadable is not null)
                throw new RefusedException(unreadable);
            Station? station = null;
            StationControl? commands = null;
            PackageSwitch? models = null;
            StationLearning? references = null;
            Func<string, long, string?, bool>? onTrigger =
                settings.Trigger.Kind == TriggerKind.Mqtt ? (part, at, type) => station!.Fire(part, at, type) : null;
            Action<long>? onParts = settings.Reconciliation.Enabled ? count => station!.ReportParts(count) : null;
            var tap = new StationTap(evidence);
            var link = new StationLink(
                identity, name, options.Mqtt, topics, health, counters, () => station!.Model, onTrigger, time, logs.CreateLogger<StationLink>(), onParts,
                options.Commands, (command, stop) => ObeyAsync(command, name, commands!, evidence, time, stop), () => commands?.Commanded ?? Commanded.Nothing,
                () => models is null ? ModelsBeside.None : ModelEvents.Beside(models), () => evidence.AuditHead, () => station?.Challenges.Standing,
                () => references?.Shown ?? ReferencesShown.None, faults);
            station = new Station(
                name, settings, model.Rules, model.Generation, link, tap, health, counters, time, logs.CreateLogger<Station>(), emptyConveyor);
            Func<string, string, bool>? partUnseen = settings.Trigger.Kind == TriggerKind.EveryFrame ? station.FireUnseen : null;
            // With a condition, a tick of the clock is a question that the next picture answers.
            bool isAskedForParts = settings.Trigger is { Kind: TriggerKind.Mqtt } or { Kind: TriggerKind.Interval, When: TriggerCondition.Always };
            var place = new CameraPlace(health, FolderMemoryOf(name, options), partUnseen, isAskedForParts ? station.WaitUntilFrameWanted : null);
            ICameraSource source = CameraSources.Create(settings.Camera!, time, logs.CreateLogger<CameraFeed>(), place);
            IFrameSink sink = ring is null ? station : new RememberedFrames(station, ring);
            var feed = new CameraFeed(name, source, settings.Camera!, sink, frames, health, counters, time, logs.CreateLogger<CameraFeed>());
            models = store.Add(station, model, modelOptions, (_, change) => Tell(change, name, evidence, link), mark);
            models.BesideChanged += link.PublishState;
            if (first.WayBack is { } wayBack)
                evidence.Tell(ModelEvents.Of(wayBack, name));
            tap.Models = models;
            references = new StationLearning(
                station, new ReferenceFolder(options.DataFolder), news => Tell(news, evidence, link), time, logs.CreateLogger<StationLearning>());
            foreach (Reference reference in references.TakeUp())
                evidence.Note(StationAudit.Begins(name, reference, time.GetUtcNow()));
            station.References.Changed += link.PublishState;
            commands = new StationControl(
                station,
                models,
                settings.RulesAlone,
                commanded,
                (command, stop) => store.ObeyAsync(name, command, stop),
                command => command.Stop
                    ? references.CallOff(command.By, command.Why)
                    : references.Learn(command.Type, command.Parts, command.By, command.Why),
                news => Tell(news, evidence, link),
                time,
                logs.CreateLogger<StationControl>());
            evidence.Note(StationAudit.Begins(name, station.Model, settings.RulesAlone, time.GetUtcNow()));
            station.StormChanged += news => Tell(news, name, evidence, link);
            commands.TakeUp(options.Commands.Enabled);
            new StationChallenges(station, challenges, evidence, link, logs.CreateLogger<StationChallenges>()).Start();
            return new InspectionStation(station, feed, link, frames, ring, models, commands, references);
        }
        catch
        {
            model.Generation.Dispose();
            mark?.Dispose();
            frames.Dispose();
            throw;
        }
        finally
        {
            emptyConveyor?.Release();
        }
    }

    /// <summary>Has a command carried out; one that is refused leaves its entry in the audit log too.</summary>
    private static async Task<CommandAnswer> ObeyAsync(
        RemoteCommand command, string station, StationControl commands, EvidenceDelivery evidence, TimeProvider time, CancellationToken stop)
    {
        CommandAnswer answer = await commands.ObeyAsync(command, stop);
        if (!answer.Ok)
            evidence.Note(StationAudit.Refused(command, station, answer, time.GetUtcNow()));
        return answer;
    }

    private static void Tell(StormNews news, string station, EvidenceDelivery evidence, StationLink link)
    {
        evidence.Tell(news, station);
        link.PublishState();
    }

    private static void Tell(ModelChange change, string station, EvidenceDelivery evidence, StationLink link)
    {
        evidence.Tell(ModelEvents.Of(change, station));
        link.PublishState();
    }

    private static void Tell(ReferenceNews news, EvidenceDelivery evidence, StationLink link)
    {
        evidence.Tell(news);
        link.PublishState();
    }

    private static void Tell(CommandNews news, EvidenceDelivery evidence, StationLink link)
    {
        evidence.Tell(news);
        link.PublishState();
    }

    /// <summary>Where a station that reads a folder remembers what it has read.</summary>
    private static string FolderMemoryOf(string station, AgentOptions options) =>
        Path.GetFullPath(Path.Combine(options.DataFolder, "folders", DeviceNames.Avoided($"{Uri.EscapeDataString(station)}.txt")));

    /// <summary>Why the picture of the empty conveyor can't be used; null where it can, or where none is asked for.</summary>
    public static string? EmptyConveyorFault(string station, StationSettings settings)
    {
        using var frames = new FramePool();
        EmptyConveyor(station, settings, frames, out string? problem)?.Release();
        return problem;
    }

    private static Frame? EmptyConveyor(string station, StationSettings settings, FramePool frames, out string? problem)
    {
        problem = null;
        bool isUsed = settings.Trigger is { Kind: TriggerKind.Presence } or { When: TriggerCondition.Occupied };
        if (!isUsed || settings.Trigger.Presence.EmptyConveyor is not { } file)
            return null;
        ImageReading reading = ImageFile.Read(file, frames, ImageLimits.Of(settings.Camera!.Formats), settings.Camera.SourceBitDepth);
        if (reading.Frame is null)
            problem = $"Stations:{station}:Trigger:Presence:EmptyConveyor: {reading.Problem}";
        return reading.Frame;
    }

    /// <summary>Starts to inspect, then lets the camera in.</summary>
    public void StartInspecting()
    {
        Station.Start();
        Feed.Start();
    }

    /// <summary>No more frames and triggers; those accepted get their verdicts.</summary>
    public void StopInspecting(TimeSpan patience)
    {
        Station.Stop(patience);
        // A camera that hangs holds nobody up: its thread is waited for only at the very end.
        _feedEnds = Task.Factory.StartNew(Feed.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Frees what <see cref="Build"/> made, for a station that never started.</summary>
    public async ValueTask DiscardAsync()
    {
        Feed.Dispose();
        await Models.DisposeAsync();
        _frames.Dispose();
        _ring?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _feedEnds;
        Feed.Dispose();
        bool hasEnded = Station.Stop(TimeSpan.FromSeconds(2));
        Station.Dispose();
        await Link.DisposeAsync();
        // A model that is still at work must not be freed under its own feet; the process ends soon.
        if (hasEnded)
            await Models.DisposeAsync();
        _frames.Dispose();
        _ring?.Dispose();
    }

    [LoggerMessage(EventId = 608, Level = LogLevel.Warning, Message = "Station {Station}: {Complaint}")]
    private static partial void LogFirstModel(ILogger log, string station, string complaint);
}
