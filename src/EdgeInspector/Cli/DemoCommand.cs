using System.CommandLine;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Demo;
using EdgeInspector.Hosting;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Logging;
using EdgeInspector.Printing;
using EdgeInspector.Settings;
using EdgeInspector.SimulatedLine;
using EdgeInspector.Web;
using EdgeInspector.Web.Metrics;
using Serilog.Extensions.Logging;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>demo</c>: the whole agent on the simulated line with an embedded broker, watched by an independent MQTT client.</summary>
internal static class DemoCommand
{
    private const string Topics = "edgeinspector/demo/#";

    public static Command Create()
    {
        var command = new Command("demo", "Runs the whole agent on the simulated line, with an embedded broker and the shipped models.");
        var arguments = new DemoArguments(command);
        command.SetAction((parsed, stop) => RunAsync(arguments.Read(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(DemoRequest asked, CancellationToken stop)
    {
        string data = Directory.CreateTempSubdirectory("edgeinspector-demo-").FullName;
        try
        {
            DemoReport report = await RunLineAsync(asked, data, stop);
            if (asked.Report is { } file)
            {
                await File.WriteAllTextAsync(file, report.ToJson() + Environment.NewLine, CancellationToken.None);
                Terminal.Results.WriteLine($"The report is in {file}.");
            }
            return report.IsComplete ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<DemoReport> RunLineAsync(DemoRequest asked, string data, CancellationToken stop)
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        AgentOptions options = DemoLine.Settings(asked.Stations, asked.Parts, asked.Pace, asked.Seed, broker.Port, asked.Models, data);
        var recent = new RecentLog();
        await using Serilog.Core.Logger log = LoggingSetup.Configure(null, data, ConsoleUse.WarningsOnStandardError, recent);
        using var logs = new SerilogLoggerFactory(log);
        await using Agent agent = Agent.Build(options, TimeProvider.System, logs);
        HttpScope callers = agent.ForCallers(recent, TimeProvider.System, logs);
        using var metrics = new AgentMetrics(callers, options.Metrics);
        await using var console = new HttpServer(options.Http, callers, metrics);

        await using var observer = new LineObserver(part => PartLine.PartOf(part)?.Tag, asked.Images);
        var screen = new DemoScreen(Terminal.Results, asked.Parts);
        observer.Observed += screen.Add;
        await observer.ConnectAsync(broker.Port, Topics, stop);

        await console.StartAsync(stop);
        screen.Invite(console.Address!);
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
            // Ctrl-C: the parts that were inspected until now are summed up.
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
