using System.Collections.Concurrent;
using System.Globalization;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Benchmarks.HotPath;

/// <summary>Takes the station's records and tells where the time went.</summary>
internal sealed class Measured : IInspectedPartSink, IDisposable
{
    private readonly BlockingCollection<InspectedPart> _parts = [];
    private readonly List<(double Total, double Run, double Preprocess, double Decode)> _kept = [];

    public void Open(string station, Trigger trigger)
    {
    }

    public void Accept(InspectedPart part) => _parts.Add(part);

    public InspectedPart Next()
    {
        InspectedPart part = _parts.Take();
        part.Dispose();
        return part;
    }

    public void Keep(InspectedPart part) => _kept.Add((
        part.FrameToSignal.TotalMilliseconds,
        part.Timing.Run.TotalMilliseconds,
        part.Timing.Preprocess.TotalMilliseconds,
        part.Timing.Decode.TotalMilliseconds));

    /// <summary>Milliseconds by the nearest rank, and the share of the whole that is not ONNX Runtime's run.</summary>
    public void Print(string model)
    {
        double run = _kept.Sum(k => k.Run), total = _kept.Sum(k => k.Total);
        Console.WriteLine(model);
        Line("frame → signal", _kept.Select(k => k.Total));
        Line("  preprocessing", _kept.Select(k => k.Preprocess));
        Line("  ONNX Runtime run", _kept.Select(k => k.Run));
        Line("  decoding", _kept.Select(k => k.Decode));
        Line("  hand-over, rules, signal", _kept.Select(k => k.Total - k.Run - k.Preprocess - k.Decode));
        Line("ratio to the run", _kept.Select(k => k.Total / k.Run));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  outside ONNX Runtime's run: {100 * (total - run) / total:0.0} % of frame → signal"));
    }

    private static void Line(string name, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-26} p50 {At(sorted, 0.5),8:0.000}   p99 {At(sorted, 0.99),8:0.000}   max {sorted[^1],8:0.000}"));
    }

    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    public void Dispose() => _parts.Dispose();
}
