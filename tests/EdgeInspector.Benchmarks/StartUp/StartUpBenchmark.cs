using System.Globalization;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Reporting;

namespace EdgeInspector.Benchmarks.StartUp;

/// <summary>
/// How long a line waits for its first verdict: the real program with a simulated camera and the shipped classifier, from the start of its
/// process to the first signal that a client of a broker on loopback receives.
/// </summary>
internal static class StartUpBenchmark
{
    private const int DefaultRuns = 10;

    public static async Task<int> RunAsync(string[] args)
    {
        int at = Array.IndexOf(args, "--program");
        if (at >= 0 && (at + 1 == args.Length || !File.Exists(args[at + 1])))
        {
            await Console.Error.WriteLineAsync("--program: name the file of a published EdgeInspector.");
            return ExitCode.Refused;
        }
        int runs = args is [{ } first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out int given) ? given : DefaultRuns;
        (string program, string[] arguments) = at < 0 ? OwnProgram.With("run") : (Path.GetFullPath(args[at + 1]), ["run"]);
        await using ListeningBroker broker = await ListeningBroker.StartAsync();
        string kept = Directory.CreateTempSubdirectory("edgeinspector-start-up-").FullName;
        try
        {
            Console.WriteLine($"{Environment.ProcessorCount} cores, {program}; part-classifier, {runs} starts of each kind in turns, "
                + "ms from the start of the process: median (largest)");
            var agent = new AgentStart(program, arguments, broker);
            // Reads every file once, and leaves a data folder like that of an agent which ran before.
            await agent.MeasureAsync(kept, keepOptimised: true);
            var kinds = new (string Name, List<StartTimes> Times, Func<Task<StartTimes>> Start)[]
            {
                ("new data folder", [], () => InNewFolderAsync(agent)),
                ("without optimised network", [], () => agent.MeasureAsync(kept, keepOptimised: false)),
                ("with optimised network", [], () => agent.MeasureAsync(kept, keepOptimised: true)),
            };
            for (int run = 0; run < runs; run++)
            {
                foreach ((_, List<StartTimes> times, Func<Task<StartTimes>> start) in kinds)
                    times.Add(await start());
            }
            Console.WriteLine($"  {"",-26}{"model loaded",16}{"connected",16}{"first picture",16}{"first signal",16}{"processor time",16}");
            foreach ((string name, List<StartTimes> times, _) in kinds)
                Console.WriteLine($"  {name,-26}{Shown(times, t => t.Loaded),16}{Shown(times, t => t.Connected),16}"
                    + $"{Shown(times, t => t.Picture),16}{Shown(times, t => t.Signal),16}{Shown(times, t => t.Processor),16}");
            return ExitCode.Done;
        }
        finally
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    private static async Task<StartTimes> InNewFolderAsync(AgentStart agent)
    {
        string folder = Directory.CreateTempSubdirectory("edgeinspector-start-up-").FullName;
        try
        {
            return await agent.MeasureAsync(folder, keepOptimised: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Shown(IEnumerable<StartTimes> times, Func<StartTimes, TimeSpan> stage)
    {
        Percentiles of = Percentiles.Of(times.Select(t => stage(t).TotalMilliseconds));
        return string.Create(CultureInfo.InvariantCulture, $"{of.P50:0} ({of.Max:0})");
    }
}
