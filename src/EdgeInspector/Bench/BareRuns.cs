using EdgeInspector.Inference;

namespace EdgeInspector.Bench;

/// <summary>ONNX Runtime alone, on tensors that are ready.</summary>
internal static class BareRuns
{
    /// <summary>Runs one caller for a while.</summary>
    /// <param name="generation">The model; has predicted once.</param>
    /// <param name="period">
    /// From the start of one run to the start of the next: after a rest threads have to wake and caches to fill, for a part as for a bare
    /// run.
    /// </param>
    /// <param name="duration">How long to run.</param>
    /// <param name="times">The list to which the milliseconds of each run are added.</param>
    public static void Run(OnnxGeneration generation, TimeSpan period, TimeSpan duration, List<double> times)
    {
        long begunAt = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begunAt) < duration)
        {
            TimeSpan took = generation.RunBare();
            times.Add(took.TotalMilliseconds);
            if (period > took)
                Thread.Sleep(period - took);
        }
    }

    /// <summary>Runs several callers at once, each with a model of its own; returns the runs a second, of all callers together.</summary>
    public static double PerSecond(IReadOnlyList<OnnxGeneration> callers, TimeSpan duration)
    {
        long runs = 0;
        long begunAt = TimeProvider.System.GetTimestamp();
        Thread[] threads = [.. callers.Select(generation => new Thread(() =>
        {
            long mine = 0;
            for (; TimeProvider.System.GetElapsedTime(begunAt) < duration; mine++)
                generation.RunBare();
            Interlocked.Add(ref runs, mine);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        return runs / TimeProvider.System.GetElapsedTime(begunAt).TotalSeconds;
    }
}
