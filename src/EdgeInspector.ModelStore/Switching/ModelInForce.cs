using EdgeInspector.Inference;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// The model that a station runs, and the rules for it. Owns the model. Thread-safe: rules and models change under one lock, held for
/// moments only.
/// </summary>
internal sealed partial class ModelInForce : IDisposable
{
    /// <summary>How long a run in flight is waited for.</summary>
    public static readonly TimeSpan RunPatience = TimeSpan.FromSeconds(5);

    private readonly Station _station;
    private readonly RunMark? _mark;
    private readonly Action _freed;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly StationModelOptions _options;
    private StationRules _rules;
    private OnnxGeneration _running;

    /// <param name="station">The station, which runs the model already.</param>
    /// <param name="first">The model that the station runs; owned from now on.</param>
    /// <param name="options">How the station runs models.</param>
    /// <param name="mark">Where the station marks its runs; owned from now on. Null: runs are not marked.</param>
    /// <param name="freed">Told after a model was freed.</param>
    /// <param name="log">The log.</param>
    public ModelInForce(Station station, OnnxGeneration first, StationModelOptions options, RunMark? mark, Action freed, ILogger log)
    {
        (_station, _running, _options, _mark, _freed, _log) = (station, first, options, mark, freed, log);
        _rules = new StationRules(options.Rules, []);
        mark?.Use(first.Model.Package);
        station.Mark = mark;
    }

    /// <summary>How the station runs models, with the rules in force.</summary>
    public StationModelOptions Options => _options with { Rules = Rules.InForce };

    /// <summary>The rules in force.</summary>
    public StationRules Rules
    {
        get
        {
            lock (_gate)
                return _rules;
        }
    }

    /// <summary>Puts other rules in force between two parts; rules that do not fit the model are left out.</summary>
    public void Put(StationRules rules)
    {
        lock (_gate)
        {
            _rules = rules;
            RuleOptions options = rules.InForce;
            _station.Rules = RuleSet.Create(options, _station.Model, out _)
                ?? RuleSet.Create(TagChanges.WithoutDead(options, _station.Model), _station.Model, out _)!;
        }
    }

    /// <summary>Lets a loaded model take over between two parts, and frees the one before.</summary>
    /// <param name="loaded">The loaded model; owned from now on.</param>
    /// <param name="begins">Called right before the model's first part.</param>
    public void TakeOver(LoadedModel loaded, Action<StationModelOptions> begins)
    {
        OnnxGeneration old;
        bool isFree;
        lock (_gate)
        {
            // The settings may have changed while the model was loaded.
            RuleSet rules = RuleSet.Create(_rules.InForce, loaded.Generation.Model, out _) ?? loaded.Rules;
            old = _running;
            _running = loaded.Generation;
            begins(Options);
            _mark?.Use(loaded.Generation.Model.Package);
            isFree = _station.Use(loaded.Generation, rules, RunPatience);
        }
        if (isFree)
        {
            old.Dispose();
            _freed();
        }
        else
        {
            LogNotFreed(_log, _station.Name, old.Model.Name);
        }
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        _running.Dispose();
        _mark?.Dispose();
    }

    [LoggerMessage(EventId = 424, Level = LogLevel.Error,
        Message = "Station {Station}: a run of {Package} does not return, so that its memory stays taken")]
    private static partial void LogNotFreed(ILogger log, string station, string package);
}
