using System.CommandLine;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Printing;
using EdgeInspector.SimulatedLine;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>simulate</c>: writes rendered parts with ground truth.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var command = new Command("simulate", "Writes rendered parts with ground truth: a folder for each tag, COCO boxes and a list.");
        var arguments = new SimulateArguments(command);
        command.SetAction((parsed, stop) => Task.Run(() => Run(arguments.Read(parsed), stop), stop));
        return command;
    }

    private static int Run(SimulateRequest asked, CancellationToken stop)
    {
        (string folder, DataSetOptions options) = asked;
        IAnsiConsole messages = Terminal.Messages;
        var dataSet = new DataSet(options);
        try
        {
            if (messages.Profile.Capabilities.Interactive)
            {
                messages.Progress().AutoClear(true)
                    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                    .Start(progress =>
                    {
                        ProgressTask task = progress.AddTask("rendering", maxValue: options.Count);
                        dataSet.Write(folder, new Progress<int>(written => task.Value = written), stop);
                    });
            }
            else
            {
                dataSet.Write(folder, null, stop);
            }
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new RefusedException($"--out: {fault.Message}");
        }
        messages.WriteLine($"{options.Count} parts of seed {options.Seed} are in {folder}.");
        return ExitCode.Done;
    }
}
