using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Logging;
using Microsoft.Extensions.Hosting.WindowsServices;

namespace EdgeInspector.Cli;

/// <summary>The executable's commands, and the one place where their refusals become messages and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>What the arguments mean.</summary>
    internal static ParseResult Parse(string[] args) => Build().Parse(args);

    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
                await Console.Error.WriteLineAsync(PrintableText.Of(UnreadableValue.Words(error.Message)));
            await Console.Error.WriteLineAsync($"See 'EdgeInspector{Path(parsed.CommandResult)} --help'.");
            return ExitCode.Refused;
        }
        if (UnknownArguments.In(parsed) is { Count: > 0 } unknown)
            return await RefuseAsync(unknown);
        if (ModelCommands.ModelsCommand.PriorityOf(parsed.CommandResult) is { } priority)
            BesideTheLine.GiveWay(priority);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // After SIGTERM or Ctrl-C the library waits for so long and then ends the process with 143. Its default of 2 s is too short
                // to answer the parts in flight and to deliver waiting records. The agent limits its own stop to less.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(15),
            });
        }
        catch (RefusedException refused)
        {
            return await RefuseAsync(refused.Problems);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Cancelled.");
            return ExitCode.Failed;
        }
#pragma warning disable CA1031 // The boundary of a command: a person reads this, and a service manager looks at the exit code.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            // Without the prefix EDGEINSPECTOR_, which marks settings.
            await Console.Error.WriteLineAsync($"EdgeInspector failed: {fault.Message} (set TRACE_EDGEINSPECTOR=1 to see where)");
            if (Environment.GetEnvironmentVariable("TRACE_EDGEINSPECTOR") == "1")
                await Console.Error.WriteLineAsync(fault.ToString());
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RefuseAsync(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
            await Console.Error.WriteLineAsync(PrintableText.Of(problem));
        // Nobody sees the standard error of a service, and if the settings are refused there is no other log yet.
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
            EventLogSink.Write(string.Join(Environment.NewLine, problems));
        return ExitCode.Refused;
    }

    /// <summary>The commands that the user wrote, each with a blank before it.</summary>
    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "";

    private static RootCommand Build()
    {
        var root = new RootCommand(
            """
            EdgeInspector inspects parts on a factory line: it grabs frames from industrial cameras, runs ONNX models,
            applies thresholds and answers the PLC over MQTT. Without a command it runs as the service.
            """);
        RunCommand.MakeDefault(root);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(InspectCommand.Create());
        root.Subcommands.Add(SimulateCommand.Create());
        root.Subcommands.Add(ModelCommands.ModelsCommand.Create());
        root.Subcommands.Add(AuditCommands.AuditCommand.Create());
        root.Subcommands.Add(StationCommands.StationsCommand.Create());
        root.Subcommands.Add(PartsCommands.PartsCommand.Create());
        root.Subcommands.Add(CameraCommand.Create());
        root.Subcommands.Add(UserCommands.UsersCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        root.Subcommands.Add(FleetCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create());
        return root;
    }
}
