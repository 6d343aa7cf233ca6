using System.Globalization;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Requests;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Sync;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Packages;

/// <summary>The agent's model store with every source of new models: inbox, files and command line.</summary>
internal sealed partial class AgentPackages : IAsyncDisposable
{
    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly SwitchingContext _shared;
    private readonly Dictionary<string, PackageSwitch> _stations = new(StringComparer.Ordinal);
    private readonly List<ModelSync> _syncs = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public AgentPackages(AgentOptions options, TimeProvider time, ILoggerFactory logs)
    {
        (_options, _time, _logs) = (options, time, logs);
        _log = logs.CreateLogger<ModelDesk>();
        Folders = new StoreFolders(Path.GetFullPath(Path.Combine(options.DataFolder, "models")));
        WasKilled = ServiceEnd.WasKilled(Runs);
        Store = new PackageStore(Folders);
        Trust = new PackageTrust(options.Models.PublicKeys);
        // Optimised networks are not signed.
        Optimised = options.Models is { KeepOptimised: true, PublicKeys.Count: 0 } ? new OptimisedNetworks(Folders.Optimised, _log) : null;
        Active = new ActiveFile(Folders, time, _log);
        _shared = new SwitchingContext(new PackageBooks(Store, Trust, Active), options.Models, Loading, NativeHeap.GiveBack, time, _log);
        Desk = new ModelDesk(_stations, _shared, Folders, TrialOf(options.Models, time), ImageFile.Write);
    }

    public StoreFolders Folders { get; }

    /// <summary>True when somebody killed the process before this one, says the service manager.</summary>
    public bool WasKilled { get; }

    private string Runs => Path.Combine(Folders.Root, "runs");

    public PackageStore Store { get; }

    /// <summary>The packages, whose packages may run, and which package runs at which station.</summary>
    public PackageBooks Books => _shared.Books;

    public ActiveFile Active { get; }

    public PackageTrust Trust { get; }

    /// <summary>Where the agent keeps optimised networks; null: nowhere.</summary>
    public OptimisedNetworks? Optimised { get; }

    /// <summary>Where wishes for another model are handed in.</summary>
    public ModelDesk Desk { get; }

    /// <summary>Held by whoever loads or swaps a model: never more than one second model at a time.</summary>
    public SemaphoreSlim Loading { get; } = new(1, 1);

    /// <summary>Trials run in a process of their own: this program with another command.</summary>
    public static TrialProcess TrialOf(ModelOptions options, TimeProvider time)
    {
        (string program, string[] command) = OwnProgram.With(
            "models", "trial", "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new TrialProcess(program, command, new TrialLimits(options.TrialTimeout, options.TrialMemoryMiB), time);
    }

    /// <summary>How a station runs models, by its settings.</summary>
    public static StationModelOptions OptionsOf(string station, StationSettings settings, AgentOptions options) => new()
    {
        Model = settings.Model!,
        Inference = options.Inference.ForStations(options.Stations.Count),
        Preprocessing = settings.Preprocessing,
        Classifier = settings.Classifier,
        Detector = settings.Detector,
        Tiling = TilingFromSettings.Of(station, settings),
        Rules = settings.RulesAlone,
        Golden = settings.Golden,
        Probation = settings.Probation,
        Shadow = settings.Shadow,
    };

    /// <summary>Where a station marks its runs; null when the disk refuses: then nobody knows after a kill which package ran.</summary>
    public RunMark? MarkOf(string station)
    {
        try
        {
            MachineFacts machine = MachineFacts.Now() with { WasKilled = WasKilled };
            return RunMark.Open(Path.Combine(Runs, $"{Uri.EscapeDataString(station)}.mark"), machine);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            LogNoMark(_log, station, fault.Message);
            return null;
        }
    }

    /// <summary>Adds a station, which runs its first model already; that model is owned from now on.</summary>
    public PackageSwitch Add(Station station, LoadedModel first, StationModelOptions options, Action<ModelChange> news, RunMark? mark)
    {
        SwitchingContext shared = _shared with { Log = _logs.CreateLogger<PackageSwitch>() };
        var models = new PackageSwitch(station, first.Generation, options, shared, news, mark);
        _stations.Add(station.Name, models);
        if (_options.Stations[station.Name].Sync is { IsOn: true } sync)
            _syncs.Add(new ModelSync(new StationScope(station.Name, station.Health, station.Counters, _time, _log), sync, Desk, Folders));
        return models;
    }

    /// <summary>The models of a station.</summary>
    public PackageSwitch this[string station] => _stations[station];

    /// <summary>Carries out a command about models.</summary>
    public async Task<CommandAnswer> ObeyAsync(string station, RemoteCommand command, CancellationToken stop)
    {
        var origin = new ModelOrigin(command.From, command.By, command.Why);
        SwitchOutcome outcome = command.Name == "rollback"
            ? await Desk.RollBackAsync(station, origin, stop)
            : await Desk.ActivateAsync(station, command.Package!, origin, command.Force, stop);
        return new CommandAnswer(outcome.IsDone, outcome.Message, outcome.Problems, outcome.Package) { What = outcome.What };
    }

    /// <summary>Begins to look for models.</summary>
    public void Start()
    {
        EmptyReceived();
        var arrivals = new PackageArrivals(Desk, Folders, _options.Models, _time, _log);
        _running = Task.WhenAll(
            Task.Run(() => arrivals.RunAsync(_stop.Token)),
            Task.Run(() => ModelRequests.ServeAsync(Folders, Desk, _time, _log, _stop.Token)),
            Task.WhenAll(_syncs.Select(sync => Task.Run(() => sync.RunAsync(_stop.Token)))));
    }

    // What somebody was sending when the agent ended never comes to its end.
    private void EmptyReceived()
    {
        try
        {
            if (Directory.Exists(Folders.Received))
                Directory.Delete(Folders.Received, recursive: true);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // It takes room, no more.
        }
    }

    /// <summary>Takes no more models; a package that is being tried stays where it is.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(limit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(2));
        _syncs.ForEach(sync => sync.Dispose());
        Loading.Dispose();
        _stop.Dispose();
    }

    [LoggerMessage(EventId = 607, Level = LogLevel.Warning,
        Message = "Station {Station}: its runs can't be marked, so that a model that ends the process will not be known: {Cause}")]
    private static partial void LogNoMark(ILogger log, string station, string cause);
}
