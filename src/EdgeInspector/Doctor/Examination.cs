using System.Runtime.CompilerServices;
using EdgeInspector.Capture;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Hosting;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Doctor;

/// <summary>Looks at everything the line depends on, in the order in which one thing needs the other.</summary>
internal static class Examination
{
    private static readonly TimeSpan CameraPatience = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<Finding> RunAsync(string? file, string[] overrides, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (Finding finding in NativeLibraries.Look())
            yield return finding;
        yield return Clock.Look(TimeProvider.System);

        if (Settings(file, overrides, out List<Finding> faults) is not { } settings)
        {
            foreach (Finding fault in faults)
                yield return fault;
            yield break;
        }
        AgentOptions options = settings.Options;
        yield return Finding.Good("settings", $"{settings.Path ?? "environment and arguments only"}{(settings.Machine is { } machine ? $", machine {machine}" : "")}, {options.Stations.Count} station{(options.Stations.Count == 1 ? "" : "s")}");
        foreach (string warning in settings.Warnings.Concat(SecretFolders.Unreadable(typeof(AgentOptions), settings.Layers)))
            yield return Finding.Warning("secrets", warning);
        yield return DataFolder.Look(options.DataFolder);
        foreach (JournalCheckResult journal in JournalCheck.Run(options.DataFolder))
            yield return new Finding(journal.IsGood ? Severity.Good : Severity.Warning, "journal", journal.Message);

        BrokerCheckResult broker = await BrokerCheck.RunAsync(options.Mqtt, TimeProvider.System, stop);
        yield return new Finding(broker.IsGood ? Severity.Good : Severity.Fault, "broker", broker.Message);

        foreach ((string name, StationSettings station) in options.Stations)
        {
            foreach (Finding finding in Model(name, station, options))
                yield return finding;
            CameraCheckResult camera = await Task.Run(() => CameraCheck.Run(station.Camera!, CameraPatience, TimeProvider.System, stop), stop);
            yield return new Finding(camera.IsGood ? Severity.Good : Severity.Fault, $"camera of {name}", camera.Message);
        }
    }

    private static SettingsFile? Settings(string? file, string[] overrides, out List<Finding> faults)
    {
        faults = [];
        try
        {
            return SettingsFile.Load(file, overrides);
        }
        catch (RefusedException refused)
        {
            faults.AddRange(refused.Problems.Select(problem => Finding.Fault("settings", problem)));
            return null;
        }
    }

    private static List<Finding> Model(string name, StationSettings station, AgentOptions options)
    {
        string subject = $"model of {name}";
        // What the next start would run: what was activated last, unless the settings name another path since.
        var folders = new ModelFolders(Path.GetFullPath(Path.Combine(options.DataFolder, "models")));
        var store = new PackageStore(folders);
        ActiveFile file = ActiveFile.Peek(folders);
        StationModel known = file[name];
        bool isStored = known.SettingsPath == station.Model && known.Active is { } active && store.Has(active);
        string path = isStored ? store.FolderOf(known.Active!) : station.Model!;
        try
        {
            using OnnxGeneration generation = Models.Load(
                AgentModels.OptionsOf(station, options) with { Model = path }, NullLoggerFactory.Instance, $"Stations:{name}:Model", out IReadOnlyList<string> notes);
            var findings = new List<Finding> { Finding.Good(subject, $"{(isStored ? $"{store.Find(known.Active!)!.Name} ({known.Active![..12]}), " : "")}{generation.Description}") };
            if (file.Problem is { } damaged)
                findings.Add(Finding.Warning(subject, $"{damaged} The next start sets it aside and begins with the model of the settings."));
            findings.AddRange(notes.Select(note => Finding.Warning(subject, $"{note} (It runs on {generation.Model.Provider}.)")));
            if (RuleSet.Create(station, generation.Model, out IReadOnlyList<string> problems) is null)
                findings.AddRange(problems.Select(problem => isStored && known.IsForced
                    ? Finding.Warning($"rules of {name}", $"{problem} (Out of force: the model was put in by force.)")
                    : Finding.Fault($"rules of {name}", problem)));
            string? signature = isStored ? store.Find(known.Active!)!.Signature : ModelPackageReader.Read(path).Signature;
            if (new PackageTrust(options.Models.PublicKeys).Complaint(generation.Model.Package, signature) is { } untrusted)
                findings.Add(Finding.Fault(subject, untrusted));
            return findings;
        }
        catch (RefusedException refused)
        {
            return [.. refused.Problems.Select(problem => Finding.Fault(subject, problem))];
        }
    }
}
