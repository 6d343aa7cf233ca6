using System.CommandLine;
using System.Globalization;
using EdgeInspector.Bench;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>bench</c>: how long a part takes on this machine with this model, and how many stations it can carry.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model", "-m")
        {
            Description = "Model package: folder, zip or .onnx; default: the shipped classifier.",
            HelpName = "PATH",
        };
        var stations = new Option<int>("--stations") { Description = "Stations at once.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Between(stations, 1, 64);
        var fps = new Option<double>("--fps")
        {
            Description = "Frames a second at each station; 0: each as soon as the one before is answered.",
            DefaultValueFactory = _ => 0,
            HelpName = "F",
        };
        Between(fps, 0, 1000);
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long parts come; bare runs take about as long again.",
            DefaultValueFactory = _ => 20,
            HelpName = "S",
        };
        Between(seconds, 1, 86_400);
        var width = new Option<int>("--width")
        {
            Description = "Width of the frames, pixels.",
            DefaultValueFactory = _ => 1920,
            HelpName = "PX",
        };
        Between(width, 16, 16_384);
        var height = new Option<int>("--height")
        {
            Description = "Height of the frames, pixels.",
            DefaultValueFactory = _ => 1200,
            HelpName = "PX",
        };
        Between(height, 16, 16_384);
        var threads = new Option<int>("--threads")
        {
            Description = "Threads that compute one prediction (Inference:Threads); 0: from the machine.",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        };
        Between(threads, 0, 256);
        var batch = new Option<int>("--batch")
        {
            Description = "Pictures that run at once at most (Inference:Batch); 0: what suits the provider.",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        };
        Between(batch, 0, 64);
        var spinning = new Option<bool>("--spinning") { Description = "Idle threads spin (Inference:Spinning)." };
        var provider = new Option<string>("--provider")
        {
            Description = "Execution provider (Inference:Providers).",
            DefaultValueFactory = _ => "cpu",
            HelpName = "NAME",
        };
        var broker = new Option<string?>("--broker")
        {
            Description = "A broker without TLS and password to send through, host:port; default: one of its own on this machine.",
            HelpName = "ADDRESS",
        };
        Option<TilingOptions> tiles = TileOption.Create();
        var json = new Option<bool>("--json") { Description = "Writes the report as JSON." };
        var command = new Command(
            "bench", "Measures the way of a part, from the frame in memory to the signal received over MQTT, against ONNX Runtime alone.")
        {
            model, stations, fps, seconds, width, height, threads, batch, spinning, provider, tiles, broker, json,
        };
        command.SetAction((parsed, stop) => RunAsync(
            new BenchPlan
            {
                Package = Read(parsed.GetValue(model) ?? Path.Combine(Demo.ShippedModels.Folder(null), "part-classifier")),
                Stations = parsed.GetValue(stations),
                FramesPerSecond = parsed.GetValue(fps),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Width = parsed.GetValue(width),
                Height = parsed.GetValue(height),
                Inference = new InferenceOptions
                {
                    Threads = parsed.GetValue(threads),
                    Batch = parsed.GetValue(batch),
                    Spinning = parsed.GetValue(spinning),
                    Providers = [parsed.GetValue(provider)!],
                    Required = true,
                },
                Tiling = parsed.GetValue(tiles) ?? new TilingOptions(),
                Broker = parsed.GetValue(broker),
            },
            parsed.GetValue(json),
            stop));
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

    private static void Between<T>(Option<T> option, T least, T most) where T : IComparable<T> => option.Validators.Add(result =>
    {
        if (result.GetValue(option) is { } value && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be between {least} and {most}."));
    });

    private static ModelPackage Read(string path)
    {
        PackageReading reading = ModelPackageReader.Read(path);
        return reading.Package ?? throw new RefusedException(reading.Problems);
    }

    private static async Task<int> RunAsync(BenchPlan plan, bool asJson, CancellationToken stop)
    {
        IAnsiConsole messages = Terminal.Messages;
        BenchReport report = messages.Profile.Capabilities.Interactive
            ? await messages.Progress().AutoClear(true).StartAsync(progress =>
            {
                ProgressTask task = progress.AddTask("measuring", maxValue: 1);
                return BenchRun.RunAsync(plan, new Progress<double>(share => task.Value = share), stop);
            })
            : await BenchRun.RunAsync(plan, null, stop);
        if (asJson)
            Console.WriteLine(report.ToJson());
        else
            BenchScreen.Show(Terminal.Results, report);
        return report.Received == report.Parts ? ExitCode.Done : ExitCode.Failed;
    }
}
