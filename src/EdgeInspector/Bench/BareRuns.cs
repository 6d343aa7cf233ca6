using EdgeInspector.Inference;

namespace EdgeInspector.Bench;

/// <summary>ONNX Runtime alone, on tensors that are ready.</summary>
internal static class BareRuns
{
    /// <summary>One caller, for a while; milliseconds of each run.</summary>
    /// <param name="generation">The model; has predicted once.</param>
    /// <param name="period">
    /// From the start of one run to that of the next: after a rest threads have to wake and caches to fill, for a part as for a bare run.
    /// </param>
    /// <param name="duration">For how long.</param>
    /// <param name="times">Milliseconds of each run are added.</param>
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

    /// <summary>Several callers at once, each with a model of its own; runs a second, over all.</summary>
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
