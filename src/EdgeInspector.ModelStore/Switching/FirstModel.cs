using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// The model that a station starts with: the one that ran last, or that of the settings when there is none
/// or the settings name another path.
/// </summary>
/// <param name="Model">Loaded and warm; owned by the caller. Null when nothing can be loaded.</param>
/// <param name="Complaints">What an operator should know although something runs: that it is not the one it should be, and why.</param>
/// <param name="Problems">Why nothing runs, a sentence each.</param>
public sealed record FirstModel(LoadedModel? Model, IList<string> Complaints, IReadOnlyList<string> Problems)
{
    /// <summary>The way back that was taken, for an event; null: none was.</summary>
    public ModelChange? WayBack { get; private init; }

    /// <summary>A model under which the process ended so often, while it was on probation, is not started once more.</summary>
    private const int MostStarts = 2;

    // A process that lived longer before it ended says little against the package: pictures like those before went well.
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);

    /// <summary>Finds and loads it, and keeps the books.</summary>
    /// <param name="station">The station's name.</param>
    /// <param name="options">How the station runs models.</param>
    /// <param name="store">The packages.</param>
    /// <param name="trust">Whose packages may run.</param>
    /// <param name="active">Which package runs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="left">The run in whose midst the process before ended; null: it ended otherwise, or nobody knows.</param>
    /// <param name="wasKilled">
    /// True when somebody killed the process before, says the service manager: that start counts against nobody.
    /// </param>
    public static FirstModel Load(
        string station, StationModelOptions options, PackageStore store, PackageTrust trust, ActiveFile active, TimeProvider time,
            ILogger log, LeftRun? left = null, bool wasKilled = false)
    {
        List<string> complaints = [];
        List<string> problems = [];
        // Nobody would ever confirm it.
        if (options.Probation.Parts == 0)
            Note(active, station, complaints, state => state with { OnProbation = false, StartsOnProbation = 0 });
        if (wasKilled && left is not { Cause: LeftRunCause.Hung or LeftRunCause.Memory })
            Note(active, station, complaints, state => state with { StartsOnProbation = Math.Max(0, state.StartsOnProbation - 1) });
        ActivePackage known = active[station];
        if (known.Active is null || known.SettingsPath != options.Model)
            return FromSettings(station, options, store, trust, active, time, log, complaints);
        string? blame = left is null ? null : Blame(left, known, active, station, complaints);

        if (blame is not null && known.LastGood is not null)
            complaints.Add($"{blame} so that it is not started again.");
        else if (known is { OnProbation: true, StartsOnProbation: >= MostStarts })
            complaints.Add(
                $"The agent ended {known.StartsOnProbation} times while the new package {PackageHash.Shown(known.Active)} "
                + "was on probation, so that it is not started again.");
        else if (Try(station, known.Active, known.IsForced, options, store, trust, active, log, problems) is { } last)
            return new FirstModel(last, [.. complaints, .. new[] { last.Complaint, blame is null ? null
                : $"{blame} but there is no earlier one to go back to." }.OfType<string>()], []);
        else
            complaints.Add($"The package {PackageHash.Shown(known.Active)} that should run can't: {problems[0]}");

        // Like every way back: rules that it does not know are left out.
        if (known.LastGood is { } good && Try(station, good, force: true, options, store, trust, active, log, problems) is { } before)
        {
            string why = complaints[^1];
            complaints.Add($"The last good package {PackageHash.Shown(good)} runs instead.");
            if (before.Complaint is { } dropped)
                complaints.Add(dropped);
            var change = new ModelChange(
                ModelChangeKind.RolledBack, time.GetUtcNow(), good, before.Generation.Model.Name, before.Generation.Model.Iteration,
                known.Active, "agent", null, why);
            Note(active, station, complaints, state => state.TakenOver(change, watch: false, isForced: before.Dropped.Count > 0));
            return new FirstModel(before, complaints, []) { WayBack = change };
        }
        FirstModel fromSettings = FromSettings(station, options, store, trust, active, time, log, complaints);
        return fromSettings.Model is null ? fromSettings with { Problems = [.. problems.Union(fromSettings.Problems)] } : fromSettings;
    }

    /// <summary>
    /// Why the active package is not to be started again, as a sentence to be gone on with: a run of it did not return, took all memory,
    /// or ended the process twice soon
    /// after its start, and not by a kill. Null: it may be.
    /// </summary>
    private static string? Blame(LeftRun left, ActivePackage known, ActiveFile active, string station, List<string> complaints)
    {
        // By somebody, whatever it was doing.
        if (left.Cause == LeftRunCause.Killed)
            return null;
        string what = left.Cause switch
        {
            LeftRunCause.Hung => "did not return",
            LeftRunCause.Memory => "was under way when the machine's memory was used up",
            _ => "was under way when the process ended",
        };
        string told = $"The agent ended in the midst of a run of package {PackageHash.Shown(left.Package)}, which {what},";
        if (left.Package != known.Active)
        {
            // Given up before the end, by the process that has ended.
            complaints.Add($"{told} and runs package {PackageHash.Shown(known.Active!)} now.");
            return null;
        }
        if (left.Cause != LeftRunCause.Ended)
            return told;
        int ends = left.After < Soon ? known.EndsInRun + 1 : 1;
        Note(active, station, complaints, state => state with { EndsInRun = ends });
        return ends >= MostStarts
            ? $"The agent ended {ends} times in the midst of a run of package {PackageHash.Shown(left.Package)}, soon after its start,"
            : null;
    }

    private static LoadedModel? Try(
        string station,
        string hash,
        bool force,
        StationModelOptions options,
        PackageStore store,
        PackageTrust trust,
        ActiveFile active,
        ILogger log,
        List<string> problems)
    {
        if (store.Open(hash, out IReadOnlyList<string> found) is not { } package)
        {
            problems.AddRange(found);
            return null;
        }
        if (trust.Complaint(hash, store.Find(hash)?.Signature) is { } untrusted)
        {
            problems.Add($"Package {PackageHash.Shown(hash)}: {untrusted}");
            return null;
        }
        // Counted before anything is loaded: loading may be what ends the process.
        Note(active, station, [], state => state is { OnProbation: true } && state.Active == hash
            ? state with { StartsOnProbation = state.StartsOnProbation + 1 }
            : state);
        LoadedModel? model = LoadedModel.Load(package, options, null, force, log, out found);
        problems.AddRange(found.Select(problem =>
            IsOfSettings(problem) ? Where(station, problem) : $"Package {PackageHash.Shown(hash)}: {problem}"));
        return model;
    }

    private static FirstModel FromSettings(
        string station,
        StationModelOptions options,
        PackageStore store,
        PackageTrust trust,
        ActiveFile active,
        TimeProvider time,
        ILogger log,
        List<string> complaints)
    {
        PackageReading reading = ModelPackageReader.Read(options.Model);
        if (reading.Package is not { } package)
            return new FirstModel(null, complaints, [.. reading.Problems.Select(problem => $"Stations:{station}:Model: {problem}")]);
        if (trust.Complaint(package.Hash, reading.Signature) is { } untrusted)
            return new FirstModel(null, complaints, [$"Stations:{station}:Model: {untrusted}"]);
        LoadedModel? model = LoadedModel.Load(package, options, null, force: false, log, out IReadOnlyList<string> problems);
        if (model is null)
            return new FirstModel(null, complaints, [.. problems.Select(problem => Where(station, problem))]);
        if (complaints.Count > 0)
            complaints.Add("The package of the settings runs instead.");
        try
        {
            var stored = new StoredPackage(
                package.Hash, trust.NameOf(reading.Signature, package.Name), package.Iteration, time.GetUtcNow(), "settings", null, null)
            {
                Signature = reading.Signature,
            };
            if (!store.Has(package.Hash))
                store.Keep(store.Stage(reading.Files), stored);
            else if (reading.Signature is { } signature)
                store.Sign(package.Hash, signature);
            active.Update(station, state => (state with
            {
                Active = package.Hash,
                LastGood = null,
                OnProbation = false,
                StartsOnProbation = 0,
                IsForced = false,
                FromSettings = package.Hash,
                SettingsPath = options.Model,
                Refused = null,
            })
                .With(new ModelChange(
                    ModelChangeKind.Activated, time.GetUtcNow(), package.Hash, package.Name, package.Iteration, state.Active, "settings",
                    null, null)));
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            complaints.Add($"The model runs, but the store can't keep it, so that it can't be gone back to: {fault.Message.TrimEnd('.')}. "
                + "Make room or mend the data folder.");
        }
        return new FirstModel(model, complaints, []);
    }

    /// <summary>A problem of a station's model with the setting that it is about in front, unless it names its own.</summary>
    /// <param name="station">The station.</param>
    /// <param name="problem">Why the model can't run, in a sentence.</param>
    public static string Where(string station, string problem) =>
        problem.StartsWith($"Stations:{station}:", StringComparison.Ordinal) ? problem
        : IsOfSettings(problem) ? $"Stations:{station}:{problem}"
        : $"Stations:{station}:Model: {problem}";

    private static bool IsOfSettings(string problem) =>
        problem.StartsWith("Rules:", StringComparison.Ordinal) || problem.StartsWith("PassTags:", StringComparison.Ordinal)
        || problem.StartsWith("Stations:", StringComparison.Ordinal);

    private static void Note(ActiveFile active, string station, List<string> complaints, Func<ActivePackage, ActivePackage> change)
    {
        try
        {
            active.Update(station, change);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            complaints.Add($"This could not be noted: {fault.Message}");
        }
    }
}
