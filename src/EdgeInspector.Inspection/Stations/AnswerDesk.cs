using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Answers each trigger once: signals, counts, and complains where too many get no verdict. Thread-safe; under one lock triggers are
/// claimed and the gate is told, so that signals go in the order of the claims.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="open">Decides who may answer.</param>
/// <param name="outputs">Where signals go, and who notes verdicts before the signal.</param>
/// <param name="why">Says why there is no verdict.</param>
/// <param name="share">How many of the last parts got no verdict; guarded by the lock.</param>
/// <param name="storm">The alarm at too many rejects; guarded by the lock.</param>
internal sealed partial class AnswerDesk(
    StationContext station, OpenTriggers open, StationOutputs outputs, WhyNone why, VerdictShare share, StormAlarm storm)
{
    private const int LateAlarm = 3;

    private readonly Lock _gate = new();
    private int _lateInRow;
    private Said? _late;

    /// <summary>True while there is a storm of rejects.</summary>
    public bool IsInStorm
    {
        get
        {
            lock (_gate)
                return storm.IsOn;
        }
    }

    /// <summary>Ends a storm of rejects; false when there was none.</summary>
    public bool EndStorm(string by, string why)
    {
        StormNews? news;
        lock (_gate)
            news = storm.End(by, why);
        if (news is null)
            return false;
        storm.Tell(news);
        return true;
    }

    /// <summary>
    /// Goes on with a storm of rejects that was there when the agent ended; false where the settings now have no alarm at storms.
    /// </summary>
    public bool TakeUpStorm(string why)
    {
        lock (_gate)
            return storm.TakeUp(why);
    }

    /// <summary>Forgets the last parts, since another model runs.</summary>
    public void Forget()
    {
        lock (_gate)
            share.Forget();
    }

    /// <summary>The answer to a claimed trigger. If the claimer is still sending the signal, the call waits for the signal.</summary>
    public Answer AnswerOf(OpenTrigger trigger)
    {
        lock (_gate)
            return trigger.Answer;
    }

    /// <summary>Answers a trigger if nobody else did. A verdict that is too late by now becomes a none.</summary>
    public bool TryAnswer(OpenTrigger trigger, Verdict verdict)
    {
        int lateInRow;
        Said? complaint;
        bool isWell;
        StormNews? news = null;
        lock (_gate)
        {
            if (!open.TryClaim(trigger))
                return false;
            if (verdict.Kind != VerdictKind.None && station.Time.GetTimestamp() > trigger.AnswerBy)
                verdict = why.AtDeadline(trigger);
            bool isStormChange = storm.Note(trigger.Trigger, verdict.Kind);
            trigger.Answer = Signal(trigger.Trigger, verdict);
            lateInRow = verdict.Reason is NoneReason.Deadline or NoneReason.Overload ? ++_lateInRow : _lateInRow;
            if (verdict.Kind != VerdictKind.None)
                (_lateInRow, _late) = (0, null);
            complaint = share.Note(trigger, verdict);
            isWell = share.TryRecover();
            if (isStormChange)
                news = storm.AfterSignal();
        }
        Count(trigger);
        if (news is not null)
            storm.Tell(news);
        Tell(complaint, isWell);
        if (verdict.Kind != VerdictKind.None && lateInRow > 0)
            station.Withdraw(Station.DeadlineComponent);
        else if (lateInRow >= LateAlarm)
            station.Complain(Late());
        return true;
    }

    private Answer Signal(Trigger trigger, in Verdict verdict)
    {
        GateAction action = storm.ActionFor(trigger, verdict.Kind, station.Options.ActionFor(verdict.Kind));
        // A none is often made only when no verdict can come any more: the fail-safe gets twice the deadline to reach the gate.
        long worthlessAfter = trigger.At + (verdict.Kind == VerdictKind.None ? 2 * station.Deadline : station.Deadline);
        DateTimeOffset at = station.Time.GetUtcNow();
        NoteAnswering(trigger, verdict, action, at);
        SignalOutcome outcome = Send(new Signal(trigger.Part, trigger.Number, verdict.Kind, action, at, worthlessAfter));
        return new Answer(verdict, action, outcome, at, station.Time.GetTimestamp());
    }

    private void NoteAnswering(Trigger trigger, in Verdict verdict, GateAction action, DateTimeOffset at)
    {
        try
        {
            outputs.Records.Answering(trigger.Id, verdict, action, at);
        }
#pragma warning disable CA1031 // Whatever the records have met, the part gets its signal.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            station.Faults.Report($"the verdict on part {trigger.Part} could not be noted before its signal: {fault.Message}");
        }
    }

    private SignalOutcome Send(in Signal signal)
    {
        try
        {
            return outputs.Signaller.Send(signal);
        }
#pragma warning disable CA1031 // Whatever the way to the gate has met, the part gets its record and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            station.Faults.Report($"the signal of part {signal.Part} could not be sent: {fault.Message}");
            return SignalOutcome.NotConnected;
        }
    }

    private void Count(OpenTrigger answered)
    {
        if (answered.Trigger.Challenge != Challenge.None)
            return;
        station.Counters.Count(answered.Answer.Outcome);
        station.Counters.Count(answered.Answer.Verdict.Kind);
    }

    private void Tell(Said? complaint, bool isWell)
    {
        if (isWell)
            station.Withdraw(Station.ShareComponent);
        if (complaint is null)
            return;
        station.Complain(complaint);
        LogShare(station.Log, station.Name, complaint.Text);
    }

    // Said once for all parts in a row: each of them complains.
    private Said Late()
    {
        lock (_gate)
            return _late ??= StationWordings.Late.Of(station.Options.Deadline.TotalMilliseconds, share.Advice());
    }

    [LoggerMessage(EventId = 115, Level = LogLevel.Warning, Message = "Station {Station}: {Complaint}")]
    private static partial void LogShare(ILogger log, string station, string complaint);
}
