using EdgeInspector.Foundation.Text;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// Loads a package beside the running one and lets it take over between two parts. The caller holds the turn (<see cref="LoadingTurn"/>).
/// </summary>
/// <param name="station">The station.</param>
/// <param name="shared">The packages.</param>
/// <param name="inForce">The running model.</param>
/// <param name="notes">Where swaps are noted.</param>
/// <param name="begins">Called right before the first part of a new model, with its package.</param>
internal sealed partial class TakeOver(
    Station station, SwitchingContext shared, ModelInForce inForce, ActiveNotes notes, Action<string, StationModelOptions> begins)
{
    /// <summary>Called in the midst of a swap, after a model took over; must not block.</summary>
    public required Action TookOver { private get; init; }

    /// <summary>Told of each swap; must not block.</summary>
    public required Action<ModelChange> News { private get; init; }

    private ModelIdentity Running => station.Model;

    /// <summary>Lets the last good package take over again.</summary>
    public SwitchOutcome RollBack(ModelOrigin origin, CancellationToken stop, out StoredPackage? package)
    {
        package = null;
        if (notes.Known.LastGood is not { } hash)
            return SwitchOutcome.Refused(
                Running.Package, $"Station {station.Name} has no earlier package to go back to. Activate one by its name or hash.");
        package = shared.Store.Find(hash);
        return package is null
            ? SwitchOutcome.Refused(
                Running.Package, $"The package to go back to, {PackageHash.Shown(hash)}, is not in the store any more. Import it again.")
            : Try(package, ModelChangeKind.RolledBack, origin, force: true, stop);
    }

    /// <summary>Lets a package of the store take over.</summary>
    /// <param name="package">The package.</param>
    /// <param name="kind">What kind of change is told.</param>
    /// <param name="origin">Who wants the package.</param>
    /// <param name="force">True: rules that the package does not know are left out; false: such a package is refused.</param>
    /// <param name="stop">Cancels before the package takes over.</param>
    public SwitchOutcome Try(StoredPackage package, ModelChangeKind kind, ModelOrigin origin, bool force, CancellationToken stop)
    {
        ModelIdentity before = Running;
        if (before.Package == package.Hash)
            return new SwitchOutcome(OutcomeWordings.RunsAlready.Of(station.Name, package.Name, package.ShortHash), [], package.Hash);
        if (shared.Store.Open(package.Hash, out IReadOnlyList<string> problems) is not { } content)
            return SwitchOutcome.Refused(before.Package, problems);
        if (Objection(package, content) is { } objection)
            return objection;
        LoadedModel? loaded = LoadedModel.Load(content, inForce.Options, before, force, shared.Log, out problems);
        if (loaded is null)
            return SwitchOutcome.Refused(before.Package, problems);
        var change = new ModelChange(
            kind, shared.Time.GetUtcNow(), package.Hash, package.Name, package.Iteration, before.Package, origin.From, origin.By,
            origin.Why);
        try
        {
            stop.ThrowIfCancellationRequested();
            bool isOnProbation = inForce.Options.Probation.Parts > 0;
            if (notes.Book(change, isOnProbation, isForced: loaded.Dropped.Count > 0) is { } fault)
                return SwitchOutcome.Refused(before.Package, fault) with { MayTryAgain = true };
            Replace(loaded);
            loaded = null;
        }
        finally
        {
            loaded?.Generation.Dispose();
        }
        return Tell(change, before, package);
    }

    /// <summary>Why a package may not be loaded now; null where the package may be loaded.</summary>
    public SwitchOutcome? Objection(StoredPackage package, ModelPackage content)
    {
        if (shared.Trust.Complaint(package.Hash, package.Signature) is { } untrusted)
            return SwitchOutcome.Refused(Running.Package, untrusted);
        return AvailableMemory.Complaint(content.Onnx.LongLength, (long)shared.Limits.FreeMemoryMiB << 20) is { } tooLittle
            ? SwitchOutcome.Refused(Running.Package, tooLittle) with { MayTryAgain = true }
            : null;
    }

    private void Replace(LoadedModel loaded)
    {
        string package = loaded.Generation.Model.Package;
        inForce.TakeOver(loaded, options => begins(package, options));
        if (loaded.Complaint is { } complaint)
            station.Health.Complain(complaint);
        else
            station.Health.Withdraw(PackageSwitch.Component);
        TookOver();
    }

    private SwitchOutcome Tell(ModelChange change, ModelIdentity before, StoredPackage package)
    {
        TagChanges tags = TagChanges.Between(before.Tags, Running.Tags);
        string beforeHash = PackageHash.Shown(before.Package);
        LogTookOver(shared.Log, station.Name, package.Name, package.ShortHash, before.Name, beforeHash, change.From, change.Why
            ?? "no reason given");
        News(change);
        Said told = tags.IsNone
            ? OutcomeWordings.Runs.Of(station.Name, package.Name, package.ShortHash)
            : OutcomeWordings.RunsWithOtherTags.Of(station.Name, package.Name, package.ShortHash, $"{tags}");
        return new SwitchOutcome(told, [], package.Hash);
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Information,
        Message = "Station {Station}: {Package} ({Hash}) took over from {Before} ({BeforeHash}), by {From}: {Why}")]
    private static partial void LogTookOver(
        ILogger log, string station, string package, string hash, string before, string beforeHash, string from, string why);
}
