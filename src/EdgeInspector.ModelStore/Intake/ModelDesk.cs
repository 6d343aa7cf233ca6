using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>
/// Where every wish for another model is handed in, whoever has it: inbox, file, command line, MQTT or sync.
/// All take the same way: read and checked, tried on the station's golden images, kept, then activated or run in the shadow.
/// </summary>
/// <param name="stations">What each station runs, by its name.</param>
/// <param name="shared">The packages, who may run them, and how they are kept.</param>
/// <param name="folders">Where the store keeps what.</param>
/// <param name="trial">Tries packages.</param>
/// <param name="save">Writes the pictures of disagreements.</param>
public sealed partial class ModelDesk(
    IReadOnlyDictionary<string, PackageSwitch> stations, SwitchingContext shared, StoreFolders folders, ITrial trial, SavePicture save)
{
    private readonly PackageIntake _intake = new(shared.Store, shared.Trust, trial, shared.Time, shared.Log);

    // Packages between two steps of their way, which nobody uses yet; one may be here several times.
    private readonly Lock _gate = new();
    private readonly List<string> _inHand = [];

    /// <summary>The names of the stations.</summary>
    public IReadOnlyCollection<string> Stations => [.. stations.Keys];

    /// <summary>The packages.</summary>
    public PackageStore Store => shared.Store;

    /// <summary>What each station runs.</summary>
    public ActiveFile Active => shared.Active;

    /// <summary>The station that is meant.</summary>
    /// <param name="name">Its name; null: the only one.</param>
    /// <param name="problem">Why nobody knows, in a sentence.</param>
    public PackageSwitch? Find(string? name, out string problem)
    {
        problem = "";
        if (name is null && stations.Count == 1)
            return stations.Values.First();
        if (name is not null && stations.TryGetValue(name, out PackageSwitch? station))
            return station;
        problem = name is null
            ? $"This agent has {stations.Count} stations; say for which one the model is: {string.Join(", ", stations.Keys)}."
            : $"This agent has no station '{name}'; it has {string.Join(", ", stations.Keys)}.";
        return null;
    }

    /// <summary>Imports a package for a station and, unless it is to wait, lets it take over or run in the shadow first.</summary>
    /// <param name="station">The station's name; null: the only one.</param>
    /// <param name="arrival">What, and from where.</param>
    /// <param name="then">What follows the import.</param>
    /// <param name="force">True: rules that the package does not know are left out, instead of refusing it.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<(ModelOutcome Outcome, ImportOutcome? Import)> TakeAsync(
        string? station, Arrival arrival, AfterImport then, bool force, CancellationToken stop)
    {
        if (Find(station, out string problem) is not { } models)
            return (ModelOutcome.Refused(null, problem), null);
        var origin = new ModelOrigin(arrival.From, arrival.By, arrival.Why);
        ImportOutcome import = await _intake.ImportAsync(
            arrival, models.Options.Trial(models.ActiveFolder, force), stop).ConfigureAwait(false);
        if (import.Package is not { } package)
        {
            models.Refuse(import.Report.Hash, import.Report.Name ?? Path.GetFileName(arrival.Path), origin, import.Report.Problems);
            return (ModelOutcome.Refused(models.Running.Package, import.Report.Problems) with { MayTryAgain = import.MayTryAgain }, import);
        }
        ModelOutcome outcome = await WithInHandAsync(package.Hash, () => then switch
        {
            AfterImport.Wait => Task.FromResult(models.LetWait(package)),
            _ when models.Options.Shadow.First => models.ShadowAsync(package, origin, save, folders, stop),
            _ => models.ActivateAsync(package, origin, force, stop),
        }).ConfigureAwait(false);
        Clean();
        return (outcome, import);
    }

    /// <summary>Tells of something that must not even be read.</summary>
    internal ModelOutcome Refuse(string? station, Arrival arrival, string problem)
    {
        if (Find(station, out string unknown) is not { } models)
            return ModelOutcome.Refused(null, problem, unknown);
        models.Refuse(null, Path.GetFileName(arrival.Path), new ModelOrigin(arrival.From, arrival.By, arrival.Why), [problem]);
        return ModelOutcome.Refused(models.Running.Package, problem);
    }

    private async Task<ModelOutcome> WithInHandAsync(string package, Func<Task<ModelOutcome>> work)
    {
        lock (_gate)
            _inHand.Add(package);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _inHand.Remove(package);
        }
    }

    /// <summary>Tries a package of the store for a station and lets it take over.</summary>
    /// <param name="station">The station's name; null: the only one.</param>
    /// <param name="package">A hash, its beginning, a name or an iteration.</param>
    /// <param name="origin">Who wants it.</param>
    /// <param name="force">True: rules that the package does not know are left out, instead of refusing it.</param>
    /// <param name="stop">Gives up.</param>
    public Task<ModelOutcome> ActivateAsync(string? station, string package, ModelOrigin origin, bool force, CancellationToken stop) =>
        WithTrialAsync(station, package, origin, force, (models, found) => models.ActivateAsync(found, origin, force, stop), stop);

    /// <summary>Tries a package of the store for a station and runs it in the shadow.</summary>
    public Task<ModelOutcome> ShadowAsync(string? station, string package, ModelOrigin origin, CancellationToken stop) =>
        WithTrialAsync(station, package, origin, false, (models, found) => models.ShadowAsync(found, origin, save, folders, stop), stop);

    /// <summary>Lets the last good package take over again.</summary>
    public async Task<ModelOutcome> RollBackAsync(string? station, ModelOrigin origin, CancellationToken stop) =>
        Find(station, out string problem) is { } models
            ? await models.RollBackAsync(origin, stop).ConfigureAwait(false)
            : ModelOutcome.Refused(null, problem);

    /// <summary>Removes packages that nobody needs any more, and what killed processes left.</summary>
    public void Clean()
    {
        try
        {
            HashSet<string> inUse =
            [
                .. shared.Active.InUse,
                .. stations.Values.Select(station => station.Running.Package),
                .. stations.Values.Select(s => s.Shadowed?.Hash).OfType<string>(),
            ];
            lock (_gate)
                inUse.UnionWith(_inHand);
            foreach (StoredPackage removed in shared.Store.Clean(inUse, shared.Limits.KeepNewest, shared.Time.GetUtcNow()))
                LogRemoved(shared.Log, removed.Name, removed.ShortHash);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            LogNotCleaned(shared.Log, fault.Message);
        }
    }

    private async Task<ModelOutcome> WithTrialAsync(
        string? station,
        string package,
        ModelOrigin origin,
        bool force,
        Func<PackageSwitch, StoredPackage, Task<ModelOutcome>> then,
        CancellationToken stop)
    {
        if (Find(station, out string problem) is not { } models)
            return ModelOutcome.Refused(null, problem);
        if (shared.Store.Resolve(package, out problem) is not { } found)
        {
            models.Refuse(null, package, origin, [problem], isThere: false);
            return ModelOutcome.Refused(models.Running.Package, problem);
        }
        return await WithInHandAsync(found.Hash, () => TryAsync(models, found, origin, force, then, stop)).ConfigureAwait(false);
    }

    private async Task<ModelOutcome> TryAsync(
        PackageSwitch models,
        StoredPackage found,
        ModelOrigin origin,
        bool force,
        Func<PackageSwitch, StoredPackage, Task<ModelOutcome>> then,
        CancellationToken stop)
    {
        if (shared.Trust.Complaint(found.Hash, found.Signature) is { } untrusted)
        {
            models.Refuse(found.Hash, found.Name, origin, [untrusted]);
            return ModelOutcome.Refused(models.Running.Package, untrusted);
        }
        if (found.Hash != models.Running.Package)
        {
            // It may have been imported for another station, or before the golden images were what they are.
            TrialReport report = await trial.RunAsync(
                models.Options.Trial(models.ActiveFolder, force) with { Package = shared.Store.FolderOf(found.Hash) },
                stop).ConfigureAwait(false);
            if (report.Problems.Count > 0)
            {
                string[] problems = [.. report.Problems.Select(p => p.Replace(found.Hash, found.Name, StringComparison.Ordinal))];
                models.Refuse(found.Hash, found.Name, origin, problems);
                return ModelOutcome.Refused(models.Running.Package, problems);
            }
        }
        return await then(models, found).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 412, Level = LogLevel.Information,
        Message = "The package {Package} ({Hash}) was removed from the store: nobody uses it, and there are newer ones")]
    private static partial void LogRemoved(ILogger log, string package, string hash);

    [LoggerMessage(EventId = 413, Level = LogLevel.Warning, Message = "Old packages could not be removed: {Cause}")]
    private static partial void LogNotCleaned(ILogger log, string cause);
}

/// <summary>What follows an import.</summary>
public enum AfterImport
{
    /// <summary>Nothing yet: the package waits in the store for its time or for approval.</summary>
    Wait,

    /// <summary>It takes over, or runs in the shadow first where the settings say so.</summary>
    ActivateOrShadow,
}
