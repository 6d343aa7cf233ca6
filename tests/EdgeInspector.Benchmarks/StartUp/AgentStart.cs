using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeInspector.Benchmarks.StartUp;

/// <summary>Starts the real program, waits for its first verdict and stops it.</summary>
internal sealed class AgentStart(string program, string[] arguments, ListeningBroker broker)
{
    private const int LoadedEvent = 300;
    private const int ConnectedEvent = 500;
    private const int PictureEvent = 200;
    private const string Station = "bench";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="folder">Holds the agent's data from start to start.</param>
    /// <param name="keepOptimised">False: the network is optimised anew.</param>
    /// <exception cref="TimeoutException">No verdict came.</exception>
    public async Task<StartTimes> MeasureAsync(string folder, bool keepOptimised)
    {
        string settings = Path.Combine(folder, "appsettings.json");
        await File.WriteAllTextAsync(settings, Settings(keepOptimised));
        string logs = Path.Combine(folder, "data", "logs");
        if (Directory.Exists(logs))
            Directory.Delete(logs, recursive: true);
        using var agent = new Process
        {
            StartInfo = new ProcessStartInfo(program, [.. arguments, "--settings", settings])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        Task<long> verdict = broker.NextVerdict();
        DateTimeOffset clock = TimeProvider.System.GetUtcNow();
        long start = TimeProvider.System.GetTimestamp();
        agent.Start();
        Task<string> said = agent.StandardOutput.ReadToEndAsync(), complained = agent.StandardError.ReadToEndAsync();
        try
        {
            long signal = await verdict.WaitAsync(Patience);
            agent.Refresh();
            TimeSpan processor = agent.TotalProcessorTime;
            await StopAsync(agent);
            return new StartTimes(
                Logged(logs, LoadedEvent) - clock,
                Logged(logs, ConnectedEvent) - clock,
                Logged(logs, PictureEvent) - clock,
                TimeProvider.System.GetElapsedTime(start, signal),
                processor);
        }
        catch (TimeoutException)
        {
            agent.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"No verdict came within {Patience.TotalSeconds} s. The agent said:\n{await said}{await complained}");
        }
    }

    private string Settings(bool keepOptimised) => new JsonObject
    {
        ["Line"] = "start-up",
        ["Mqtt"] = new JsonObject { ["Host"] = "127.0.0.1", ["Port"] = broker.Port },
        ["Models"] = new JsonObject { ["KeepOptimised"] = keepOptimised },
        ["Stations"] = new JsonObject
        {
            [Station] = new JsonObject
            {
                ["Camera"] = new JsonObject { ["Simulated"] = new JsonObject { ["Seed"] = 1, ["Pace"] = "20ms" } },
                ["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame" },
                ["Model"] = Path.Combine(AppContext.BaseDirectory, "models", "part-classifier"),
            },
        },
    }.ToJsonString();

    /// <summary>In order, so that the next start finds nothing to mend; where there are no signals, as it comes.</summary>
    private static async Task StopAsync(Process agent)
    {
        if (OperatingSystem.IsWindows())
        {
            agent.Kill();
        }
        else
        {
            using Process kill = Process.Start("kill", ["-s", "TERM", agent.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
        await agent.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>When the log's first line of an event was written.</summary>
    private static DateTimeOffset Logged(string logs, int eventId) => Directory.EnumerateFiles(logs)
        .SelectMany(File.ReadLines)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .First(line => line.TryGetProperty("EventId", out JsonElement id) && id.GetProperty("Id").GetInt32() == eventId)
        .GetProperty("@t").GetDateTimeOffset();
}
