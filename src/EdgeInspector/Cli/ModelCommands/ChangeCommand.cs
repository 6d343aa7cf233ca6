using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Requests;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary>
/// <c>models activate</c>, <c>rollback</c> and <c>shadow</c>: asks the running agent for the change; where none runs, notes the change for
/// the next start.
/// </summary>
internal static class ChangeCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), NotePatience = TimeSpan.FromSeconds(5);

    public static Command Activate()
    {
        Option<bool> force = ModelsCommand.ForceOption();
        Command command = WithPackage(
            "activate",
            "Lets a package of the store take over, between two parts. Exit code 0: it runs; 1: it is refused and the old one goes on.",
            ModelRequestKind.Activate,
            force);
        command.Options.Add(force);
        return command;
    }

    public static Command Shadow() => WithPackage(
        "shadow",
        "Runs a package of the store beside the active one, on the same parts, without a say; a report follows in models/shadow.",
        ModelRequestKind.Shadow,
        null);

    public static Command Rollback()
    {
        Option<string?> station = ModelsCommand.StationOption();
        Option<string?> why = ModelsCommand.WhyOption();
        var command = new Command("rollback", "Lets the last good package take over again.") { station, why };
        var arguments = new SettingsArguments(command);
        command.SetAction((parsed, stop) =>
        {
            var store = new StoreAccess(SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)));
            return RunAsync(
                store, new ModelRequest(
                    ModelRequestKind.Rollback, store.Station(parsed.GetValue(station)).Name, null, Environment.UserName,
                    parsed.GetValue(why), false), stop);
        });
        return command;
    }

    private static Command WithPackage(string name, string description, ModelRequestKind kind, Option<bool>? force)
    {
        var package = new Argument<string>("PACKAGE") { Description = "Its hash or the beginning of it, its name, or its iteration." };
        Option<string?> station = ModelsCommand.StationOption();
        Option<string?> why = ModelsCommand.WhyOption();
        var command = new Command(name, description) { package, station, why };
        var arguments = new SettingsArguments(command);
        command.SetAction((parsed, stop) =>
        {
            var store = new StoreAccess(SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)));
            return RunAsync(
                store,
                new ModelRequest(
                    kind,
                    store.Station(parsed.GetValue(station)).Name,
                    store.Package(parsed.GetValue(package)!).Hash,
                    Environment.UserName,
                    parsed.GetValue(why),
                    force is not null && parsed.GetValue(force)),
                stop);
        });
        return command;
    }

    /// <summary>Makes the change through the running agent, or for the next start.</summary>
    public static async Task<int> RunAsync(StoreAccess store, ModelRequest request, CancellationToken stop)
    {
        SwitchOutcome outcome;
        try
        {
            outcome = store.IsAgentRunning
                ? await AskAsync(store, request, stop)
                : await WithoutAgentAsync(store, request, stop);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is TimeoutException or DataFolderException or SecretFileException)
        {
            throw new RefusedException($"{fault.Message} (Run it as the user of the service, who may write into '{store.Folders.Root}'.)");
        }
        foreach (string problem in outcome.Problems)
            await Console.Error.WriteLineAsync(PrintableText.Of(problem));
        await Console.Out.WriteLineAsync(outcome.Message);
        return outcome.IsDone ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<SwitchOutcome> WithoutAgentAsync(StoreAccess store, ModelRequest request, CancellationToken stop)
    {
        if (request.Kind == ModelRequestKind.Shadow)
            return new SwitchOutcome("Nothing was done.", ["A shadow run needs live parts, and no agent runs. Start it first."], null);
        (string name, StationSettings settings) = store.Station(request.Station);
        ActivePackage known = store.Active[name];
        if ((request.Package ?? known.LastGood) is not { } hash || store.Store.Find(hash) is not { } package)
            return Nothing(known, $"Station {name} has no earlier package to go back to.");
        StationModelOptions options = AgentPackages.OptionsOf(name, settings, store.Options);
        if (known.Active == hash && known.SettingsPath == options.Model)
            return new SwitchOutcome($"No agent runs; station {name} begins with {package.Name} ({package.ShortHash}) anyway.", [], hash);
        if (new PackageTrust(store.Options.Models.PublicKeys).Complaint(hash, package.Signature) is { } untrusted)
            return Nothing(known, untrusted);
        // A rule never prevents a rollback, nor does it while the agent runs.
        bool isRollback = request.Kind == ModelRequestKind.Rollback, force = request.Force || isRollback;
        TrialReport report = await AgentPackages.TrialOf(store.Options.Models, TimeProvider.System)
            .RunAsync(options.Trial(null, force) with { Package = store.Store.FolderOf(hash) }, stop);
        if (report.Problems.Count > 0)
            return Nothing(known, [.. report.Problems.Select(problem => problem.Replace(hash, package.Name, StringComparison.Ordinal))]);
        var change = new ModelChange(
            isRollback ? ModelChangeKind.RolledBack : ModelChangeKind.Activated,
            TimeProvider.System.GetUtcNow(), hash, package.Name, package.Iteration, known.Active, "command line", request.By, request.Why);
        // Notes the package that the settings name now: otherwise the agent would take it for news, and for somebody's wish.
        string? fromSettings = ModelPackageReader.Read(options.Model).Package?.Hash;
        if (!Note(store, name, known, change, state => state.TakenOver(change, options.Probation.Parts > 0, force) with
        {
            SettingsPath = options.Model,
            FromSettings = fromSettings ?? state.FromSettings,
        }))
        {
            return await AskAsync(store, request, stop);
        }
        return new SwitchOutcome(
            $"No agent runs; station {name} begins with {package.Name} ({package.ShortHash}) when it starts.", [], hash);
    }

    /// <summary>
    /// Notes a change for the next start. The data folder is locked only for this moment: the trial before took its time, and a service
    /// that starts meanwhile must not be kept from the folder.
    /// </summary>
    /// <returns>False: an agent has started during the trial, and must be asked instead.</returns>
    /// <exception cref="DataFolderException">
    /// Somebody else changes the folder at this moment, or has changed it during the trial.
    /// </exception>
    private static bool Note(
        StoreAccess store, string station, ActivePackage known, ModelChange news, Func<ActivePackage, ActivePackage> change)
    {
        if (store.IsAgentRunning)
            return false;
        using DataFolderLock folder = DataFolderLock.Take(store.Options.DataFolder, "a command of EdgeInspector models", NotePatience);
        var active = new ActiveFile(store.Folders, TimeProvider.System, NullLogger.Instance);
        if (active[station].Active != known.Active || active[station].LastGood != known.LastGood)
            throw new DataFolderException($"What station {station} begins with was changed by somebody else during the trial. "
                + "See 'EdgeInspector models list', and try again.");
        // The entry comes first: nobody could account for a change without its entry.
        AuditNote.Write(store.Options.DataFolder, store.Options.Audit, AuditEntry.Of(ModelEvents.Of(news, station)), TimeProvider.System);
        active.Update(station, change);
        return true;
    }

    private static Task<SwitchOutcome> AskAsync(StoreAccess store, ModelRequest request, CancellationToken stop) =>
        ModelRequests.Of(store.Folders, TimeProvider.System).AskAsync(request, Patience, stop);

    private static SwitchOutcome Nothing(ActivePackage known, params IReadOnlyList<string> problems) =>
        new("Nothing was done.", problems, known.Active);
}
