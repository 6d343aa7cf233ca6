using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.ModelStore;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary><c>models verify</c>: reads, checks and tries a package, and changes nothing.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A zip, a folder, or an .onnx file." };
        Option<string?> station = ModelsCommand.StationOption();
        station.Description = "Try it as this station would run it: with its rules, its preprocessing and its golden images.";
        Option<bool> force = ModelsCommand.ForceOption();
        var key = new Option<string[]>("--public-key")
        {
            Description = "Also ask for a signature by this key (PEM); may be repeated. Those of the settings count with --station.",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "The report as JSON on standard output." };
        var command = new Command(
            "verify", "Checks and tries a package and changes nothing. Exit code 0: it could become active; 1: it is refused.")
        {
            path, station, force, key, json,
        };
        var arguments = new SettingsArguments(command, parsed => parsed.GetValue(station) is not null);
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(path)!, parsed.GetValue(station), parsed.GetValue(force), parsed.GetValue(key) ?? [], parsed.GetValue(json),
            () => SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)), stop));
        return command;
    }

    private static async Task<int> RunAsync(
        string path, string? station, bool force, string[] keys, bool json, Func<SettingsFile> settings, CancellationToken stop)
    {
        path = Path.GetFullPath(path);
        var limits = new ModelOptions();
        var request = new TrialRequest { Package = path };
        if (station is not null)
        {
            var store = new StoreAccess(settings());
            StationSettings mine = store.Station(station).Settings;
            limits = store.Options.Models;
            request = AgentPackages.OptionsOf(station, mine, store.Options).Trial(ActiveFolder(store, station), force) with
            {
                Package = path,
            };
        }
        // Read here too: a package that can't even be read needs no process.
        ReadOutcome reading = ModelPackageReader.Read(path);
        string? untrusted = reading.Package is { } package
            ? new PackageTrust(limits.PublicKeys.Concat(keys).ToList()).Complaint(package.Hash, reading.Signature)
            : null;
        TrialReport report = reading.Package is null
            ? new TrialReport { Problems = reading.Problems }
            : untrusted is not null ? new TrialReport { Name = reading.Package.Name, Hash = reading.Package.Hash, Problems = [untrusted] }
            : await AgentPackages.TrialOf(limits, TimeProvider.System).RunAsync(request, stop);
        Show(report, json);
        return report.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string? ActiveFolder(StoreAccess store, string station) =>
        store.Active[station].Active is { } hash && store.Store.Has(hash) ? store.Store.FolderOf(hash) : null;

    /// <summary>Prints a report.</summary>
    public static void Show(TrialReport report, bool json)
    {
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(TrialJson.Write(report));
            output.WriteByte((byte)'\n');
            return;
        }
        Console.Out.WriteLine(ReportText.Write(report));
        Console.Out.WriteLine(report.Problems.Count == 0 ? "It could become active." : "It is refused.");
    }
}
