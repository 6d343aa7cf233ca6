using System.CommandLine;
using EdgeInspector.Capture.SimulatedLine;
using EdgeInspector.Hosting;
using Spectre.Console;

namespace EdgeInspector.Commands;

/// <summary><c>simulate</c>: writes rendered parts with ground truth.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--out", "-o") { Description = "The folder to write to; created when absent.", Required = true, HelpName = "DIR" };
        var count = new Option<int>("--count", "-n") { Description = "How many parts.", Required = true, HelpName = "N" };
        count.Validators.Add(result =>
        {
            if (result.GetValue(count) is < 1 or > 1_000_000)
                result.AddError("--count must be between 1 and 1000000.");
        });
        var seed = new Option<int>("--seed") { Description = "Which line they come from; equal seeds give equal parts.", DefaultValueFactory = _ => 1, HelpName = "S" };
        seed.Validators.Add(result =>
        {
            if (result.GetValue(seed) < 0)
                result.AddError("--seed must be 0 or more.");
        });
        var format = new Option<DataSetFormat>("--format") { Description = "jpg (quality 95) or png.", DefaultValueFactory = _ => DataSetFormat.Jpg, HelpName = "jpg|png" };
        var ok = new Option<double>("--share-ok") { Description = "Share of good parts; the four defects share the rest.", DefaultValueFactory = _ => 1 / 3.0, HelpName = "P" };
        ok.Validators.Add(result =>
        {
            if (result.GetValue(ok) is not (>= 0 and <= 1))
                result.AddError("--share-ok must be between 0 and 1.");
        });
        var command = new Command("simulate", "Writes rendered parts with ground truth: a folder for each tag, COCO boxes and a list.") { folder, count, seed, format, ok };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(
                parsed.GetValue(folder)!.FullName,
                new DataSetOptions
                {
                    Count = parsed.GetValue(count),
                    Seed = parsed.GetValue(seed),
                    Format = parsed.GetValue(format),
                    ShareOk = parsed.GetValue(ok),
                },
                stop),
            stop));
        return command;
    }

    private static int Run(string folder, DataSetOptions options, CancellationToken stop)
    {
        IAnsiConsole messages = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
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
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"--out: {fault.Message}");
        }
        messages.WriteLine($"{options.Count} parts of seed {options.Seed} are in {folder}.");
        return ExitCode.Done;
    }
}
