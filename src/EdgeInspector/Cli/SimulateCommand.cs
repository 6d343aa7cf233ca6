using System.CommandLine;
using EdgeInspector.Cli.Arguments;
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
        var folder = new Option<DirectoryInfo>("--out", "-o")
        {
            Description = "The folder to write to; created when absent.",
            Required = true,
            HelpName = "DIR",
        };
        var count = new Option<int>("--count", "-n") { Description = "How many parts.", Required = true, HelpName = "N" };
        count.Validators.Add(result =>
        {
            if (result.GetValue(count) is < 1 or > 1_000_000)
                result.AddError("--count must be between 1 and 1000000.");
        });
        var seed = new Option<int>("--seed")
        {
            Description = "Which line they come from; equal seeds give equal parts.",
            DefaultValueFactory = _ => 1,
            HelpName = "S",
        };
        seed.Validators.Add(result =>
        {
            if (result.GetValue(seed) < 0)
                result.AddError("--seed must be 0 or more.");
        });
        var format = new Option<DataSetFormat>("--format")
        {
            Description = "jpg (quality 95) or png.",
            DefaultValueFactory = _ => DataSetFormat.Jpg,
            HelpName = "jpg|png",
        };
        Option<double> ok = FractionOption.Create("--share-ok", "Share of good parts; the defects share the rest.", 1 / 3.0);
        var size = new Option<SensorSize>("--size")
        {
            Description = "The pictures' size, such as 1920x1200; the part is drawn in its pixels and fills it.",
            DefaultValueFactory = _ => SensorSize.Default,
            HelpName = "WxH",
            CustomParser = result =>
            {
                if (PixelSize.Parse(result.Tokens[0].Value) is { } pixels
                    && new SensorSize(pixels.Width, pixels.Height) is { IsPossible: true } sensor)
                    return sensor;
                result.AddError($"--size: '{result.Tokens[0].Value}' is no size of a picture; write width and height in pixels, "
                    + "640x480 to 8192x8192, such as 1920x1200.");
                return default;
            },
        };
        var defects = new Option<string[]>("--defects")
        {
            Description = "The defects that there are, such as scratch; default: all four.",
            DefaultValueFactory = _ => [.. PartTags.Defects],
            AllowMultipleArgumentsPerToken = true,
            HelpName = "TAG…",
        };
        defects.AcceptOnlyFromAmong([.. PartTags.Defects]);
        var scratchWidth = new Option<int?>("--scratch-width")
        {
            Description = "Width of every scratch in pixels of the picture, 1 to 3: 1 for hairlines; default: 1 to 3 by chance.",
            HelpName = "PIXELS",
        };
        scratchWidth.Validators.Add(result =>
        {
            if (result.GetValue(scratchWidth) is < 1 or > 3)
                result.AddError("--scratch-width must be 1, 2 or 3 pixels.");
        });
        var command = new Command("simulate", "Writes rendered parts with ground truth: a folder for each tag, COCO boxes and a list.")
        {
            folder, count, seed, format, ok, size, defects, scratchWidth,
        };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(
                parsed.GetValue(folder)!.FullName,
                new DataSetOptions
                {
                    Count = parsed.GetValue(count),
                    Seed = parsed.GetValue(seed),
                    Format = parsed.GetValue(format),
                    ShareOk = parsed.GetValue(ok),
                    Sensor = parsed.GetValue(size),
                    Defects = [.. parsed.GetValue(defects)!.Distinct()],
                    ScratchWidth = parsed.GetValue(scratchWidth),
                },
                stop),
            stop));
        return command;
    }

    private static int Run(string folder, DataSetOptions options, CancellationToken stop)
    {
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
