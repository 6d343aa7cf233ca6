using System.Globalization;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// Runs one candidate at a time beside the active model, on the same parts, without a say, and tells how the candidate did.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="shared">The packages.</param>
/// <param name="inForce">The running model.</param>
/// <param name="notes">Where the desk notes what runs in the shadow.</param>
internal sealed partial class ShadowDesk(Station station, SwitchingContext shared, ModelInForce inForce, ActiveNotes notes) : IDisposable
{
    private volatile ShadowRun? _run;

    /// <summary>Told when a run begins or ends; must not block.</summary>
    public required Action Changed { private get; init; }

    /// <summary>Told how a run ended; must not block.</summary>
    public required Action<ModelChange> News { private get; init; }

    /// <summary>Lets a candidate whose run agreed take over.</summary>
    public required Func<StoredPackage, ModelOrigin, Task> Activate { private get; init; }

    /// <summary>The candidate that runs, or is about to take over after it; null: none.</summary>
    public StoredPackage? Candidate => _run?.Package;

    /// <summary>How far the run is; null: there is none.</summary>
    public ShadowProgress? Progress => _run is { Ended.IsCompleted: false } run ? run.Progress : null;

    /// <summary>Sees every part after its signal; called on the station's threads.</summary>
    public void Offer(InspectedPart part) => _run?.Offer(part);

    /// <summary>Begins a run; the caller holds the turn.</summary>
    /// <param name="candidate">The candidate, loaded; owned from now on.</param>
    /// <param name="package">The candidate in the store.</param>
    /// <param name="origin">Who wants the run.</param>
    /// <param name="save">Writes the pictures of disagreements.</param>
    /// <param name="folders">Where the report goes.</param>
    public SwitchOutcome Begin(LoadedModel candidate, StoredPackage package, ModelOrigin origin, SavePicture save, StoreFolders folders)
    {
        ShadowOptions options = inForce.Options.Shadow;
        string name = DatedFolder.Name(shared.Time.GetLocalNow(), $"{StoreFolders.Safe(station.Name)}_{package.ShortHash}");
        string folder = Path.Combine(folders.Shadow, name);
        var plan = new ShadowPlan(station.Name, package, station.Model.Package, folder, options);
        var run = new ShadowRun(plan, candidate, save, shared.Time, shared.Log);
        run.Start();
        _run = run;
        var start = new ShadowStart(package.Hash, package.Name, package.Iteration, run.Began, options.Parts);
        notes.Beside(state => state with { Shadow = start, Refused = null });
        Changed();
        _ = FinishAsync(run, origin, folder);
        Said told = OutcomeWordings.RunsInShadow.Of(
            package.Name, package.ShortHash, station.Name, options.Parts, $"{options.Duration}");
        return new SwitchOutcome(told, [], station.Model.Package);
    }

    /// <summary>Ends the run, if there is one.</summary>
    public void Stop(string why) => _run?.End(why);

    /// <summary>Frees the candidate.</summary>
    public void Dispose() => _run?.Dispose();

    private async Task FinishAsync(ShadowRun run, ModelOrigin origin, string folder)
    {
        ShadowReport report = await run.Ended.ConfigureAwait(false);
        run.Dispose();
        notes.Beside(state => state.Shadow is { } shadow && shadow.At == run.Began ? state with { Shadow = null } : state);
        Changed();
        ShadowOptions options = inForce.Options.Shadow;
        bool takesOver = options.ActivateBelow is { } limit && report.Judged >= options.Parts && report.Failed == 0
            && report.Share <= limit;
        // Until the candidate has taken over, the store must not remove it as a package that is not needed.
        if (!takesOver)
            Forget(run);
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"Other verdicts on {report.Different} of {report.Judged} parts ({report.Share:P1}), {report.Failed} failed, "
            + $"{report.LeftOut} left out; ")
            + $"{report.Why}. Report: {Path.GetFileName(folder)}";
        LogShadowed(shared.Log, station.Name, report.Name, summary);
        News(new ModelChange(
            ModelChangeKind.Shadowed, shared.Time.GetUtcNow(), report.Candidate, report.Name, run.Package.Iteration, report.Active,
            origin.From, origin.By, summary));
        if (!takesOver)
            return;
        try
        {
            await Activate(run.Package, new ModelOrigin("agent", origin.By, $"Its shadow run agreed: {summary}")).ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The agent stops.
        }
        Forget(run);
    }

    private void Forget(ShadowRun run) => Interlocked.CompareExchange(ref _run, null, run);

    [LoggerMessage(EventId = 425, Level = LogLevel.Information,
        Message = "Station {Station}: the shadow run of {Package} is over. {Summary}")]
    private static partial void LogShadowed(ILogger log, string station, string package, string summary);
}
