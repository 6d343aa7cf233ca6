using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>
/// Where every wish for another model of a station is handed in: from inbox, file, command line, MQTT or sync. Every package goes the same
/// way: it is read and checked, tried on the station's golden images, kept, then activated or run in the shadow. Only <c>models import</c>,
/// which concerns no station, hands its package to <see cref="PackageIntake"/> itself.
/// </summary>
/// <param name="stations">The models of each station, by the station's name.</param>
/// <param name="shared">The packages, whose packages may run, and how packages are kept.</param>
/// <param name="folders">Folders of the store.</param>
/// <param name="trial">Tries packages.</param>
/// <param name="save">Writes the pictures of disagreements.</param>
public sealed partial class ModelDesk(
    IReadOnlyDictionary<string, PackageSwitch> stations, SwitchingContext shared, StoreFolders folders, ITrial trial, SavePicture save)
{
    private readonly PackageIntake _intake = new(shared.Store, shared.Trust, trial, shared.Time, shared.Log);

    // Packages between two steps of their way, which no station uses yet; a package may be here several times.
    private readonly Lock _gate = new();
    private readonly List<string> _inHand = [];

    /// <summary>The names of the stations.</summary>
    public IReadOnlyCollection<string> Stations => [.. stations.Keys];

    /// <summary>The packages.</summary>
    public PackageStore Store => shared.Store;

    /// <summary>Which package each station runs.</summary>
    public ActiveFile Active => shared.Active;

    /// <summary>Finds the station that a name means.</summary>
    /// <param name="name">The station's name; null: the only station.</param>
    /// <param name="problem">Why the name means no station, in a sentence.</param>
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

    /// <summary>Imports a package for a station and, unless the package is to wait, lets it take over or first run in the shadow.</summary>
    /// <param name="station">The station's name; null: the only station.</param>
    /// <param name="arrival">What arrived, and from where.</param>
    /// <param name="then">What follows the import.</param>
    /// <param name="force">True: rules that the package does not know are left out; false: such a package is refused.</param>
    /// <param name="stop">Cancels the import.</param>
    public async Task<(SwitchOutcome Outcome, ImportOutcome? Import)> TakeAsync(
        string? station, Arrival arrival, AfterImport then, bool force, CancellationToken stop)
    {
        if (Find(station, out string problem) is not { } models)
            return (SwitchOutcome.Refused(null, problem), null);
        var origin = new ModelOrigin(arrival.From, arrival.By, arrival.Why);
        ImportOutcome import = await _intake.ImportAsync(
            arrival, models.Options.Trial(models.ActiveFolder, force), stop).ConfigureAwait(false);
        if (import.Package is not { } package)
        {
            models.Refuse(import.Report.Hash, import.Report.Name ?? Path.GetFileName(arrival.Path), origin, import.Problems);
            SwitchOutcome refused = SwitchOutcome.Refused(models.Running.Package, import.Problems);
            return (refused with { MayTryAgain = import.MayTryAgain }, import);
        }
        SwitchOutcome outcome = await WithInHandAsync(package.Hash, () => then switch
        {
            AfterImport.Wait => Task.FromResult(models.LetWait(package)),
            _ when models.Options.Shadow.First => models.ShadowAsync(package, origin, save, folders, stop),
            _ => models.ActivateAsync(package, origin, force, stop),
        }).ConfigureAwait(false);
        Clean();
        return (outcome, import);
    }

    /// <summary>Tells of an item that must not even be read.</summary>
    internal SwitchOutcome Refuse(string? station, Arrival arrival, string problem)
    {
        if (Find(station, out string unknown) is not { } models)
            return SwitchOutcome.Refused(null, problem, unknown);
        models.Refuse(null, Path.GetFileName(arrival.Path), new ModelOrigin(arrival.From, arrival.By, arrival.Why), [problem]);
        return SwitchOutcome.Refused(models.Running.Package, problem);
    }

    private async Task<SwitchOutcome> WithInHandAsync(string package, Func<Task<SwitchOutcome>> work)
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
    /// <param name="station">The station's name; null: the only station.</param>
    /// <param name="package">A hash, its beginning, a name or an iteration.</param>
    /// <param name="origin">Who wants the package.</param>
    /// <param name="force">True: rules that the package does not know are left out; false: such a package is refused.</param>
    /// <param name="stop">Cancels the change.</param>
    public Task<SwitchOutcome> ActivateAsync(string? station, string package, ModelOrigin origin, bool force, CancellationToken stop) =>
        WithTrialAsync(station, package, origin, force, (models, found) => models.ActivateAsync(found, origin, force, stop), stop);

    /// <summary>Tries a package of the store for a station and runs it in the shadow.</summary>
    public Task<SwitchOutcome> ShadowAsync(string? station, string package, ModelOrigin origin, CancellationToken stop) =>
        WithTrialAsync(station, package, origin, false, (models, found) => models.ShadowAsync(found, origin, save, folders, stop), stop);

    /// <summary>Lets the last good package take over again.</summary>
    public async Task<SwitchOutcome> RollBackAsync(string? station, ModelOrigin origin, CancellationToken stop) =>
        Find(station, out string problem) is { } models
            ? await models.RollBackAsync(origin, stop).ConfigureAwait(false)
            : SwitchOutcome.Refused(null, problem);

    /// <summary>Removes packages that are no longer needed, and files that killed processes left.</summary>
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

    private async Task<SwitchOutcome> WithTrialAsync(
        string? station,
        string package,
        ModelOrigin origin,
        bool force,
        Func<PackageSwitch, StoredPackage, Task<SwitchOutcome>> then,
        CancellationToken stop)
    {
        if (Find(station, out string problem) is not { } models)
            return SwitchOutcome.Refused(null, problem);
        if (shared.Store.Resolve(package, out problem) is not { } found)
        {
            models.Refuse(null, package, origin, [problem], isThere: false);
            return SwitchOutcome.Refused(models.Running.Package, problem);
        }
        return await WithInHandAsync(found.Hash, () => TryAsync(models, found, origin, force, then, stop)).ConfigureAwait(false);
    }

    private async Task<SwitchOutcome> TryAsync(
        PackageSwitch models,
        StoredPackage found,
        ModelOrigin origin,
        bool force,
        Func<PackageSwitch, StoredPackage, Task<SwitchOutcome>> then,
        CancellationToken stop)
    {
        if (shared.Trust.Complaint(found.Hash, found.Signature) is { } untrusted)
        {
            models.Refuse(found.Hash, found.Name, origin, [untrusted]);
            return SwitchOutcome.Refused(models.Running.Package, untrusted);
        }
        if (found.Hash != models.Running.Package)
        {
            // The package may have been imported for another station, or before the golden images were changed.
            TrialReport report = await trial.RunAsync(
                models.Options.Trial(models.ActiveFolder, force) with { Package = shared.Store.FolderOf(found.Hash) },
                stop).ConfigureAwait(false);
            if (report.Problems.Count > 0)
            {
                string[] problems = [.. report.Problems.Select(p => p.Replace(found.Hash, found.Name, StringComparison.Ordinal))];
                models.Refuse(found.Hash, found.Name, origin, problems);
                return SwitchOutcome.Refused(models.Running.Package, problems);
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
    /// <summary>Nothing yet: the package waits in the store for its set time or for approval.</summary>
    Wait,

    /// <summary>The package takes over, or first runs in the shadow where the settings say so.</summary>
    ActivateOrShadow,
}
