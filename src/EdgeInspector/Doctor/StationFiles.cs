using EdgeInspector.Hosting;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Doctor;

/// <summary>
/// The files without which a station does not start: its model, with the rules that name its tags, and the empty conveyor.
/// </summary>
internal static class StationFiles
{
    public static IEnumerable<Finding> Check(string name, StationSettings station, AgentOptions options)
    {
        foreach (Finding finding in Model(name, station, options))
            yield return finding;
        if (EmptyConveyor.Fault(name, station) is { } problem)
            yield return Finding.Fault($"trigger of {name}", problem);
    }

    private static List<Finding> Model(string name, StationSettings station, AgentOptions options)
    {
        string subject = $"model of {name}";
        // The package that the next start would run: the one that was activated last, unless the settings name another path since.
        var folders = new StoreFolders(Path.GetFullPath(Path.Combine(options.DataFolder, "models")));
        var store = new PackageStore(folders);
        ActiveFile file = ActiveFile.Peek(folders);
        ActivePackage known = file[name];
        bool isStored = known.SettingsPath == station.Model && known.Active is { } active && store.Has(active);
        string where = $"Stations:{name}:Model";
        ReadOutcome reading = isStored ? Stored(store, known.Active!) : ModelPackageReader.Read(station.Model!);
        if (reading.Package is not { } package)
            return [.. reading.Problems.Select(problem => Finding.Fault(subject, $"{where}: {problem}"))];
        try
        {
            using OnnxGeneration generation = ModelFromPath.Load(
                package, AgentPackages.OptionsOf(name, station, options), NullLoggerFactory.Instance, where,
                out IReadOnlyList<string> notes);
            var findings = new List<Finding>
            {
                Finding.Good(subject, $"{package.Name} ({PackageHash.Shown(package.Hash)}), {generation.Description}"),
            };
            if (file.Problem is { } damaged)
                findings.Add(
                    Finding.Warning(subject, $"{damaged} The next start sets it aside and begins with the model of the settings."));
            // A note about a setting names that setting.
            findings.AddRange(notes.Select(note => note.StartsWith("Stations:", StringComparison.Ordinal)
                ? Finding.Warning($"view of {name}", note)
                : Finding.Warning(subject, $"{note} (It runs on {generation.Model.Provider}.)")));
            if (RuleSet.Create(station, generation.Model, out IReadOnlyList<string> problems) is null)
                findings.AddRange(problems.Select(problem => isStored && known.IsForced
                    ? Finding.Warning($"rules of {name}", $"Stations:{name}:{problem} (Out of force: the model was put in by force.)")
                    : Finding.Fault($"rules of {name}", $"Stations:{name}:{problem}")));
            if (new PackageTrust(options.Models.PublicKeys).Complaint(package.Hash, reading.Signature) is { } untrusted)
                findings.Add(Finding.Fault(subject, untrusted));
            return findings;
        }
        catch (RefusedException refused)
        {
            return [.. refused.Problems.Select(problem => Finding.Fault(subject, problem))];
        }
    }

    private static ReadOutcome Stored(PackageStore store, string hash) =>
        new(store.Open(hash, out IReadOnlyList<string> problems), problems) { Signature = store.Find(hash)?.Signature };
}
