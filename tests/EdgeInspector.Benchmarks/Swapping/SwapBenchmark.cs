using System.Globalization;
using System.Text.Json.Nodes;
using EdgeInspector.Benchmarks.HotPath;
using EdgeInspector.Capture;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Swapping;

/// <summary>
/// How much later the parts are answered while models come and go: 30 parts a second, first left alone, then with a swap every eight
/// seconds, each with its trial.
/// </summary>
internal static class SwapBenchmark
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1.0 / 30);
    private static readonly TimeSpan SwapEvery = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string[] args)
    {
        int seconds = args is [{ } first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out int given) ? given : 60;
        string folder = Directory.CreateTempSubdirectory("edgeinspector-swap-").FullName;
        try
        {
            return await MeasureAsync(folder, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string folder, int seconds)
    {
        NativeHeap.Calm();
        string a = Path.Combine(AppContext.BaseDirectory, "models", "part-classifier"), b = Variant(a, Path.Combine(folder, "b"));
        using var answers = new Answers();
        var options = new StationOptions
        {
            Deadline = TimeSpan.FromSeconds(5),
            Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame, QueueLength = 1000 },
        };
        var folders = new StoreFolders(Path.Combine(folder, "models"));
        var store = new PackageStore(folders);
        var active = new ActiveFile(folders, TimeProvider.System, NullLogger.Instance);
        var mine = new StationModelOptions
        {
            Model = a,
            Inference = new InferenceOptions(),
            Rules = options,
            Probation = new ProbationOptions { Parts = 0 },
        };
        var limits = new ModelOptions();
        var trust = new PackageTrust([]);
        var books = new PackageBooks(store, trust, active);
        LoadedModel model = new FirstModel("bench", mine, books, TimeProvider.System, NullLogger.Instance).Load().Model!;
        await using LoneStation bench = await LoneStation.StartAsync(model.Generation, options, answers);
        using var turn = new SemaphoreSlim(1, 1);
        var shared = new SwitchingContext(
            books, limits, turn, NativeHeap.GiveBack, TimeProvider.System, NullLogger.Instance);
        await using var models = new PackageSwitch(bench.Station, model.Generation, mine, shared, _ => { });
        var desk = new ModelDesk(
            new Dictionary<string, PackageSwitch> { ["bench"] = models },
            shared,
            folders,
            AgentPackages.TrialOf(limits, TimeProvider.System),
            (_, _) => { });

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, 30 parts a second, {seconds} s each, part-classifier"));
        await FilmAsync(bench.Station, TimeSpan.FromSeconds(5));
        answers.Take();
        await FilmAsync(bench.Station, TimeSpan.FromSeconds(seconds));
        double[] alone = answers.Take();
        using var over = new CancellationTokenSource();
        Task<int> swapping = SwapAsync(desk, [a, b], over.Token);
        await FilmAsync(bench.Station, TimeSpan.FromSeconds(seconds));
        await over.CancelAsync();
        int swaps = await swapping;
        double[] swapped = answers.Take();
        Print("left alone", alone);
        Print($"{swaps} swaps", swapped);
        double ratio = At(swapped, 0.99) / At(alone, 0.99);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  ratio at 99 %: {ratio:0.00} (aim: at most 1.2); parts without a verdict: {answers.Nones}"));
        bench.Station.Stop(TimeSpan.FromSeconds(5));
        return answers.Nones == 0 ? 0 : 1;
    }

    private static async Task<int> SwapAsync(ModelDesk desk, string[] packages, CancellationToken stop)
    {
        int swaps = 0;
        while (!stop.IsCancellationRequested)
        {
            (SwitchOutcome outcome, _) = await desk.TakeAsync(
                null, new Arrival(packages[(swaps + 1) % 2], "benchmark"), AfterImport.ActivateOrShadow, false, CancellationToken.None);
            if (!outcome.IsDone)
                throw new InvalidOperationException(string.Join(' ', outcome.Problems));
            swaps++;
            await Task.Delay(SwapEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return swaps;
    }

    private static async Task FilmAsync(Station station, TimeSpan time)
    {
        List<Mat> pictures = HotPathBenchmark.Render();
        using var pace = new PeriodicTimer(Period);
        long began = TimeProvider.System.GetTimestamp();
        for (int i = 0; TimeProvider.System.GetElapsedTime(began) < time; i++)
        {
            Mat picture = pictures[i % pictures.Count];
            Frame frame = Frames.Rent(picture.Width, picture.Height);
            FramePixels.Copy(picture, frame);
            frame.Stamp(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(), i);
            station.Accept(frame, mayWait: false, CancellationToken.None);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
        pictures.ForEach(picture => picture.Dispose());
    }

    private static readonly FramePool Frames = new();

    /// <summary>The same network as another iteration: another package.</summary>
    private static string Variant(string package, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(package))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        string path = Path.Combine(to, "cvexport.manifest");
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        manifest["IterationId"] = Guid.NewGuid().ToString();
        File.WriteAllText(path, manifest.ToJsonString());
        return to;
    }

    private static void Print(string name, double[] sorted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-12} frame → signal, ms: "
        + $"p50 {At(sorted, 0.5),7:0.00}   p99 {At(sorted, 0.99),7:0.00}   max {sorted[^1],7:0.00}   {sorted.Length} parts"));

    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private sealed class Answers : IInspectedPartSink, IDisposable
    {
        private readonly Lock _gate = new();
        private List<double> _taken = [];

        public int Nones { get; private set; }

        public void Open(string station, Trigger trigger)
        {
        }

        public void Accept(InspectedPart part)
        {
            lock (_gate)
            {
                _taken.Add(part.FrameToSignal.TotalMilliseconds);
                Nones += part.Verdict.Kind == VerdictKind.None ? 1 : 0;
            }
            part.Dispose();
        }

        public double[] Take()
        {
            lock (_gate)
            {
                double[] sorted = [.. _taken.Order()];
                _taken = [];
                return sorted;
            }
        }

        public void Dispose()
        {
        }
    }
}
