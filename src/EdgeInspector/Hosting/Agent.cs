using System.Reflection;
using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Doctor;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Hosting.Challenges;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Hosting.References;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Settings;
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

    // A command that notes a change has the data folder for a moment; an agent that stops, for its last seconds. Windows' service
    // manager waits 30 s for a start.
    private static readonly TimeSpan FolderPatience = TimeSpan.FromSeconds(12);

    private readonly List<InspectionStation> _stations;
    private readonly EvidenceDelivery _evidence;
    private readonly AgentPackages _models;
    private readonly ReferenceDesk _references;
    private readonly Dictionary<string, StationHealth> _health;
    private AgentOptions _others;

    private Agent(
        AgentOptions options,
        List<InspectionStation> stations,
        Dictionary<string, StationHealth> health,
        EvidenceDelivery evidence,
        AgentPackages models,
        ReferenceDesk references)
    {
        _stations = stations;
        _health = health;
        _models = models;
        _references = references;
        _evidence = evidence;
        _others = WithoutRules(options);
    }

    /// <summary>Under this name stations complain of a settings file that was changed and is refused.</summary>
    public const string SettingsComponent = "settings";

    /// <summary>The stations, in the order of the settings.</summary>
    public IEnumerable<Station> Stations => _stations.Select(station => station.Station);

    /// <summary>True while no station hangs.</summary>
    public bool MakesProgress => _stations.All(station => station.MakesProgress);

    /// <summary>What is wrong with the stations, a sentence each with the station's name; empty while every station is online.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. _health.SelectMany(
            station => station.Value.Complaints.Select(complaint => $"Station {station.Key}, {complaint.Key}: {complaint.Value}"))];

    /// <summary>What hangs in native code and will not come back, as a sentence; null while there is hope.</summary>
    public string? Hung => _stations.Select(station => station.Hung).FirstOrDefault(hung => hung is not null);

    /// <summary>Builds every station.</summary>
    /// <exception cref="RefusedException">
    /// Something in the settings or a model must be mended first; all problems of all stations at once.
    /// </exception>
    /// <exception cref="TakenException">Somebody else uses the data folder.</exception>
    public static Agent Build(AgentOptions options, TimeProvider time, ILoggerFactory logs)
    {
        if (DataFolder.Impossible(options.DataFolder) is { } inTheWay)
            throw new RefusedException(inTheWay);
        List<string> shared = [.. SharedFolders.Check(options.Stations)
            .Where(finding => finding.Severity == Severity.Fault)
            .Select(finding => finding.Message)];
        if (shared.Count > 0)
            throw new RefusedException(shared);
        string machine = MachineBlocks.ThisMachine(Environment.GetEnvironmentVariables()).Name;
        var identity = new AgentIdentity(machine, options.Line, Version)
        {
            StartedAt = time.GetUtcNow(),
            DataFolder = Path.GetFullPath(options.DataFolder),
        };
        IReadOnlyDictionary<string, StationTopics> topics = StationTopics.ForAll(options.Mqtt, options.Line, options.Stations.Keys);
        Dictionary<string, StationHealth> health = options.Stations.Keys.ToDictionary(
            name => name, _ => new StationHealth(), StringComparer.Ordinal);
        Dictionary<string, StationCounters> counters = options.Stations.Keys.ToDictionary(
            name => name, _ => new StationCounters(), StringComparer.Ordinal);
        Dictionary<string, EvidenceStation> stationsOfEvidence = options.Stations.ToDictionary(
            station => station.Key,
            station => new EvidenceStation(
                topics[station.Key], health[station.Key], counters[station.Key], FrameRing.Of(station.Value.FramesAround)),
            StringComparer.Ordinal);
        var faults = new BrokerFaults(time, logs.CreateLogger<BrokerFaults>());
        EvidenceDelivery evidence = Evidence(options, identity, stationsOfEvidence, faults, time, logs);

        var scope = new AgentScope
        {
            Options = options,
            Identity = identity,
            Evidence = evidence,
            Packages = new AgentPackages(options, time, logs),
            Commanded = new CommandedFile(options.DataFolder, time, logs.CreateLogger<CommandedFile>()),
            Challenges = new ChallengeFile(options.DataFolder, time, logs.CreateLogger<ChallengeFile>()),
            References = new ReferenceFolder(options.DataFolder),
            Faults = faults,
            Time = time,
            Logs = logs,
        };
        var stations = new List<InspectionStation>();
        var problems = new List<string>();
        foreach ((string name, StationSettings settings) in options.Stations)
        {
            try
            {
                stations.Add(InspectionStation.Build(scope, name, settings, stationsOfEvidence[name]));
            }
            catch (RefusedException refused)
            {
                problems.AddRange(refused.Problems);
            }
        }
        if (problems.Count == 0)
        {
            var references = new ReferenceDesk(
                scope.References,
                stations.ToDictionary(one => one.Station.Name, one => one.References, StringComparer.OrdinalIgnoreCase),
                time,
                logs.CreateLogger<ReferenceDesk>());
            return new Agent(options, stations, health, evidence, scope.Packages, references);
        }
        foreach (InspectionStation station in stations)
            station.DiscardAsync().AsTask().GetAwaiter().GetResult();
        scope.Packages.DisposeAsync().AsTask().GetAwaiter().GetResult();
        evidence.DisposeAsync().AsTask().GetAwaiter().GetResult();
        throw new RefusedException(problems);
    }

    private static EvidenceDelivery Evidence(
        AgentOptions options,
        AgentIdentity identity,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        BrokerFaults faults,
        TimeProvider time,
        ILoggerFactory logs)
    {
        try
        {
            var kept = new EvidenceOptions
            {
                Mqtt = options.Mqtt,
                DataFolder = options.DataFolder,
                Journal = options.Journal,
                Images = options.Images,
                Audit = options.Audit,
                WaitForFolder = FolderPatience,
            };
            return new EvidenceDelivery(identity, kept, stations, time, logs.CreateLogger<EvidenceDelivery>(), faults);
        }
        catch (DataFolderException never) when (!never.MayPass)
        {
            throw new RefusedException($"DataFolder: {never.Message}");
        }
        catch (DataFolderException taken)
        {
            throw new TakenException($"DataFolder: {taken.Message}");
        }
    }

    /// <summary>Events committed to disk since the start.</summary>
    public long EventsCommitted => _evidence.Committed;

    /// <summary>Begins to connect to the broker, and to connect again for ever; does not wait for it.</summary>
    public void Connect()
    {
        _evidence.Start();
        foreach (InspectionStation station in _stations)
            station.Connect();
    }

    /// <summary>Starts the stations and then their cameras; does not wait for a camera.</summary>
    public void StartInspecting()
    {
        foreach (InspectionStation station in _stations)
            station.StartInspecting();
    }

    /// <summary>Begins to look for new models in the inbox and over the settings' files, and for requests of the command line.</summary>
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

    /// <summary>Completes when every camera has ended for good; for sources that have an end.</summary>
    public Task CamerasEnded => Task.WhenAll(_stations.Select(station => station.Feed.Ended));

    /// <summary>Waits until no station has a trigger waiting or in work.</summary>
    public Task IdleAsync(CancellationToken stop) =>
        Task.WhenAll(_stations.Select(station => Task.Run(() => station.Station.WaitUntilIdle(stop), stop)));

    /// <summary>
    /// Puts changed rules in force, between two parts. A change with any problem is refused as a whole;
    /// what is not a rule takes effect with the next start.
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
        // Told once for each further change, not at every later change of a threshold.
        AgentOptions others = WithoutRules(options);
        IReadOnlyList<string> atNextStart = SettingsPrinter.Changed(_others, others);
        _others = others;
        return new SettingsChange([.. changes.Select(change => change.Station.Station.Name)], atNextStart, []);
    }

    /// <summary>Says at every station that changed settings were refused, and withdraws it when the next change is none.</summary>
    /// <param name="problems">Why, a sentence each; empty: the settings are in force.</param>
    public void TellSettings(IReadOnlyList<string> problems)
    {
        foreach (StationHealth health in _health.Values)
        {
            if (problems.Count == 0)
                health.Withdraw(SettingsComponent);
            else
                health.Complain(
                    SettingsComponent, $"The changed settings are refused; the old ones stay in force. {string.Join(" ", problems)}");
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
    /// No new frames and triggers; every trigger accepted gets its verdict; what is queued is delivered; <c>state</c> says offline.
    /// </summary>
    /// <param name="patience">For everything together.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        await _models.StopAsync(patience / 8);
        // Not on the pool: it may be what is stuck.
        await Task.WhenAll(_stations.Select(station =>
            Task.Factory.StartNew(
                () => station.StopInspecting(patience / 4),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
        await _evidence.StopAsync(patience / 2);
        await Task.WhenAll(_stations.Select(station => station.Link.StopAsync(patience / 4)));
    }

    /// <summary>Ends everything and frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (InspectionStation station in _stations)
            await station.DisposeAsync();
        await _references.DisposeAsync();
        await _models.DisposeAsync();
        await _evidence.DisposeAsync();
    }
}
