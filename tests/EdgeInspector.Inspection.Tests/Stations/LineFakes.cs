using System.Collections.Concurrent;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>Predicts what the test says, after whatever the test does meanwhile.</summary>
internal sealed class CallbackGeneration(Func<Frame, Prediction> predict) : IGeneration
{
    public ModelIdentity Model { get; } = new("test", new string('a', 64), "it-1", ModelKind.Classifier, ["ok", "scratch"], "cpu");

    public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null)
    {
        predictions.Clear();
        predictions.Add(predict(frame));
        return new PredictionTiming(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3));
    }

    public void Dispose()
    {
    }
}

/// <summary>Keeps signals and records in one order, so that a test can see which came first.</summary>
internal sealed class InMemoryLine : ISignaller, IInspectedPartSink
{
    private readonly BlockingCollection<InspectedPart> _records = [];

    public ConcurrentQueue<string> Order { get; } = [];

    public ConcurrentQueue<Signal> Signals { get; } = [];

    public SignalOutcome Outcome { get; set; } = SignalOutcome.Sent;

    /// <summary>What the way to the gate does before a signal goes out, such as to fail.</summary>
    public Action? BeforeSignal { get; set; }

    /// <summary>What the records do before they take one.</summary>
    public Action? BeforeRecord { get; set; }

    /// <summary>Sees a record before it is disposed, while it still has its picture.</summary>
    public Action<InspectedPart>? BeforeTake { get; set; }

    /// <summary>The ids of the triggers noted as open.</summary>
    public ConcurrentQueue<Guid> Opened { get; } = [];

    public SignalOutcome Send(in Signal signal)
    {
        BeforeSignal?.Invoke();
        Order.Enqueue($"signal {signal.Sequence}");
        Signals.Enqueue(signal);
        return Outcome;
    }

    public void Open(string station, Trigger trigger) => Opened.Enqueue(trigger.Id);

    public void Answering(Guid id, in Verdict verdict, GateAction action, DateTimeOffset at) =>
        Order.Enqueue($"note {verdict.Kind} {action}");

    public void Accept(InspectedPart part)
    {
        BeforeRecord?.Invoke();
        Order.Enqueue($"record {part.Sequence}");
        _records.Add(part);
    }

    /// <summary>The next record; the test fails when none comes within two minutes.</summary>
    public InspectedPart Next()
    {
        Assert.True(_records.TryTake(out InspectedPart? part, TimeSpan.FromMinutes(2)), "No record came.");
        BeforeTake?.Invoke(part);
        part.Dispose();
        return part;
    }

    public int Waiting => _records.Count;

    /// <summary>All records that have come and were not taken yet.</summary>
    public IReadOnlyList<InspectedPart> TakeAll()
    {
        var parts = new List<InspectedPart>();
        while (_records.TryTake(out InspectedPart? part))
        {
            part.Dispose();
            parts.Add(part);
        }
        return parts;
    }
}
