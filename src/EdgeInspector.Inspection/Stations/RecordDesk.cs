using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What the station's thread knows of a part whose picture the model looked at.</summary>
/// <param name="Timing">Where the time went; zero when the model did not run to its end.</param>
/// <param name="Late">The verdict that came too late for the signal, or null.</param>
/// <param name="Predictions">What the model said.</param>
/// <param name="Model">The model that ran.</param>
internal readonly record struct Judged(PredictionTiming Timing, LateResult? Late, List<Prediction>? Predictions, RunningModel? Model)
{
    /// <summary>True when the model ran to its end.</summary>
    public bool HasRun => Timing.Total > TimeSpan.Zero;
}

/// <summary>
/// Makes the record of an answered trigger and hands the record on, with the frame's reference. Called once for each trigger, by the thread
/// to which <see cref="OpenTriggers"/> gave the right.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="answers">Knows the answers.</param>
/// <param name="records">Where records go.</param>
/// <param name="challenges">Told how challenge parts fared.</param>
/// <param name="parts">Counts the parts in hand.</param>
internal sealed partial class RecordDesk(
    StationContext station, AnswerDesk answers, IInspectedPartSink records, ChallengeDesk challenges, PartsInHand parts)
{
    /// <summary>Raised with each record right before it is handed on; must not block.</summary>
    public event Action<InspectedPart>? Inspected;

    /// <summary>Hands the record of a trigger over.</summary>
    /// <param name="open">The trigger.</param>
    /// <param name="frame">The trigger's picture, with a reference; null: there was none.</param>
    /// <param name="judged">What the model said of the picture, if the model was asked.</param>
    public void HandOver(OpenTrigger open, Frame? frame, in Judged judged = default)
    {
        Trigger trigger = open.Trigger;
        Answer answer = answers.AnswerOf(open);
        InspectedPart? record = null;
        try
        {
            record = Make(open, answer, frame, judged);
            Log(record);
            Show(record);
            records.Accept(record);
            Conclude(trigger, answer);
        }
#pragma warning disable CA1031 // Whatever the records have met, the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (record is null)
                frame?.Release();
            record?.Dispose();
            station.Faults.Report($"the record of part {trigger.Part} could not be kept: {fault.Message}");
        }
        parts.End();
    }

    private void Show(InspectedPart part)
    {
        try
        {
            Inspected?.Invoke(part);
        }
#pragma warning disable CA1031 // Whoever looks on may throw; the record is kept all the same.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            station.Faults.Report($"showing part {part.Part} failed: {fault.Message}");
        }
    }

    private InspectedPart Make(OpenTrigger open, in Answer answer, Frame? frame, in Judged judged)
    {
        Trigger trigger = open.Trigger;
        return new InspectedPart
        {
            Id = trigger.Id,
            Station = station.Name,
            Part = trigger.Part,
            Type = trigger.Type,
            Sequence = trigger.Number,
            Challenge = trigger.Challenge,
            TriggeredAt = trigger.AtWall,
            CapturedAt = frame?.CapturedAtWall,
            VerdictAt = answer.At,
            Verdict = answer.Verdict,
            Late = judged.Late,
            Action = answer.Action,
            Signal = answer.Outcome,
            // An array, without a list around it, because every record has one.
            Predictions = judged.HasRun ? judged.Predictions!.ToArray() : [],
            Model = judged.HasRun ? judged.Model?.Identity : null,
            // If the part has several pages, the last run was on the last page, not on the page that decided.
            Heat = judged.HasRun && frame?.NextPage is null ? judged.Model?.LastHeat() : null,
            Picture = open.Measures,
            Timing = judged.Timing,
            Queued = Elapsed(trigger.At, Math.Max(trigger.At, TurnOf(open, answer))),
            PictureWait = PictureWait(open, answer),
            FrameToSignal = frame is null ? TimeSpan.Zero : Elapsed(frame.CapturedAt, answer.SentAt),
            TriggerToSignal = Elapsed(trigger.At, answer.SentAt),
        }.With(frame);
    }

    private static long TurnOf(OpenTrigger open, in Answer answer) =>
        open.TurnAt is var at and not 0 && at < answer.SentAt ? at : answer.SentAt;

    private TimeSpan PictureWait(OpenTrigger open, in Answer answer)
    {
        if (open.Trigger.Frame is not null)
            return TimeSpan.Zero;
        long from = TurnOf(open, answer);
        long until = open.BeganAt is var at and not 0 && at < answer.SentAt ? at : answer.SentAt;
        return until > from ? Elapsed(from, until) : TimeSpan.Zero;
    }

    private TimeSpan Elapsed(long from, long until) => station.Time.GetElapsedTime(from, until);

    private void Conclude(Trigger trigger, in Answer answer)
    {
        if (trigger.Challenge == Challenge.None)
            return;
        try
        {
            challenges.Conclude(new ChallengeResult(answer.At, trigger.Part, trigger.Challenge, answer.Verdict.Kind, answer.Action));
        }
#pragma warning disable CA1031 // Whoever listens may throw; the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            station.Faults.Report($"telling of challenge part {trigger.Part} failed: {fault.Message}");
        }
    }

    private void Log(InspectedPart part)
    {
        double latency = part.TriggerToSignal.TotalMilliseconds;
        Verdict verdict = part.Verdict;
        if (verdict.Kind == VerdictKind.None)
            LogNone(station.Log, station.Name, part.Part, verdict.Reason, verdict.Rule, part.Action, latency);
        else
            LogVerdict(station.Log, station.Name, part.Part, verdict.Kind, verdict.Tag ?? "nothing seen", verdict.Probability, latency);
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information,
        Message = "{Station} {Part}: {Verdict} ({Tag} {Probability:0.000}) in {LatencyMs:0.0} ms")]
    private static partial void LogVerdict(
        ILogger log, string station, string part, VerdictKind verdict, string tag, float probability, double latencyMs);

    [LoggerMessage(
        EventId = 111,
        Level = LogLevel.Information,
        Message = "{Station} {Part}: no verdict ({Reason}: {Detail}), fail-safe {Action}, in {LatencyMs:0.0} ms")]
    private static partial void LogNone(
        ILogger log, string station, string part, NoneReason reason, string? detail, GateAction action, double latencyMs);
}
