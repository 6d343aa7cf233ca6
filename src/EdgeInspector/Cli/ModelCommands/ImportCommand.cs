using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Requests;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary>
/// <c>models import</c>: checks and tries a package and puts it into the store; with <c>--activate</c> the package takes over.
/// </summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A zip, a folder, or an .onnx file." };
        Option<string?> station = ModelsCommand.StationOption();
        Option<string?> why = ModelsCommand.WhyOption();
        Option<bool> force = ModelsCommand.ForceOption();
        var activate = new Option<bool>("--activate") { Description = "Let it take over afterwards." };
        var json = new Option<bool>("--json") { Description = "The report as JSON on standard output." };
        var command = new Command(
            "import", "Checks and tries a package and puts it into the store. Exit code 0: it is there; 1: it is refused.")
        {
            path, station, activate, why, force, json,
        };
        var arguments = new SettingsArguments(command);
        command.SetAction(async (parsed, stop) =>
        {
            string full = Path.GetFullPath(parsed.GetValue(path)!);
            var store = new StoreAccess(SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)));
            (string name, StationSettings settings) = store.Station(parsed.GetValue(station));
            var intake = new PackageIntake(
                store.Store,
                new PackageTrust(store.Options.Models.PublicKeys),
                AgentPackages.TrialOf(store.Options.Models, TimeProvider.System),
                TimeProvider.System,
                NullLogger.Instance);
            string? running = store.Active[name].Active is { } hash && store.Store.Has(hash) ? store.Store.FolderOf(hash) : null;
            ImportOutcome import = await intake.ImportAsync(
                new Arrival(full, "command line", Environment.UserName, parsed.GetValue(why)),
                AgentPackages.OptionsOf(name, settings, store.Options).Trial(running, parsed.GetValue(force)),
                stop);
            VerifyCommand.Show(import.Report, parsed.GetValue(json));
            if (import.Package is not { } package)
                return ExitCode.Failed;
            await Console.Error.WriteLineAsync($"{package.Name} ({package.ShortHash}) is in the store.");
            return parsed.GetValue(activate)
                ? await ChangeCommand.RunAsync(
                    store,
                    new ModelRequest(
                        ModelRequestKind.Activate, name, package.Hash, Environment.UserName, parsed.GetValue(why), parsed.GetValue(force)),
                    stop)
                : ExitCode.Done;
        });
        return command;
    }
}
