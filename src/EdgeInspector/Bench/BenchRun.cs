using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inference;
using EdgeInspector.Reporting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Bench;

/// <summary>
/// Measures the way of a part from the frame in memory to the signal received over MQTT, through stations as the agent builds them. Bare
/// runs of the same session alternate with the parts, second by second, so that a machine that is slower for a while slows both down.
/// </summary>
internal sealed class BenchRun
{
    private const int WarmUpParts = 50;
    private const int ManyParts = 10_000;

    // A long run is for measuring memory; the bare runs must not take two thirds of it.
    private const int TurnsWithBareRuns = 60;
    private const int SeldomTurn = 10;

    private static readonly TimeSpan PartsTurn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BareTurn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ThroughputTurn = TimeSpan.FromSeconds(0.5);

    private readonly BenchPlan _plan;
    private readonly List<double> _bare = new(1 << 16);
    private readonly List<(double OneCaller, double ManyCallers)> _throughput = [];
    private TimeSpan _measured;
    private TimeSpan _processor;
    private long _allocated;
    private readonly int[] _collections = new int[3];
    private double _memoryAtStart;
    private double? _memoryAfterMany;
    private double _memoryAtEnd;

    private BenchRun(BenchPlan plan) => _plan = plan with { Inference = plan.Inference.ForStations(plan.Stations) };

    /// <summary>Runs the plan.</summary>
    /// <param name="plan">What to drive.</param>
    /// <param name="progress">Told the share of the run that is done, 0..1.</param>
    /// <param name="stop">Ends the run early; then nothing is reported.</param>
    /// <exception cref="RefusedException">The model can't be loaded, or the broker can't be reached.</exception>
    public static Task<BenchReport> RunAsync(BenchPlan plan, IProgress<double>? progress, CancellationToken stop) =>
        new BenchRun(plan).RunAsync(progress, stop);

    private async Task<BenchReport> RunAsync(IProgress<double>? progress, CancellationToken stop)
    {
        string line = $"bench-{Environment.ProcessId}";
        using ArrivalProcess plc = await ArrivalProcess.StartAsync(_plan.Broker, line, stop);
        var mqtt = new MqttOptions { Host = plc.Host, Port = plc.Port };
        List<BenchStation> stations = [];
        List<OnnxGeneration> callers = [];
        try
        {
            for (int i = 0; i < _plan.Stations; i++)
                stations.Add(new BenchStation($"station-{i + 1}", _plan, Load(_plan.Inference), mqtt, line, 40_000 + i));
            if (_plan.FramesPerSecond <= 0)
            {
                for (int i = 0; i < Environment.ProcessorCount; i++)
                    callers.Add(Load(_plan.Inference with { Threads = 1 }));
            }
            foreach (BenchStation station in stations)
                await station.StartAsync(stop);
            List<int> warm = await Task.Factory.StartNew(
                () => Measure(stations, callers, progress, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            IReadOnlyDictionary<string, IReadOnlyDictionary<long, long>> arrivals = await plc.EndAsync(
                stations.Sum(station => station.Parts.Count), stop);
            return Report(stations, warm, arrivals);
        }
        finally
        {
            foreach (BenchStation station in stations)
                await station.DisposeAsync();
            callers.ForEach(caller => caller.Dispose());
        }
    }

    private OnnxGeneration Load(InferenceOptions inference)
    {
        LoadOutcome outcome = GenerationLoader.Load(
            _plan.Package, inference, new PreprocessingOptions(), NullLogger.Instance, null, _plan.Tiling);
        return outcome.Generation ?? throw new RefusedException(outcome.Problems);
    }

    /// <summary>Returns how many parts of each station belong to the warm-up.</summary>
    private List<int> Measure(
        List<BenchStation> stations, List<OnnxGeneration> callers, IProgress<double>? progress, CancellationToken stop)
    {
        WarmUp(stations, stop);
        List<int> warm = [.. stations.Select(station => station.Parts.Count)];
        using var me = Process.GetCurrentProcess();
        GC.Collect();
        _memoryAtStart = Memory(me);
        for (int turn = 0; _measured < _plan.Duration; turn++)
        {
            stop.ThrowIfCancellationRequested();
            if (turn < TurnsWithBareRuns || turn % SeldomTurn == 0)
                MeasureBare(stations[0].Generation, callers);
            Inspect(stations, me, stop);
            if (_memoryAfterMany is null && stations.Sum(station => station.Parts.Count) - warm.Sum() >= ManyParts)
                _memoryAfterMany = Memory(me);
            progress?.Report(_measured / _plan.Duration);
        }
        _memoryAtEnd = Memory(me);
        return warm;
    }

    private void MeasureBare(OnnxGeneration generation, List<OnnxGeneration> callers)
    {
        BareRuns.Run(generation, _plan.Period, BareTurn, _bare);
        if (callers.Count > 0)
            _throughput.Add((BareRuns.PerSecond([generation], ThroughputTurn), BareRuns.PerSecond(callers, ThroughputTurn)));
    }

    private static void WarmUp(List<BenchStation> stations, CancellationToken stop)
    {
        stations.ForEach(station => station.Go());
        SpinWait.SpinUntil(
            () => stop.IsCancellationRequested || stations.TrueForAll(station => station.Station.Counters.Triggers >= WarmUpParts));
        stations.ForEach(station => station.Rest(stop));
    }

    private void Inspect(List<BenchStation> stations, Process me, CancellationToken stop)
    {
        me.Refresh();
        TimeSpan processor = me.TotalProcessorTime;
        int[] collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long begunAt = TimeProvider.System.GetTimestamp();
        stations.ForEach(station => station.Go());
        stop.WaitHandle.WaitOne(PartsTurn);
        stations.ForEach(station => station.Rest(stop));
        _measured += TimeProvider.System.GetElapsedTime(begunAt);
        _allocated += GC.GetTotalAllocatedBytes(precise: true) - allocated;
        for (int i = 0; i < collections.Length; i++)
            _collections[i] += GC.CollectionCount(i) - collections[i];
        me.Refresh();
        _processor += me.TotalProcessorTime - processor;
    }

    private static double Memory(Process me)
    {
        me.Refresh();
        return Math.Round(me.WorkingSet64 / 1048576.0, 1);
    }

    private BenchReport Report(
        List<BenchStation> stations, List<int> warm, IReadOnlyDictionary<string, IReadOnlyDictionary<long, long>> arrivals)
    {
        List<double> toReceived = [];
        List<BenchPart> parts = [];
        for (int i = 0; i < stations.Count; i++)
        {
            IReadOnlyDictionary<long, long> seen = arrivals.GetValueOrDefault(stations[i].Name) ?? new Dictionary<long, long>();
            foreach (BenchPart part in stations[i].Parts.Skip(warm[i]))
            {
                parts.Add(part);
                if (seen.TryGetValue(part.Sequence, out long at))
                    toReceived.Add(Stopwatch.GetElapsedTime(part.CapturedAt, at).TotalMilliseconds);
            }
        }
        Percentiles received = Percentiles.Of(toReceived), bare = Percentiles.Of(_bare);
        double perSecond = parts.Count / _measured.TotalSeconds;
        double? best = _throughput.Count == 0
            ? null
            : Math.Max(Median(_throughput.Select(t => t.OneCaller)), Median(_throughput.Select(t => t.ManyCallers)));
        OnnxGeneration model = stations[0].Generation;
        int tiles = model.PicturesOf(_plan.Width, _plan.Height);
        return new BenchReport
        {
            At = TimeProvider.System.GetUtcNow(),
            Machine = new BenchMachine(
                Environment.MachineName,
                RuntimeInformation.OSDescription,
                Environment.ProcessorCount,
                RuntimeInformation.FrameworkDescription,
                OrtEnv.Instance().GetVersionString(),
                Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)),
            Model = new BenchModel(model.Model.Name, model.Model.Package, model.Model.Provider, model.Description.Input),
            Load = new BenchLoad(
                _plan.Stations,
                _plan.FramesPerSecond,
                Math.Round(_measured.TotalSeconds, 1),
                _plan.Width,
                _plan.Height,
                tiles,
                model.Model.Tags.Count,
                _plan.Inference.Threads,
                _plan.Inference.Spinning),
            Parts = parts.Count,
            Received = toReceived.Count,
            Nones = parts.Count(part => part.IsNone),
            FrameToReceivedMs = received,
            FrameToSentMs = Percentiles.Of(parts.Select(part => part.FrameToSignal.TotalMilliseconds)),
            PreprocessMs = Percentiles.Of(parts.Select(part => part.Preprocess.TotalMilliseconds)),
            RunMs = Percentiles.Of(parts.Select(part => part.Run.TotalMilliseconds)),
            DecodeMs = Percentiles.Of(parts.Select(part => part.Decode.TotalMilliseconds)),
            OtherMs = Percentiles.Of(
                parts.Select(part => (part.FrameToSignal - part.Preprocess - part.Run - part.Decode).TotalMilliseconds)),
            BareRunMs = bare,
            RatioToBareRun = new Ratio(Round(received.P50 / bare.P50 / tiles), Round(received.P99 / bare.P99 / tiles)),
            PartsPerSecond = Round(perSecond),
            BareRunsPerSecond = best is { } runs ? Round(runs) : null,
            ThroughputToBare = Round(perSecond * tiles / best),
            CpuMsPerPart = Round(_processor.TotalMilliseconds / Math.Max(1, parts.Count)),
            AllocatedBytesPerPart = Math.Round((double)_allocated / Math.Max(1, parts.Count)),
            Collections = new Collections(_collections[0], _collections[1], _collections[2]),
            WorkingSetMiB = new Memory(_memoryAtStart, _memoryAfterMany, _memoryAtEnd),
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static double? Round(double? value) => value is { } number ? Math.Round(number, 3) : null;
}
