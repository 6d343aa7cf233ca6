using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Inspection.Verdicts;

/// <summary>The full record of one verdict: what an event is made of.</summary>
/// <remarks>Owns one reference of <see cref="Frame"/> until <see cref="Dispose"/>.</remarks>
public sealed class InspectedPart : IDisposable
{
    /// <summary>UUIDv7: the key by which a consumer knows an event that arrives more than once.</summary>
    public required Guid Id { get; init; }

    /// <summary>The station's name.</summary>
    public required string Station { get; init; }

    /// <summary>The part's id.</summary>
    public required string Part { get; init; }

    /// <summary>What kind of part it is, as its trigger said; null: the trigger named none.</summary>
    public string? Type { get; init; }

    /// <summary>The trigger's number.</summary>
    public required long Sequence { get; init; }

    /// <summary>What is known of the part, where it is a challenge part; no other counter has a challenge part.</summary>
    public Challenge Challenge { get; init; }

    /// <summary>When the part was here, by the wall clock.</summary>
    public required DateTimeOffset TriggeredAt { get; init; }

    /// <summary>When the part's picture was taken; null when there was none.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>When the verdict was reached.</summary>
    public required DateTimeOffset VerdictAt { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What the model said after the verdict <c>none</c> had gone out; null when nothing came late.</summary>
    public LateResult? Late { get; init; }

    /// <summary>What the gate was told to do.</summary>
    public required GateAction Action { get; init; }

    /// <summary>What became of the signal.</summary>
    public required SignalOutcome Signal { get; init; }

    /// <summary>The predictions, highest probability first; empty when the model was not run.</summary>
    public required IReadOnlyList<Prediction> Predictions { get; init; }

    /// <summary>What the model found conspicuous, for the picture; null for models that do not tell.</summary>
    public HeatMap? Heat { get; init; }

    /// <summary>The model that ran; null when there was none.</summary>
    public ModelIdentity? Model { get; init; }

    /// <summary>What the part's picture measured against the station's reference; null where there is no reference.</summary>
    public PictureMeasures? Picture { get; init; }

    /// <summary>Where the time of the prediction went.</summary>
    public PredictionTiming Timing { get; init; }

    /// <summary>From the trigger until it was the part's turn, or until it was answered without one.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>
    /// From the part's turn until its picture was there, or until it was answered without one; zero when the picture brought the trigger.
    /// </summary>
    public TimeSpan PictureWait { get; init; }

    /// <summary>From the picture to the signal handed to the network; zero when there was no picture.</summary>
    public TimeSpan FrameToSignal { get; init; }

    /// <summary>From the trigger to the signal handed to the network.</summary>
    public required TimeSpan TriggerToSignal { get; init; }

    /// <summary>The picture, or null when there was none; valid until <see cref="Dispose"/>.</summary>
    public Frame? Frame { get; private set; }

    /// <summary>Takes over one reference of the picture. Called once, by the station.</summary>
    public InspectedPart With(Frame? frame)
    {
        Frame = frame;
        return this;
    }

    /// <summary>Releases the picture.</summary>
    public void Dispose()
    {
        Frame?.Release();
        Frame = null;
    }
}

/// <summary>A verdict that came after its deadline: recorded, never signalled.</summary>
/// <param name="Verdict">What the verdict would have been.</param>
/// <param name="AfterTrigger">How long after the trigger the verdict was ready.</param>
public sealed record LateResult(Verdict Verdict, TimeSpan AfterTrigger);

/// <summary>Where the records of verdicts go after the signal: event and image delivery, or a test.</summary>
public interface IInspectedPartSink
{
    /// <summary>
    /// Notes that a trigger was accepted and will get its record, so that the trigger is known even after the agent is killed. Called
    /// before anything else happens with the trigger, on the thread that brought the trigger; costs a copy in memory, never a disk or a
    /// lock that is held for long.
    /// </summary>
    void Open(string station, Trigger trigger);

    /// <summary>
    /// Notes what the gate is about to be told, before the gate is told, so that even if the agent is killed in between, the event does not
    /// contradict the signal. Costs what <see cref="Open"/> costs. Does nothing where records do not outlive the process.
    /// </summary>
    /// <param name="id">The trigger's id.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="action">What the gate will be told to do.</param>
    /// <param name="at">When the verdict was reached, by the wall clock.</param>
    void Answering(Guid id, in Verdict verdict, GateAction action, DateTimeOffset at)
    {
    }

    /// <summary>
    /// Takes over the record and disposes it. Called after the signal, on the station's thread or its watch; must not wait for a disk or a
    /// network.
    /// </summary>
    void Accept(InspectedPart part);
}
