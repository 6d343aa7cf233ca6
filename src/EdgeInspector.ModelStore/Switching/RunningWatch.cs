using System.Threading.Channels;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// Watches the running model: its first parts while it is on probation, and whether it hangs; gives the model up when it goes wrong. The
/// station's threads only count; tasks of the watch do everything else.
/// </summary>
internal sealed partial class RunningWatch
{
    private readonly Station _station;
    private readonly ActiveNotes _notes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationToken _end;
    private readonly Channel<(Probation Probation, ProbationResult Result)> _ended =
        Channel.CreateUnbounded<(Probation, ProbationResult)>();

    // Which model hung, and why it counts as hung. One entry is enough: until another model runs, further entries would be of the same
    // model.
    private readonly Channel<(ModelIdentity Model, string Why)> _hung =
        Channel.CreateBounded<(ModelIdentity, string)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile Probation? _probation;
    private Task _working = Task.CompletedTask;

    /// <param name="station">The station.</param>
    /// <param name="notes">Where the watch notes that a model stays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="end">Ends the watch.</param>
    public RunningWatch(Station station, ActiveNotes notes, TimeProvider time, ILogger log, CancellationToken end)
    {
        (_station, _notes, _time, _log, _end) = (station, notes, time, log, end);
        station.ModelHangs = (model, why) => _hung.Writer.TryWrite((model, why));
    }

    /// <summary>
    /// Goes back to the last good package for a reason, if a condition still holds when it is this station's turn; null when it does not.
    /// </summary>
    public required Func<string, Func<bool>, Task<SwitchOutcome?>> GoBack { private get; init; }

    /// <summary>Told that a model stays; must not block.</summary>
    public required Action<ModelChange> News { private get; init; }

    /// <summary>Begins to watch.</summary>
    public void Start() => _working = Task.WhenAll(Task.Run(WatchProbation), Task.Run(WatchForHangs));

    /// <summary>
    /// Says that a package runs from now on; the package is on probation where the settings want that and the notes say so.
    /// </summary>
    public void Begin(string package, StationModelOptions options)
    {
        ActivePackage known = _notes.Known;
        bool isOnProbation = options.Probation.Parts > 0 && known.OnProbation && known.Active == package;
        _probation = isOnProbation ? new Probation(package, options.Probation) : null;
    }

    /// <summary>Sees every part after its signal. Only counts; called on the station's threads.</summary>
    public void Note(InspectedPart part)
    {
        if (_probation is { } probation && probation.Add(part) is { } result)
            _ended.Writer.TryWrite((probation, result));
    }

    /// <summary>Waits until the watch has ended; call this after the end was told.</summary>
    public Task EndAsync()
    {
        _ended.Writer.TryComplete();
        _hung.Writer.TryComplete();
        return _working;
    }

    private async Task WatchProbation()
    {
        try
        {
            await foreach ((Probation probation, ProbationResult result) in _ended.Reader.ReadAllAsync(_end).ConfigureAwait(false))
                await Conclude(probation, result).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
    }

    private async Task Conclude(Probation probation, ProbationResult result)
    {
        if (_probation != probation)
            return;
        if (result.IsGood)
        {
            _probation = null;
            Confirm(probation.Package, result.Why);
            return;
        }
        string why = $"The new model {_station.Model.Name} ({PackageHash.Shown(probation.Package)}) was given up: {result.Why}.";
        // A task that had the turn before may have put in another model meanwhile, which is not to blame.
        if (await GiveUpAsync(why, () => _probation == probation).ConfigureAwait(false))
            _probation = null;
    }

    /// <summary>
    /// Gives up a model that hangs at once, however well it did before: the next similar picture would stop the station again.
    /// </summary>
    private async Task WatchForHangs()
    {
        try
        {
            await foreach ((ModelIdentity model, string why) in _hung.Reader.ReadAllAsync(_end).ConfigureAwait(false))
            {
                string told = $"The model {model.Name} ({PackageHash.Shown(model.Package)}) was given up: {why}.";
                bool isGivenUp = await GiveUpAsync(told, () => _station.Model.Package == model.Package).ConfigureAwait(false);
                if (isGivenUp && _probation?.Package == model.Package)
                    _probation = null;
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
    }

    /// <summary>Goes back to the last good package and tells why; false when another task was faster and another model runs.</summary>
    private async Task<bool> GiveUpAsync(string why, Func<bool> stillRuns)
    {
        if (await GoBack(why, stillRuns).ConfigureAwait(false) is not { } outcome)
            return false;
        Said told = outcome.IsDone
            ? SwitchWordings.GivenUp.Of(why, $"{outcome.Message.TrimEnd('.')}.")
            : SwitchWordings.GivenUpWithoutWayBack.Of(why, string.Join(" ", outcome.Problems));
        _station.Health.Complain(told);
        LogGivenUp(_log, _station.Name, told.Text);
        return true;
    }

    private void Confirm(string package, string why)
    {
        ModelIdentity running = _station.Model;
        var change = new ModelChange(
            ModelChangeKind.Confirmed, _time.GetUtcNow(), package, running.Name, running.Iteration, null, "agent", null,
            $"It did well: {why}.");
        if (!_notes.Confirm(change))
            return;
        LogConfirmed(_log, _station.Name, running.Name, why);
        News(change);
    }

    [LoggerMessage(EventId = 421, Level = LogLevel.Error, Message = "Station {Station}: {Why}")]
    private static partial void LogGivenUp(ILogger log, string station, string why);

    [LoggerMessage(EventId = 422, Level = LogLevel.Information, Message = "Station {Station}: {Package} stays: {Why}")]
    private static partial void LogConfirmed(ILogger log, string station, string package, string why);
}
