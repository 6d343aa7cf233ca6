using System.CommandLine;
using EdgeInspector.Bench;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>bench</c>: how long a part takes on this machine with this model, and how many stations it can carry.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var command = new Command(
            "bench", "Measures the way of a part, from the frame in memory to the signal received over MQTT, against ONNX Runtime alone.");
        var arguments = new BenchArguments(command);
        command.SetAction((parsed, stop) => RunAsync(arguments.Read(parsed), stop));
        command.Subcommands.Add(Arrivals());
        return command;
    }

    private static Command Arrivals()
    {
        var line = new Option<string>("--line") { Required = true };
        var broker = new Option<string?>("--broker");
        var command = new Command("arrivals", "Plays the PLC for bench.") { line, broker };
        command.Hidden = true;
        command.SetAction((parsed, stop) => SignalArrivals.ServeAsync(parsed.GetValue(broker), parsed.GetValue(line)!, stop));
        return command;
    }

    private static async Task<int> RunAsync(BenchRequest asked, CancellationToken stop)
    {
        IAnsiConsole messages = Terminal.Messages;
        BenchReport report = messages.Profile.Capabilities.Interactive
            ? await messages.Progress().AutoClear(true).StartAsync(progress =>
            {
                ProgressTask task = progress.AddTask("measuring", maxValue: 1);
                return BenchRun.RunAsync(asked.Plan, new Progress<double>(share => task.Value = share), stop);
            })
            : await BenchRun.RunAsync(asked.Plan, null, stop);
        if (asked.AsJson)
            Console.WriteLine(report.ToJson());
        else
            BenchScreen.Show(Terminal.Results, report);
        return report.Received == report.Parts ? ExitCode.Done : ExitCode.Failed;
    }
}
