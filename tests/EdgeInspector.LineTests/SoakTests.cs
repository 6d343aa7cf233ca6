using System.Globalization;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>The long run behind <c>tests/soak.sh</c>; runs only when asked for by name.</summary>
/// <remarks>
/// Station <c>s1</c> inspects parts that a PLC announces 20 times a second; <c>s2</c> inspects the simulated line at 25 a second: together
/// the full pace of two cores, without leaving them no moment to breathe, for then even a signal made in time is late. Each minute brings
/// its faults. What is printed is what an independent receiver saw.
/// </remarks>
public sealed class SoakTests : LineTest
{
    private const int Seed = 20261124;
    private const int TriggersPerMinute = 1_200;
    private const int RunLength = 10_000_000;
    private const string Simulated = "sim-20000-";

    // After the last kill -9 the process gets so many minutes to find its size; from then on it must keep it.
    private const int SettleMinutes = 3;
    private const double MostGrowth = 30;
    private const int MostNewHandles = 10;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1) / TriggersPerMinute;

    private readonly Random _random = new(Seed);
    private readonly List<string> _broken = [];
    private int _agents;

    [Fact(Explicit = true)]
    public void Every_promise_holds_for_as_long_as_asked()
    {
        int minutes = int.TryParse(Environment.GetEnvironmentVariable("LINE_TEST_SOAK_MINUTES"), out int asked) ? asked : 30;
        using SmallDisk? disk = SmallDisk.TryMount(Path.Combine(Folder, "data"), "256m");
        if (disk is null)
            Console.WriteLine("No disk pressure: mounting a tmpfs needs root.");
        int killsUntil = Math.Max(1, minutes / 3);
        ProcessFigures? settled = null;
        using var line = new FaultedLine(SoakSettings, listen => StartBroker(Persistent, listen), settings => StartAgent(settings));
        Console.WriteLine("minute  announced  acknowl.   "
            + "signals    events  missing  images   broker  kill -9  camera  disk   MiB  handles  threads   p50 ms   p99 ms");
        for (int minute = 1; minute <= minutes; minute++)
        {
            var done = new FaultCounts();
            line.Run(
                (minute - 1L) * TriggersPerMinute + 1, TriggersPerMinute, Period, Plan(line, disk, minute, killsUntil, done), _ => { });
            line.Settle(Patience);
            if (line.Process.HasExited)
            {
                _broken.Add($"minute {minute}: the agent ended by itself:\n{line.Process.Said}");
                break;
            }
            ProcessFigures figures = ProcessFigures.Of(line.Process);
            (double p50, double p99) = line.Ledger.TakeLatency();
            IReadOnlyCollection<string> acknowledged = line.Log.Acknowledged;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{minute,6}{(long)minute * TriggersPerMinute,11}{acknowledged.Count,10}{line.Ledger.Signals,10}{line.Ledger.Events,10}"
                + $"{line.Ledger.Missing(acknowledged).Count,9}{line.Ledger.Images,8}{done.Broker,9}{done.Agent,9}{done.Camera,8}"
                + $"{done.Disk,6}{figures.Resident,6:0}{figures.Handles,9}{figures.Threads,9}{p50,9:0.0}{p99,9:0.0}"));
            if (minute == killsUntil + SettleMinutes)
                settled = figures;
            if (settled is not null && figures.Resident > settled.Resident + MostGrowth)
                _broken.Add($"minute {minute}: memory grew from {settled.Resident:0} to {figures.Resident:0} MiB");
            if (settled is not null && figures.Handles > settled.Handles + MostNewHandles)
                _broken.Add($"minute {minute}: open handles grew from {settled.Handles} to {figures.Handles}");
        }
        End(line, settled is not null);
    }

    private void End(FaultedLine line, bool judgedMemory)
    {
        line.Settle(Patience);
        line.Process.Terminate();
        int code = line.Process.WaitForExit(Patience);
        if (code != 0)
            _broken.Add($"the stop ended with code {code}");
        Judgement judgement = line.Ledger.Judge(line.Log.Acknowledged);
        Console.WriteLine(judgement.Table);
        if (!judgedMemory)
            Console.WriteLine("Too short to judge the growth of memory.");
        // The simulated line numbers its parts, so that a part without any trace shows as a gap.
        foreach (IGrouping<long, long> run in line.Ledger.RecordedNumbers(Simulated).GroupBy(number => number / RunLength))
        {
            long gaps = run.Max() % RunLength + 1 - run.Count();
            if (gaps > 0)
                _broken.Add($"{gaps} parts of the simulated line left no event while agent {run.Key} ran");
        }
        _broken.AddRange(judgement.Broken);
        Assert.True(_broken.Count == 0, string.Join('\n', _broken));
    }

    private sealed class FaultCounts
    {
        public int Broker, Agent, Camera, Disk;
    }

    /// <summary>
    /// Each minute a killed broker and a cut camera; in the first third a killed agent; now and then a full disk, or a broker that stays
    /// away.
    /// </summary>
    private List<PlannedFault> Plan(FaultedLine line, SmallDisk? disk, int minute, int killsUntil, FaultCounts done)
    {
        List<Action> faults =
        [
            () =>
            {
                line.RestartBroker(TimeSpan.FromSeconds(minute % 5 == 4 ? 15 : _random.NextDouble() * 2));
                done.Broker++;
            },
            () =>
            {
                line.CutCamera(TimeSpan.FromSeconds(0.5 + _random.NextDouble() * 3));
                done.Camera++;
            },
        ];
        if (minute <= killsUntil)
        {
            faults.Add(() =>
            {
                line.RestartAgent(settings => settings["Stations"]!["s2"]!["Camera"]!["Simulated"]!["First"] = ++_agents * RunLength);
                done.Agent++;
            });
        }
        if (disk is not null && minute % 2 == 0)
        {
            faults.Add(() =>
            {
                disk.Fill();
                Thread.Sleep(TimeSpan.FromSeconds(5));
                disk.Empty();
                done.Disk++;
            });
        }
        Action[] order = [.. faults];
        _random.Shuffle(order);
        int share = TriggersPerMinute / order.Length;
        return [.. order.Select(
            (fault, i) => new PlannedFault((minute - 1L) * TriggersPerMinute + 1 + i * share + _random.Next(share / 2), "", fault))];
    }

    private static JsonObject SoakSettings(int port)
    {
        JsonObject settings = Settings(port);
        settings["Serilog"] = new JsonObject { ["MinimumLevel"] = new JsonObject { ["Default"] = "Warning" } };
        settings["Inference"] = new JsonObject { ["Threads"] = 1 };
        settings["Images"] = new JsonObject { ["SpoolMaxBytes"] = 50_000_000, ["SpoolMinimumFree"] = 20_000_000 };
        JsonObject announced = Station(settings);
        announced["Deadline"] = "150ms";
        JsonObject fast = announced.DeepClone().AsObject();
        fast["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame" };
        fast["Camera"] = new JsonObject { ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "40ms" } };
        settings["Stations"]!["s2"] = fast;
        return settings;
    }
}
