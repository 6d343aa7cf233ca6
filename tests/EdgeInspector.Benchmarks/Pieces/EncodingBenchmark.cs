using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.History;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>
/// What follows the network's run: rules, the signal's bytes, then, off the hot path, the event's JSON and the picture's JPEG.
/// </summary>
[MemoryDiagnoser]
public class EncodingBenchmark
{
    private static readonly ModelIdentity Model = new(
        "part-classifier", new string('a', 64), "it-1", ModelKind.Classifier, ["dent", "misaligned", "missing-component", "ok", "scratch"],
        "cpu");

    private readonly List<Prediction> _predictions =
        [new("scratch", 0.91f), new("ok", 0.06f), new("dent", 0.02f), new("misaligned", 0.007f), new("missing-component", 0.003f)];

    private readonly RuleSet _rules = RuleSet.Create(new RuleOptions(), Model, out _)!;
    private readonly SignalPayload _payload = new();
    private readonly ImageEncoder _encoder = new(new ImageOptions());
    private readonly BenchFrames _frames = PieceFrames.Of("1920x1200");
    private Frame? _frame;
    private InspectedPart? _part;

    [GlobalSetup]
    public void Inspect()
    {
        _frame = _frames.Take(0);
        _part = new InspectedPart
        {
            Id = Guid.CreateVersion7(),
            Station = "weld-3",
            Part = "260101-060000-000123",
            Sequence = 123,
            TriggeredAt = DateTimeOffset.UnixEpoch,
            VerdictAt = DateTimeOffset.UnixEpoch,
            Verdict = _rules.JudgePart(_predictions),
            Action = GateAction.Reject,
            Signal = SignalOutcome.Sent,
            Predictions = [.. _predictions],
            Model = Model,
            TriggerToSignal = TimeSpan.FromMilliseconds(12),
        };
    }

    [GlobalCleanup]
    public void Free()
    {
        _frame?.Release();
        _frames.Dispose();
        _payload.Dispose();
    }

    [Benchmark]
    public Verdict Rules() => _rules.JudgePart(_predictions);

    [Benchmark]
    public int Signal() => _payload.Write(
        new Signal("260101-060000-000123", 123, VerdictKind.Reject, GateAction.Reject, DateTimeOffset.UnixEpoch, 0), 138).Length;

    [Benchmark]
    public byte[] Event() => EventWriter.Write(_part!, "line-1", "edgeinspector/line-1/weld-3/image");

    [Benchmark]
    public PastPart Remember() => PastPart.Of(_part!);

    [Benchmark]
    public byte[] Jpeg() => _encoder.Original(_frame!);
}
