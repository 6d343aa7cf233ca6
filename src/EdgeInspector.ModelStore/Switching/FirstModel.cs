using EdgeInspector.Foundation.Files;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// The model with which a station starts: the model that ran last, or the model of the settings when there is none or when the settings
/// name another path.
/// </summary>
/// <param name="station">The station's name.</param>
/// <param name="options">How the station runs models.</param>
/// <param name="books">The packages, whose packages may run, and which package runs at which station.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
public sealed class FirstModel(string station, StationModelOptions options, PackageBooks books, TimeProvider time, ILogger log)
{
    /// <summary>A model on probation is not started again after the process has ended so often.</summary>
    private const int MostStarts = 2;

    // If the process lived longer before it ended, that says little against the package: similar pictures went well before.
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);

    private readonly List<string> _complaints = [];
    private readonly List<string> _problems = [];

    /// <summary>Finds and loads the model, and updates the books. To be called once.</summary>
    /// <param name="left">The run in whose midst the earlier process ended; null: it ended otherwise, or nobody knows.</param>
    /// <param name="wasKilled">
    /// True when somebody killed the earlier process, as the service manager says: that start does not count against a package.
    /// </param>
    public StartOutcome Load(LeftRun? left = null, bool wasKilled = false)
    {
        // Without a probation nothing would ever confirm the package.
        if (options.Probation.Parts == 0)
            Note(state => state with { OnProbation = false, StartsOnProbation = 0 });
        if (wasKilled && left is not { Cause: LeftRunCause.Hung or LeftRunCause.Memory })
            Note(state => state with { StartsOnProbation = Math.Max(0, state.StartsOnProbation - 1) });
        ActivePackage known = books.Active[station];
        if (known.Active is null || known.SettingsPath != options.Model)
            return FromSettings();
        string? blame = left is null ? null : Blame(left, known);

        if (blame is not null && known.LastGood is not null)
            _complaints.Add($"{blame} so that it is not started again.");
        else if (known is { OnProbation: true, StartsOnProbation: >= MostStarts })
            _complaints.Add(
                $"The agent ended {known.StartsOnProbation} times while the new package {PackageHash.Shown(known.Active)} "
                + "was on probation, so that it is not started again.");
        else if (Try(known.Active, known.IsForced) is { } last)
            return new StartOutcome(last, [.. _complaints, .. new[] { last.Complaint?.Text, blame is null ? null
                : $"{blame} but there is no earlier one to go back to." }.OfType<string>()], []);
        else
            _complaints.Add($"The package {PackageHash.Shown(known.Active)} that should run can't: {_problems[0]}");

        // As at every rollback, rules that the package does not know are left out.
        if (known.LastGood is { } good && Try(good, force: true) is { } before)
        {
            string why = _complaints[^1];
            _complaints.Add($"The last good package {PackageHash.Shown(good)} runs instead.");
            if (before.Complaint is { } dropped)
                _complaints.Add(dropped.Text);
            var change = new ModelChange(
                ModelChangeKind.RolledBack, time.GetUtcNow(), good, before.Generation.Model.Name, before.Generation.Model.Iteration,
                known.Active, "agent", null, why);
            Note(state => state.TakenOver(change, watch: false, isForced: before.Dropped.Count > 0));
            return new StartOutcome(before, _complaints, []) { WayBack = change };
        }
        StartOutcome fromSettings = FromSettings();
        return fromSettings.Model is null ? fromSettings with { Problems = [.. _problems.Union(fromSettings.Problems)] } : fromSettings;
    }

    /// <summary>
    /// Why the active package is not to be started again, as the beginning of a sentence: a run of the package did not return, took all
    /// memory, or ended the process twice soon after its start, and nobody had killed the process. Null: the package may be started.
    /// </summary>
    private string? Blame(LeftRun left, ActivePackage known)
    {
        // Somebody killed the process, whatever it was doing.
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
            // The process that has ended had already given the package up.
            _complaints.Add($"{told} and runs package {PackageHash.Shown(known.Active!)} now.");
            return null;
        }
        if (left.Cause != LeftRunCause.Ended)
            return told;
        int ends = left.After < Soon ? known.EndsInRun + 1 : 1;
        Note(state => state with { EndsInRun = ends });
        return ends >= MostStarts
            ? $"The agent ended {ends} times in the midst of a run of package {PackageHash.Shown(left.Package)}, soon after its start,"
            : null;
    }

    private LoadedModel? Try(string hash, bool force)
    {
        if (books.Store.Open(hash, out IReadOnlyList<string> found) is not { } package)
        {
            _problems.AddRange(found);
            return null;
        }
        if (books.Trust.Complaint(hash, books.Store.Find(hash)?.Signature) is { } untrusted)
        {
            _problems.Add($"Package {PackageHash.Shown(hash)}: {untrusted}");
            return null;
        }
        // Counted before anything is loaded, since loading itself may end the process.
        NoteQuietly(state => state is { OnProbation: true } && state.Active == hash
            ? state with { StartsOnProbation = state.StartsOnProbation + 1 }
            : state);
        LoadedModel? model = LoadedModel.Load(package, options, null, force, log, out found);
        _problems.AddRange(found.Select(problem =>
            IsOfSettings(problem) ? Where(station, problem) : $"Package {PackageHash.Shown(hash)}: {problem}"));
        return model;
    }

    private StartOutcome FromSettings()
    {
        ReadOutcome reading = ModelPackageReader.Read(options.Model);
        if (reading.Package is not { } package)
            return new StartOutcome(null, _complaints, [.. reading.Problems.Select(problem => $"Stations:{station}:Model: {problem}")]);
        if (books.Trust.Complaint(package.Hash, reading.Signature) is { } untrusted)
            return new StartOutcome(null, _complaints, [$"Stations:{station}:Model: {untrusted}"]);
        LoadedModel? model = LoadedModel.Load(package, options, null, force: false, log, out IReadOnlyList<string> problems);
        if (model is null)
            return new StartOutcome(null, _complaints, [.. problems.Select(problem => Where(station, problem))]);
        if (_complaints.Count > 0)
            _complaints.Add("The package of the settings runs instead.");
        Keep(package, reading);
        return new StartOutcome(model, _complaints, []);
    }

    /// <summary>Puts the package of the settings into the store, and notes that the package runs.</summary>
    private void Keep(ModelPackage package, ReadOutcome reading)
    {
        try
        {
            var stored = new StoredPackage(
                package.Hash, books.Trust.NameOf(reading.Signature, package.Name), package.Iteration, time.GetUtcNow(), "settings", null,
                null)
            {
                Signature = reading.Signature,
            };
            if (!books.Store.Has(package.Hash))
                books.Store.Keep(books.Store.Stage(reading.Files), stored);
            else if (reading.Signature is { } signature)
                books.Store.Sign(package.Hash, signature);
            books.Active.Update(station, state => (state with
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
            _complaints.Add($"The model runs, but the store can't keep it, so that it can't be gone back to: {fault.Message.TrimEnd('.')}. "
                + "Make room or mend the data folder.");
        }
    }

    /// <summary>
    /// A problem of a station's model, preceded by the setting that it concerns, unless the problem names its own setting.
    /// </summary>
    /// <param name="station">The station.</param>
    /// <param name="problem">Why the model can't run, in a sentence.</param>
    public static string Where(string station, string problem) =>
        problem.StartsWith($"Stations:{station}:", StringComparison.Ordinal) ? problem
        : IsOfSettings(problem) ? $"Stations:{station}:{problem}"
        : $"Stations:{station}:Model: {problem}";

    private static bool IsOfSettings(string problem) =>
        problem.StartsWith("Rules:", StringComparison.Ordinal) || problem.StartsWith("PassTags:", StringComparison.Ordinal)
        || problem.StartsWith("Stations:", StringComparison.Ordinal);

    private void Note(Func<ActivePackage, ActivePackage> change)
    {
        if (ProblemOfNoting(change) is { } problem)
            _complaints.Add(problem);
    }

    private void NoteQuietly(Func<ActivePackage, ActivePackage> change) => ProblemOfNoting(change);

    private string? ProblemOfNoting(Func<ActivePackage, ActivePackage> change)
    {
        try
        {
            books.Active.Update(station, change);
            return null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return $"This could not be noted: {fault.Message}";
        }
    }
}
