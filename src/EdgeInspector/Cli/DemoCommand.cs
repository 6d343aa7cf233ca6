using System.CommandLine;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Demo;
using EdgeInspector.Hosting;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Logging;
using EdgeInspector.Printing;
using EdgeInspector.Settings;
using EdgeInspector.SimulatedLine;
using Serilog.Extensions.Logging;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>demo</c>: the whole agent on the simulated line with an embedded broker, watched by an independent MQTT client.</summary>
internal static class DemoCommand
{
    private const string Topics = "edgeinspector/demo/#";

    public static Command Create()
    {
        var parts = new Option<long?>("--parts")
        {
            Description = "Parts to inspect, over all stations; without it the line runs until Ctrl-C.",
            HelpName = "N",
        };
        parts.Validators.Add(result =>
        {
            if (result.GetValue(parts) is < 1 or > 1_000_000)
                result.AddError("--parts must be between 1 and 1000000.");
        });
        var station = new Option<DemoStations>("--station")
        {
            Description = "Which cameras look at the line: classify, detect or both.",
            DefaultValueFactory = _ => DemoStations.Both,
            HelpName = "classify|detect|both",
        };
        var pace = new Option<int>("--pace")
        {
            Description = "Milliseconds from one part to the next at each station.",
            DefaultValueFactory = _ => 400,
            HelpName = "MS",
        };
        pace.Validators.Add(result =>
        {
            if (result.GetValue(pace) is < 10 or > 60_000)
                result.AddError("--pace must be between 10 and 60000.");
        });
        var seed = new Option<int>("--seed")
        {
            Description = "Which parts come along the line.",
            DefaultValueFactory = _ => 20_000,
            HelpName = "S",
        };
        var report = new Option<FileInfo?>("--report") { Description = "Writes what happened as JSON.", HelpName = "FILE" };
        var images = new Option<DirectoryInfo?>("--images") { Description = "Saves the images of rejected parts.", HelpName = "DIR" };
        var models = new Option<string?>("--models")
        {
            Description = "Folder of the two shipped models; default: models beside the program or above it.",
            HelpName = "DIR",
        };
        var command = new Command("demo", "Runs the whole agent on the simulated line, with an embedded broker and the shipped models.")
        {
            parts, station, pace, seed, report, images, models,
        };
        command.SetAction((parsed, stop) => RunAsync(
            new DemoRun(
                parsed.GetValue(parts),
                parsed.GetValue(station),
                TimeSpan.FromMilliseconds(parsed.GetValue(pace)),
                parsed.GetValue(seed),
                parsed.GetValue(images)?.FullName,
                ShippedModels.Folder(parsed.GetValue(models))),
            parsed.GetValue(report)?.FullName,
            stop));
        return command;
    }

    private sealed record DemoRun(long? Parts, DemoStations Stations, TimeSpan Pace, int Seed, string? Images, string Models);

    private static async Task<int> RunAsync(DemoRun run, string? reportFile, CancellationToken stop)
    {
        string data = Directory.CreateTempSubdirectory("edgeinspector-demo-").FullName;
        try
        {
            DemoReport report = await RunLineAsync(run, data, stop);
            if (reportFile is not null)
            {
                await File.WriteAllTextAsync(reportFile, report.ToJson() + Environment.NewLine, CancellationToken.None);
                Terminal.Results.WriteLine($"The report is in {reportFile}.");
            }
            return report.IsComplete ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<DemoReport> RunLineAsync(DemoRun run, string data, CancellationToken stop)
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        AgentOptions options = DemoLine.Settings(run.Stations, run.Parts, run.Pace, run.Seed, broker.Port, run.Models, data);
        await using Serilog.Core.Logger log = LoggingSetup.Configure(null, data, ConsoleUse.WarningsOnStandardError);
        using var logs = new SerilogLoggerFactory(log);
        await using Agent agent = Agent.Build(options, TimeProvider.System, logs);

        await using var observer = new LineObserver(part => PartLine.PartOf(part)?.Tag, run.Images);
        var screen = new DemoScreen(Terminal.Results, run.Parts);
        observer.Observed += screen.Add;
        await observer.ConnectAsync(broker.Port, Topics, stop);

        agent.Connect();
        await agent.WaitConnectedAsync(stop);
        agent.StartInspecting();
        Task finished = FinishedAsync(agent, stop);
        await screen.ShowAsync(() => observer.Counts, finished);

        await agent.StopAsync(TimeSpan.FromSeconds(10));
        await observer.SettleAsync(
            agent.Stations.Sum(s => s.Counters.SignalsSent), agent.Stations.Sum(s => s.Counters.EventsPublished),
            agent.Stations.Sum(s => s.Counters.ImagesPublished), TimeSpan.FromSeconds(5));
        DemoReport report = Report(agent, observer.Counts);
        screen.Summarise(report);
        return report;
    }

    /// <summary>Completes when the line has ended and every part has its verdict, or on Ctrl-C.</summary>
    private static async Task FinishedAsync(Agent agent, CancellationToken stop)
    {
        try
        {
            await agent.CamerasEnded.WaitAsync(stop);
            await agent.IdleAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: what was inspected until now is summed up.
        }
    }

    private static DemoReport Report(Agent agent, ObservedCounts seen)
    {
        List<StationCounters> counters = [.. agent.Stations.Select(station => station.Counters)];
        return new DemoReport(
            counters.Sum(c => c.Triggers),
            new VerdictCounts(
                counters.Sum(c => c.Pass), counters.Sum(c => c.Reject), counters.Sum(c => c.Review), counters.Sum(c => c.None)),
            seen.Truth,
            new SignalCounts(counters.Sum(c => c.SignalsSent), seen.Signals),
            new EventCounts(agent.EventsCommitted, counters.Sum(c => c.EventsPublished), seen.Events),
            new ImageCounts(counters.Sum(c => c.ImagesPublished), seen.Images),
            seen.LatencyMs);
    }
}
