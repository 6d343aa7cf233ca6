using EdgeInspector.Capture;
using EdgeInspector.Delivery;
using EdgeInspector.Delivery.State;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.Challenges;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Hosting.References;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.Settings;
using EdgeInspector.Web;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>
/// One station with everything that belongs to it alone: its camera feed, its models and its link to the broker. Owns all of them.
/// </summary>
internal sealed partial class InspectionStation : IAsyncDisposable
{
    private readonly AgentScope _agent;
    private readonly StationSettings _settings;
    private readonly FramePool _frames;
    private readonly EvidenceStation _own;
    private readonly StationNews _news;
    private readonly StationControl _control;
    private readonly FrameWatch _watch = new();
    private Task _feedEnds = Task.CompletedTask;

    /// <summary>Ties the station together: link, inspection, camera, models, and remote control.</summary>
    private InspectionStation(
        AgentScope agent, StationScope scope, StationSettings settings, EvidenceStation own, FramePool frames, Beginning beginning)
    {
        (_agent, _settings, _frames, _own) = (agent, settings, frames, own);
        ILoggerFactory logs = agent.Logs;
        Link = new StationLink(agent.Identity, scope.With<StationLink>(logs), own.Topics, agent.Options.Mqtt, agent.Faults);
        _news = new StationNews(scope, agent.Evidence.News, Link);
        Station = CreateStation(scope.With<Station>(logs), beginning.Model);
        Feed = CreateFeed(scope.With<CameraFeed>(logs));
        Packages = agent.Packages.Add(Station, beginning.Model, beginning.Options, _news.Tell, beginning.Mark);
        References = new StationLearning(Station, agent.References, _news.Tell, agent.Time, logs.CreateLogger<StationLearning>());
        StationScope controlled = scope.With<StationControl>(logs);
        Rules = new RuleControl(Packages, agent.Commanded, _news, controlled);
        _control = new StationControl(Station, Rules, agent.Commanded, _news, controlled)
        {
            ObeyModels = (command, stop) => agent.Packages.ObeyAsync(scope.Name, command, stop),
            Learn = command => command.Stop
                ? References.CallOff(command.By, command.Why)
                : References.Learn(command.Type, command.Parts, command.By, command.Why),
        };
    }

    public Station Station { get; }

    public CameraFeed Feed { get; }

    public StationLink Link { get; }

    public PackageSwitch Packages { get; }

    public RuleControl Rules { get; }

    public StationLearning References { get; }

    /// <summary>The station as callers over HTTP reach it.</summary>
    public HttpStation ForCallers => new(
        Station, Packages, Link, _own.Waiting, _settings.Trigger.Kind == TriggerKind.Mqtt, _settings.Deadline)
    {
        Watch = _watch,
        Obey = _control.ObeyAsync,
        Commanded = () => _control.Commanded,
        References = () => References.Shown,
    };

    /// <summary>True while neither the station nor its camera hangs.</summary>
    public bool MakesProgress => Station.MakesProgress && Feed.HungFor is null;

    /// <summary>What hangs in native code and will not come back, as a sentence; null while nothing hangs for good.</summary>
    public string? Hung =>
        Station.IsBeyondHope
            ? $"Station {Station.Name}: "
                + $"the model has not returned for {Station.LostFor!.Value.TotalSeconds:0} s since the station was lost."
            : Feed.HungFor > Station.HungAfter ? $"Station {Station.Name}: the camera's driver does not return from its calls."
            : null;

    /// <summary>Loads the station's model and builds everything around it.</summary>
    /// <param name="agent">What all stations share.</param>
    /// <param name="name">The station's name.</param>
    /// <param name="settings">The station's settings.</param>
    /// <param name="own">What the delivery of evidence knows of the station.</param>
    /// <exception cref="RefusedException">The model or the rules must be mended first.</exception>
    public static InspectionStation Build(AgentScope agent, string name, StationSettings settings, EvidenceStation own)
    {
        // Files may show the same picture twice.
        if (settings.Camera is { Folder: not null } or { Video: not null })
            settings = settings with { Picture = settings.Picture with { FrozenAfter = 0 } };
        var scope = new StationScope(name, own.Health, own.Counters, agent.Time, agent.Logs.CreateLogger<InspectionStation>());
        Beginning beginning = LoadFirst(agent, scope, settings);
        var frames = new FramePool();
        try
        {
            var station = new InspectionStation(agent, scope, settings, own, frames, beginning);
            station.TakeUp(beginning.WayBack);
            return station;
        }
        catch
        {
            beginning.Model.Generation.Dispose();
            beginning.Mark?.Dispose();
            frames.Dispose();
            throw;
        }
    }

    /// <summary>Begins to connect, and to connect again for ever; does not wait for a connection.</summary>
    public void Connect() => Link.Start(
        new StationInputs
        {
            Trigger = _settings.Trigger.Kind == TriggerKind.Mqtt ? Station.Fire : null,
            Parts = _settings.Reconciliation.Enabled ? Station.ReportParts : null,
            Commands = _agent.Options.Commands,
            Command = _control.ObeyAsync,
        },
        new StateSources
        {
            Model = () => Station.Model,
            Beside = () => ModelEvents.Beside(Packages),
            Commanded = () => _control.Commanded,
            Audit = () => _agent.Evidence.AuditHead,
            Challenges = () => Station.Challenges.Standing,
            Waiting = _own.Waiting,
            References = () => References.Shown,
        });

    /// <summary>Starts to inspect, then starts the camera.</summary>
    public void StartInspecting()
    {
        Station.Start();
        Feed.Start();
    }

    /// <summary>No more frames and triggers are accepted; accepted triggers get their verdicts.</summary>
    public void StopInspecting(TimeSpan patience)
    {
        Station.Stop(patience);
        // A camera that hangs must not hold up the others: its thread is waited for only at the very end.
        _feedEnds = Task.Factory.StartNew(Feed.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Frees what <see cref="Build"/> made, for a station that never started.</summary>
    public async ValueTask DiscardAsync()
    {
        Feed.Dispose();
        await Packages.DisposeAsync();
        _watch.Dispose();
        _frames.Dispose();
        _own.Ring?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _feedEnds;
        Feed.Dispose();
        bool hasEnded = Station.Stop(TimeSpan.FromSeconds(2));
        Station.Dispose();
        await Link.DisposeAsync();
        // A model that is still running must not be freed; the process ends soon.
        if (hasEnded)
            await Packages.DisposeAsync();
        _watch.Dispose();
        _frames.Dispose();
        _own.Ring?.Dispose();
    }

    private static Beginning LoadFirst(AgentScope agent, StationScope scope, StationSettings settings)
    {
        AgentPackages packages = agent.Packages;
        StationModelOptions options = AgentPackages.OptionsOf(scope.Name, settings, agent.Options) with { Optimised = packages.Optimised };
        RunMark? mark = packages.MarkOf(scope.Name);
        StartOutcome first = new FirstModel(scope.Name, options, packages.Books, agent.Time, agent.Logs.CreateLogger<PackageSwitch>())
            .Load(mark?.Left, packages.WasKilled);
        if (first.Model is not { } model)
        {
            mark?.Dispose();
            throw new RefusedException(first.Problems);
        }
        List<string> complaints = [.. first.Complaints];
        if (packages.Active.Problem is { } damaged)
            complaints.Insert(0, damaged);
        if (complaints.Count > 0)
        {
            Said complaint = SwitchWordings.AtStart(complaints);
            scope.Health.Complain(complaint);
            LogFirstModel(scope.Log, scope.Name, complaint.Text);
        }
        return new Beginning(model, options, mark, first.WayBack);
    }

    private Station CreateStation(StationScope scope, LoadedModel model)
    {
        Frame? emptyConveyor = EmptyConveyor.Read(scope.Name, _settings, _frames, out string? unreadable);
        if (unreadable is not null)
            throw new RefusedException(unreadable);
        try
        {
            return new Station(
                scope, _settings, model.Rules, model.Generation, new StationOutputs(Link, _agent.Evidence), emptyConveyor);
        }
        finally
        {
            emptyConveyor?.Release();
        }
    }

    private CameraFeed CreateFeed(StationScope scope)
    {
        // With a condition, each tick of the clock asks the next picture.
        bool isAskedForParts =
            _settings.Trigger is { Kind: TriggerKind.Mqtt } or { Kind: TriggerKind.Interval, When: TriggerCondition.Always };
        var place = new CameraPlace(
            scope.Health,
            FolderMemory(scope.Name),
            _settings.Trigger.Kind == TriggerKind.EveryFrame ? Station.FireUnseen : null,
            isAskedForParts ? Station.WaitUntilFrameWanted : null);
        CameraOptions camera = _settings.Camera!;
        ICameraSource source = StationCameras.Create(camera, scope.Time, scope.Log, place);
        IFrameSink sink = _own.Ring is null ? Station : new RememberedFrames(Station, _own.Ring);
        return new CameraFeed(scope, source, camera, new WatchedFrames(sink, _watch), _frames);
    }

    /// <summary>The file in which a station that reads a folder remembers which files it has read.</summary>
    private string FolderMemory(string station) => Path.GetFullPath(
        Path.Combine(_agent.Options.DataFolder, "folders", DeviceNames.Avoided($"{Uri.EscapeDataString(station)}.txt")));

    /// <summary>Takes up what an earlier process left, tells how the station begins, and listens from now on.</summary>
    private void TakeUp(ModelChange? wayBack)
    {
        (string name, TimeProvider time) = (Station.Name, _agent.Time);
        Packages.BesideChanged += Link.PublishState;
        if (wayBack is not null)
            _news.Tell(wayBack);
        foreach (Reference reference in References.TakeUp())
            _news.Note(StationAudit.Begins(name, reference, time.GetUtcNow()));
        Station.References.Changed += Link.PublishState;
        _news.Note(StationAudit.Begins(name, Station.Model, _settings.RulesAlone, time.GetUtcNow()));
        Station.StormChanged += _news.Tell;
        _control.TakeUp(_agent.Options.TakesCommands);
        ILogger log = _agent.Logs.CreateLogger<StationChallenges>();
        new StationChallenges(Station, _agent.Challenges, _agent.Evidence, _news, log).Start();
    }

    [LoggerMessage(EventId = 608, Level = LogLevel.Warning, Message = "Station {Station}: {Complaint}")]
    private static partial void LogFirstModel(ILogger log, string station, string complaint);

    /// <summary>How a station begins.</summary>
    /// <param name="Model">The station's model, loaded and warm.</param>
    /// <param name="Options">How the station runs models.</param>
    /// <param name="Mark">Where the station marks its runs; null: runs are not marked.</param>
    /// <param name="WayBack">Why the station begins with an earlier package; null where it does not.</param>
    private sealed record Beginning(LoadedModel Model, StationModelOptions Options, RunMark? Mark, ModelChange? WayBack);
}
