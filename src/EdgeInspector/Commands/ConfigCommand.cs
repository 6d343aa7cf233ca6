using System.CommandLine;
using EdgeInspector.Hosting;
using EdgeInspector.Settings;
using EdgeInspector.Settings.Reference;

namespace EdgeInspector.Commands;

/// <summary><c>config check</c> validates the settings and prints them resolved, secrets masked; <c>config reference</c> tells which settings there are.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Works with the settings.") { Check(), Reference() };

    private static Command Check()
    {
        var command = new Command("check", "Validates the settings, of all machines, and prints them as the agent would use them, secrets masked.");
        var machine = new Option<string?>("--machine") { Description = "Prints the settings of this machine of the settings file; default: EDGEINSPECTOR_MACHINE, else the host's name.", HelpName = "NAME" };
        var origins = new Option<bool>("--origins") { Description = "Prints instead what was configured at all, and where each value comes from." };
        command.Options.Add(machine);
        command.Options.Add(origins);
        var arguments = new SettingsArguments(command);
        command.SetAction(parsed => RunCheck(
            arguments.File(parsed), SettingsArguments.Overrides(parsed), parsed.GetValue(machine), parsed.GetValue(origins)));
        return command;
    }

    private static int RunCheck(string? file, string[] overrides, string? machine, bool origins)
    {
        IReadOnlyList<(string Name, IReadOnlyList<string> Problems)> machines = SettingsFile.CheckMachines(file, overrides);
        (string name, bool isChosen) = machine is null ? MachineBlocks.ThisMachine(Environment.GetEnvironmentVariables()) : (machine, true);
        bool isListed = machines.Any(listed => listed.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        List<string> problems = [.. machines.SelectMany(listed => listed.Problems)];
        try
        {
            if (problems.Count == 0)
                Print(SettingsFile.Load(file, overrides, machine), origins, machines.Count);
        }
        catch (RefusedException refused) when (!isChosen && machines.Count > 0 && !isListed)
        {
            // One file for many machines, checked on another one.
            Console.Error.WriteLine($"The settings of all {machines.Count} machines are valid; --machine NAME prints those of one. This machine, {name}, has no block of its own, and could not start without:");
            foreach (string problem in refused.Problems)
                Console.Error.WriteLine($"  {problem}");
        }
        foreach (string problem in problems)
            Console.Error.WriteLine(problem);
        return problems.Count == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static void Print(SettingsFile settings, bool origins, int machines)
    {
        if (origins)
            SettingsOrigins.Print(settings, Console.Out);
        else
            Console.Out.WriteLine(SettingsPrinter.Print(settings.Options));
        foreach (string warning in settings.Warnings)
            Console.Error.WriteLine($"Warning: {warning}");
        string whose = machines == 0 ? "" : $", {(settings.Machine is { } own ? $"machine {own}" : "a machine without a block of its own")}; those of all {machines} machines were checked";
        Console.Error.WriteLine($"The settings are valid ({settings.Path ?? "no file; environment and arguments only"}{whose}).");
    }

    private static Command Reference()
    {
        var command = new Command("reference", "Prints every setting there is: its path, what it may be, its default and what it does; as Markdown.");
        var schema = new Option<bool>("--schema") { Description = "Prints a JSON Schema instead, by which editors complete and check a settings file." };
        command.Options.Add(schema);
        command.SetAction(parsed => Console.Out.Write(parsed.GetValue(schema) ? SettingsSchema.Write(typeof(AgentOptions)) : SettingsReference.Write(typeof(AgentOptions))));
        return command;
    }
}
