using System.Collections.Concurrent;
using System.Globalization;
using EdgeInspector.Benchmarks.HotPath;
using EdgeInspector.Capture;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Deadline;

/// <summary>
/// A model that takes several times the deadline: when is each part answered? Once with parts that come one after the other,
/// each finding an idle model, and once with parts that come ten times faster than the model runs.
/// </summary>
internal static class DeadlineBenchmark
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string[] args)
    {
        int parts = args is [{ } first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out int given) ? given : 200;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {parts} parts, a model that is too slow, deadline {Limit.TotalMilliseconds} ms"));
        bool kept = await MeasureAsync("one after the other", parts, TimeSpan.Zero);
        kept &= await MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"every {Busy.TotalMilliseconds} ms"), parts, Busy);
        return kept ? 0 : 1;
    }

    /// <summary>
    /// True when every part was answered once, with none: at the deadline, or early when no verdict could have come by it.
    /// </summary>
    private static async Task<bool> MeasureAsync(string name, int parts, TimeSpan period)
    {
        using var answers = new Answers();
        var options = new StationOptions
        {
            Deadline = Limit,
            SignalMargin = TimeSpan.Zero,
            Trigger = new TriggerOptions { Kind = TriggerKind.Mqtt, QueueLength = 1000 },
        };
        // One thread for the model leaves the others a core, as on a line PC that also has a camera to serve.
        await using LoneStation bench = await LoneStation.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Packages", "slow"), options, answers, new InferenceOptions { Threads = 1 });
        using var camera = new CancellationTokenSource();
        List<Mat> pictures = HotPathBenchmark.Render();
        Task filming = Task.Run(() => Film(bench.Station, pictures, camera.Token), CancellationToken.None);
        var taken = new List<(double Ms, NoneReason Reason, long Number)>();
        for (int i = 1; i <= parts; i++)
        {
            bench.Station.Fire(null, TimeProvider.System.GetTimestamp());
            if (period == TimeSpan.Zero)
                taken.Add(answers.Next());
            else
                await Task.Delay(period, CancellationToken.None);
        }
        while (taken.Count < parts)
            taken.Add(answers.Next());
        await camera.CancelAsync();
        await filming;
        double[] after = [.. taken.Select(answer => answer.Ms - Limit.TotalMilliseconds).Order()];
        bool kept = taken.All(answer => answer.Reason is NoneReason.Deadline or NoneReason.Overload)
            && taken.Select(answer => answer.Number).Distinct().Count() == parts;
        string reasons = string.Join(", ", taken.CountBy(answer => answer.Reason).Select(count => $"{count.Value} {count.Key}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-20} answer after the deadline, ms: p50 {At(after, 0.5),8:0.000}   p99 {At(after, 0.99),8:0.000}   max "
            + $"{after[^1],8:0.000}   {reasons}{(kept ? "" : "   NOT each part once, with none")}"));
        return kept;
    }

    /// <summary>A camera of 30 pictures a second.</summary>
    private static async Task Film(Station station, List<Mat> pictures, CancellationToken stop)
    {
        using var frames = new FramePool();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / 30));
        for (long i = 0; !stop.IsCancellationRequested; i++)
        {
            Mat picture = pictures[(int)(i % pictures.Count)];
            Frame frame = frames.Rent(picture.Width, picture.Height);
            FramePixels.Copy(picture, frame);
            frame.Stamp(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(), i);
            station.Accept(frame, mayWait: false, stop);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
        foreach (Mat picture in pictures)
            picture.Dispose();
        // Its frames must come back before the pool goes.
        station.Stop(TimeSpan.FromSeconds(5));
    }

    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private sealed class Answers : IInspectedPartSink, IDisposable
    {
        private readonly BlockingCollection<(double Ms, NoneReason Reason, long Number)> _answers = [];

        public void Open(string station, Trigger trigger)
        {
        }

        public void Accept(InspectedPart part)
        {
            _answers.Add((part.TriggerToSignal.TotalMilliseconds, part.Verdict.Reason, part.Sequence));
            part.Dispose();
        }

        public (double Ms, NoneReason Reason, long Number) Next() => _answers.Take();

        public void Dispose() => _answers.Dispose();
    }
}
