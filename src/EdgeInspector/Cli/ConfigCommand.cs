using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Doctor;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Settings;
using EdgeInspector.Settings.Reference;

namespace EdgeInspector.Cli;

/// <summary>
/// <c>config check</c> validates the settings and prints them resolved, secrets masked; <c>config reference</c> tells which settings there
/// are.
/// </summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Works with the settings.") { Check(), Reference() };

    private static Command Check()
    {
        var command = new Command(
            "check",
            "Validates the settings, of all machines, and what they name on this one: models, rules, pictures. "
            + "Prints what differs from the defaults, secrets masked.");
        var machine = new Option<string?>("--machine")
        {
            Description = "Prints the settings of this machine of the settings file; default: EDGEINSPECTOR_MACHINE, else the host's name.",
            HelpName = "NAME",
        };
        var origins = new Option<bool>("--origins")
        {
            Description = "Prints instead what was configured at all, and where each value comes from.",
        };
        var all = new Option<bool>("--all") { Description = "Prints every setting as the agent would use it, also those that nobody set." };
        var alone = new Option<bool>("--settings-only")
        {
            Description = "Does not look at models and other files, for settings of a computer that is not this one.",
        };
        command.Options.Add(machine);
        command.Options.Add(origins);
        command.Options.Add(all);
        command.Options.Add(alone);
        var arguments = new SettingsArguments(command);
        command.SetAction(parsed =>
        {
            var print = new Action<SettingsFile>(settings => Print(settings, parsed.GetValue(origins), parsed.GetValue(all)));
            return RunCheck(
                arguments.File(parsed), SettingsArguments.Overrides(parsed), parsed.GetValue(machine), parsed.GetValue(alone), print);
        });
        return command;
    }

    private static int RunCheck(string? file, string[] overrides, string? machine, bool settingsOnly, Action<SettingsFile> print)
    {
        IReadOnlyList<(string Name, IReadOnlyList<string> Problems)> machines = SettingsFile.CheckMachines(file, overrides);
        (string here, bool isChosen) = MachineBlocks.ThisMachine(Environment.GetEnvironmentVariables());
        string name = machine ?? here;
        isChosen |= machine is not null;
        bool isListed = machines.Any(listed => listed.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        List<string> problems = [.. machines.SelectMany(listed => listed.Problems)];
        try
        {
            if (problems.Count == 0)
            {
                var settings = SettingsFile.Load(file, overrides, machine);
                print(settings);
                bool isHere = name.Equals(here, StringComparison.OrdinalIgnoreCase);
                if (isHere && !settingsOnly)
                    problems.AddRange(FaultsOfFiles(settings));
                if (problems.Count == 0)
                    Conclude(settings, machines.Count, isHere && !settingsOnly);
            }
        }
        catch (RefusedException refused) when (!isChosen && machines.Count > 0 && !isListed)
        {
            // The file is for many machines, and is checked on another machine.
            Console.Error.WriteLine($"The settings of all {machines.Count} machines are valid; --machine NAME prints those of one. "
                + $"This machine, {name}, has no block of its own, and could not start without:");
            foreach (string problem in refused.Problems)
                Console.Error.WriteLine($"  {problem}");
        }
        foreach (string problem in problems)
            Console.Error.WriteLine(PrintableText.Of(problem));
        return problems.Count == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    /// <summary>
    /// Faults for which the agent would refuse to start although the settings are valid; prints what the agent would miss but start
    /// without.
    /// </summary>
    private static IEnumerable<string> FaultsOfFiles(SettingsFile settings)
    {
        AgentOptions options = settings.Options;
        if (DataFolder.Impossible(options.DataFolder) is { } inTheWay)
            yield return inTheWay;
        IEnumerable<Finding> findings = options.Stations.SelectMany(station => StationFiles.Check(station.Key, station.Value, options))
            .Concat(SharedFolders.Check(options.Stations)).ToList();
        // These files are read anew at each connection, or looked for again: no reason not to start.
        IEnumerable<string> missed = CertificateFiles.Faults(options, TimeProvider.System)
            .Concat(SecretFolders.Unreadable(typeof(AgentOptions), settings.Layers))
            .Concat(findings.Where(finding => finding.Severity == Severity.Warning).Select(finding => finding.Message))
            .Concat(options.Stations.SelectMany(station => CameraFolder.Faults(station.Key, station.Value)))
            .Concat(
                options.Stations.Select(station => CameraRate.Check(station.Key, station.Value, every: null)?.Message).OfType<string>());
        foreach (string warning in missed.Distinct())
            Console.Error.WriteLine(PrintableText.Of($"Warning: {warning}"));
        foreach (Finding finding in findings.Where(finding => finding.Severity == Severity.Fault))
            yield return finding.Message;
    }

    private static void Print(SettingsFile settings, bool origins, bool all)
    {
        if (origins)
            SettingsOrigins.Print(settings, Console.Out);
        else
            Console.Out.WriteLine(all ? SettingsPrinter.Print(settings.Options) : SettingsPrinter.PrintDifferences(settings.Options));
        foreach (string warning in settings.Warnings.Concat(settings.OldNames))
            Console.Error.WriteLine($"Warning: {warning}");
    }

    private static void Conclude(SettingsFile settings, int machines, bool withFiles)
    {
        string whose = machines == 0
            ? ""
            : $", {(settings.Machine is { } own ? $"machine {own}" : "a machine without a block of its own")}; "
                + $"those of all {machines} machines were checked";
        string unseen = withFiles ? "" : " Models and other files were not looked at.";
        Console.Error.WriteLine($"The settings are valid ({settings.Path ?? "no file; environment and arguments only"}{whose}).{unseen}");
    }

    private static Command Reference()
    {
        var command = new Command(
            "reference", "Prints every setting there is: its path, what it may be, its default and what it does; as Markdown.");
        var schema = new Option<bool>("--schema")
        {
            Description = "Prints a JSON Schema instead, by which editors complete and check a settings file.",
        };
        command.Options.Add(schema);
        command.SetAction(parsed => Console.Out.Write(
            parsed.GetValue(schema) ? SettingsSchema.Write(typeof(AgentOptions)) : SettingsReference.Write(typeof(AgentOptions))));
        return command;
    }
}
