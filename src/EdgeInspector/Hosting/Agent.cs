using System.Reflection;
using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.History;
using EdgeInspector.Delivery.Images.Calls;
using EdgeInspector.Doctor;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Hosting.References;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Logging;
using EdgeInspector.Settings;
using EdgeInspector.Web;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>
/// The whole agent: its stations, each with camera, model and link to the broker, and the delivery of evidence they share.
/// </summary>
/// <remarks>
/// The one place where the projects meet. Everything is built, and every model loaded and warmed, before anything starts.
/// </remarks>
internal sealed class Agent : IAsyncDisposable
{
    /// <summary>The program's version, as it appears in <c>state</c>.</summary>
    public static string Version { get; } =
        typeof(Agent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly List<InspectionStation> _stations;
    private readonly EvidenceDelivery _evidence;
    private readonly AgentPackages _models;
    private readonly ReferenceDesk _references;
    private readonly Dictionary<string, StationHealth> _health;
    private readonly HistoryWriter? _history;
    private readonly AgentIdentity _identity;
    private readonly AgentOptions _options;
    private AgentOptions _others;

    private Agent(AgentScope scope, List<InspectionStation> stations, Dictionary<string, StationHealth> health)
    {
        (_stations, _health, _models, _evidence) = (stations, health, scope.Packages, scope.Evidence);
        _references = new ReferenceDesk(
            scope.References,
            stations.ToDictionary(one => one.Station.Name, one => one.References, StringComparer.OrdinalIgnoreCase),
            scope.Time,
            scope.Logs.CreateLogger<ReferenceDesk>());
        (_identity, _options) = (scope.Identity, scope.Options);
        if (scope.Options.History is { Enabled: true } remembered)
        {
            _history = new HistoryWriter(scope.Options.DataFolder, remembered, scope.Time, scope.Logs.CreateLogger<HistoryWriter>());
            foreach (InspectionStation station in stations)
                station.Station.Inspected += _history.Add;
        }
        _others = WithoutRules(scope.Options);
    }

    /// <summary>Under this name stations complain of a settings file that was changed and is refused.</summary>
    public const string SettingsComponent = "settings";

    /// <summary>Under this name stations complain that calls over HTTP are not possible.</summary>
    public const string CallsComponent = "http";

    /// <summary>The stations, in the order of the settings.</summary>
    public IEnumerable<Station> Stations => _stations.Select(station => station.Station);

    /// <summary>True while no station hangs.</summary>
    public bool MakesProgress => _stations.All(station => station.MakesProgress);

    /// <summary>What is wrong with the stations, a sentence each with the station's name; empty while every station is online.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. _health.SelectMany(
            station => station.Value.Complaints.Select(complaint => $"Station {station.Key}, {complaint.Key}: {complaint.Value}"))];

    /// <summary>What hangs in native code and will not come back, as a sentence; null while nothing hangs for good.</summary>
    public string? Hung => _stations.Select(station => station.Hung).FirstOrDefault(hung => hung is not null);

    /// <summary>Builds every station.</summary>
    /// <exception cref="RefusedException">
    /// Something in the settings or a model must be mended first; has all problems of all stations.
    /// </exception>
    /// <exception cref="TakenException">Another process uses the data folder.</exception>
    public static Agent Build(AgentOptions options, TimeProvider time, ILoggerFactory logs)
    {
        if (DataFolder.Impossible(options.DataFolder) is { } inTheWay)
            throw new RefusedException(inTheWay);
        List<string> shared = [.. SharedFolders.Check(options.Stations)
            .Where(finding => finding.Severity == Severity.Fault)
            .Select(finding => finding.Message)];
        if (shared.Count > 0)
            throw new RefusedException(shared);
        Dictionary<string, EvidenceStation> evidence = EvidenceOf(options);
        var scope = AgentScope.Create(options, evidence, time, logs);
        List<InspectionStation> stations = BuildStations(scope, evidence, out List<string> problems);
        if (problems.Count == 0)
            return new Agent(scope, stations, evidence.ToDictionary(one => one.Key, one => one.Value.Health, StringComparer.Ordinal));
        foreach (InspectionStation station in stations)
            station.DiscardAsync().AsTask().GetAwaiter().GetResult();
        scope.Packages.DisposeAsync().AsTask().GetAwaiter().GetResult();
        scope.Evidence.DisposeAsync().AsTask().GetAwaiter().GetResult();
        throw new RefusedException(problems);
    }

    private static Dictionary<string, EvidenceStation> EvidenceOf(AgentOptions options)
    {
        IReadOnlyDictionary<string, StationTopics> topics = StationTopics.ForAll(options.Mqtt, options.Line, options.Stations.Keys);
        return options.Stations.ToDictionary(
            station => station.Key,
            station => new EvidenceStation(
                topics[station.Key], new StationHealth(), new StationCounters(), FrameRing.Of(station.Value.FramesAround)),
            StringComparer.Ordinal);
    }

    private static List<InspectionStation> BuildStations(
        AgentScope scope, Dictionary<string, EvidenceStation> evidence, out List<string> problems)
    {
        var stations = new List<InspectionStation>();
        problems = [];
        foreach ((string name, StationSettings settings) in scope.Options.Stations)
        {
            try
            {
                stations.Add(InspectionStation.Build(scope, name, settings, evidence[name]));
            }
            catch (RefusedException refused)
            {
                problems.AddRange(refused.Problems);
            }
        }
        return stations;
    }

    /// <summary>The parts of the agent that callers over HTTP reach.</summary>
    /// <param name="recent">The last lines of the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Logs.</param>
    public HttpScope ForCallers(RecentLog recent, TimeProvider time, ILoggerFactory logs) => new()
    {
        Identity = _identity,
        Stations = [.. _stations.Select(station => station.ForCallers)],
        Books = _models.Books,
        Loading = _models.Loading,
        Desk = _models.Desk,
        Folders = _models.Folders,
        Kept = _evidence.Kept,
        Calls = _options.Http.Prediction is { KeepMaxBytes: > 0 } keep
            ? new CallPictures(
                _options.DataFolder, new CallPictureLimits(keep.KeepMaxBytes, keep.KeepMaxAge), _options.Images, time,
                logs.CreateLogger<CallPictures>())
            : null,
        History = _options.History is { Enabled: true } history ? history : null,
        Examine = stop => Examination.RunBesideAsync(_options, stop),
        LoggedLines = () => recent.Lines,
        Note = _evidence.News.Note,
        EventOf = _evidence.EventOf,
        Webhooks = () => _evidence.Webhooks,
        MakesProgress = () => MakesProgress,
        Complaints = () => Complaints,
        Time = time,
        Logs = logs,
    };

    /// <summary>Complains at every station that calls are not possible, or soon won't be; withdraws that when all is well.</summary>
    /// <param name="what">What is wrong; null: nothing.</param>
    public void TellCalls(Said? what)
    {
        foreach (StationHealth health in _health.Values)
        {
            if (what is null)
                health.Withdraw(CallsComponent);
            else
                health.Complain(what);
        }
    }

    /// <summary>Events committed to disk since the start.</summary>
    public long EventsCommitted => _evidence.Committed;

    /// <summary>Begins to connect to the broker, and to connect again for ever; does not wait for a connection.</summary>
    public void Connect()
    {
        _evidence.Start([.. _stations.Select(station => station.Link)]);
        foreach (InspectionStation station in _stations)
            station.Connect();
    }

    /// <summary>Starts the stations and then their cameras; does not wait for a camera.</summary>
    public void StartInspecting()
    {
        _history?.Start();
        foreach (InspectionStation station in _stations)
            station.StartInspecting();
    }

    /// <summary>
    /// Begins to look for new models in the inbox and at the paths in the settings, and for requests of the command line.
    /// </summary>
    public void StartTakingModels()
    {
        _models.Start();
        _references.Start();
    }

    /// <summary>Waits until every connection to the broker stands.</summary>
    public async Task WaitConnectedAsync(CancellationToken stop)
    {
        foreach (InspectionStation station in _stations)
            await station.Link.WaitConnected(stop);
        await _evidence.WaitConnected(stop);
    }

    /// <summary>Completes when every camera has ended for good; only some sources have an end.</summary>
    public Task CamerasEnded => Task.WhenAll(_stations.Select(station => station.Feed.Ended));

    /// <summary>Waits until no station has a trigger waiting or in work.</summary>
    public Task IdleAsync(CancellationToken stop) =>
        Task.WhenAll(_stations.Select(station => Task.Run(() => station.Station.WaitUntilIdle(stop), stop)));

    /// <summary>
    /// Puts changed rules in force, between two parts. A change with any problem is refused as a whole; settings other than rules take
    /// effect with the next start.
    /// </summary>
    public SettingsChange Apply(AgentOptions options)
    {
        var changes = new List<(InspectionStation Station, RuleOptions Rules)>();
        var problems = new List<string>();
        foreach (InspectionStation station in _stations)
        {
            string name = station.Station.Name;
            if (!options.Stations.TryGetValue(name, out StationSettings? settings))
                continue;
            RuleOptions rules = settings.RulesAlone;
            if (RuleDifference.Between(station.Rules.Settings, rules).Count == 0)
                continue;
            IReadOnlyList<string> found = station.Rules.Check(rules);
            if (found.Count == 0)
                changes.Add((station, rules));
            else
                problems.AddRange(found.Select(problem => $"Stations:{name}:{problem}"));
        }
        if (problems.Count > 0)
            return new SettingsChange([], [], problems);
        foreach ((InspectionStation station, RuleOptions rules) in changes)
            station.Rules.Put(rules);
        // Told once for each further change, not again at every later change of a threshold.
        AgentOptions others = WithoutRules(options);
        IReadOnlyList<string> atNextStart = SettingsPrinter.Changed(_others, others);
        _others = others;
        return new SettingsChange([.. changes.Select(change => change.Station.Station.Name)], atNextStart, []);
    }

    /// <summary>
    /// Complains at every station that changed settings were refused, and withdraws the complaint when the next change is not refused.
    /// </summary>
    /// <param name="problems">Why the settings were refused, a sentence each; empty: the settings are in force.</param>
    public void TellSettings(IReadOnlyList<string> problems)
    {
        foreach (StationHealth health in _health.Values)
        {
            if (problems.Count == 0)
                health.Withdraw(SettingsComponent);
            else
                health.Complain(HostWordings.SettingsRefused.Of(string.Join(" ", problems)));
        }
    }

    private static AgentOptions WithoutRules(AgentOptions options)
    {
        var none = new RuleOptions();
        return options with
        {
            Stations = options.Stations.ToDictionary(
                station => station.Key,
                station => station.Value with
                {
                    Threshold = none.Threshold,
                    UncertainBand = none.UncertainBand,
                    PassTags = none.PassTags,
                    Rules = [],
                },
                StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// No new frames and triggers are accepted; every accepted trigger gets its verdict; queued records are delivered; <c>state</c> says
    /// offline.
    /// </summary>
    /// <param name="patience">Limit for everything together.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        await _models.StopAsync(patience / 8);
        // Not on the thread pool, which may itself be stuck.
        await Task.WhenAll(_stations.Select(station =>
            Task.Factory.StartNew(
                () => station.StopInspecting(patience / 4),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
        // The parts are all there; what follows may take all the time that is left.
        _history?.Dispose();
        await _evidence.StopAsync(patience / 2);
        await Task.WhenAll(_stations.Select(station => station.Link.StopAsync(patience / 4)));
    }

    /// <summary>Ends everything and frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (InspectionStation station in _stations)
            await station.DisposeAsync();
        _history?.Dispose();
        await _references.DisposeAsync();
        await _models.DisposeAsync();
        await _evidence.DisposeAsync();
    }
}
