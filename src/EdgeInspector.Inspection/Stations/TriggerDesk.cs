using System.Globalization;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Where triggers come in: opens each trigger, gives turns, and answers triggers that get no turn. Any thread may call: the thread that
/// brings a trigger, the station's thread, the watch, the thread that stops the station.
/// </summary>
internal sealed class TriggerDesk
{
    private readonly StationContext _station;
    private readonly StationCondition _condition;
    private readonly IInspectedPartSink _sink;
    private readonly InspectionTimes _times;
    private readonly ChallengeDesk _challenges;
    private readonly OpenTriggers _open;
    private readonly object _turns = new();
    private readonly string _idPrefix;
    private long _number;

    /// <param name="station">The station.</param>
    /// <param name="condition">The station's condition.</param>
    /// <param name="outputs">Where signals and records go.</param>
    /// <param name="times">How long a part is in work.</param>
    /// <param name="pace">How long a part waits for its picture.</param>
    /// <param name="challenges">Knows challenge parts.</param>
    public TriggerDesk(
        StationContext station,
        StationCondition condition,
        StationOutputs outputs,
        InspectionTimes times,
        CameraPace pace,
        ChallengeDesk challenges)
    {
        (_station, _condition, _sink, _times, _challenges) = (station, condition, outputs.Records, times, challenges);
        _open = new OpenTriggers(station.Options.Trigger.QueueLength);
        Why = new WhyNone(station, condition, _open, times);
        Storm = new StormAlarm(station);
        Alarm = new DeadlineAlarm(station.Time);
        Parts = new PartsInHand(condition);
        Answers = new AnswerDesk(station, _open, outputs, Why, new VerdictShare(station, condition, times, pace), Storm);
        Records = new RecordDesk(station, Answers, outputs.Records, challenges, Parts);
        _idPrefix = station.Time.GetUtcNow().ToString("yyMMdd-HHmmss-", CultureInfo.InvariantCulture);
    }

    /// <summary>Called when a trigger was answered during its turn: whoever waits for the trigger's frame need not wait any more.</summary>
    public required Action AnsweredInTurn { private get; init; }

    /// <summary>Says why a trigger gets no verdict.</summary>
    public WhyNone Why { get; }

    /// <summary>Answers triggers.</summary>
    public AnswerDesk Answers { get; }

    /// <summary>Makes the records.</summary>
    public RecordDesk Records { get; }

    /// <summary>The alarm at too many rejects.</summary>
    public StormAlarm Storm { get; }

    /// <summary>Wakes the watch for a deadline.</summary>
    public DeadlineAlarm Alarm { get; }

    /// <summary>Counts the parts between their trigger and their record.</summary>
    public PartsInHand Parts { get; }

    /// <summary>The earliest deadline of an open trigger, in ticks.</summary>
    public long NextDeadline => _open.NextDeadline;

    /// <summary>Triggers that nobody has claimed yet.</summary>
    public int OpenCount => _open.Count;

    /// <summary>Takes a trigger. Never blocks: a trigger whose part can't be inspected in time is answered with none at once.</summary>
    /// <param name="part">The part's id; null: an id is made from the start time and the trigger's number.</param>
    /// <param name="at">When the part was here, in ticks of the clock.</param>
    /// <param name="frame">The picture that itself is the trigger, with its reference; null: the trigger has no picture.</param>
    /// <param name="unseen">Why the part's picture can't be looked at; null where it can.</param>
    /// <param name="type">What kind of part it is; null: the trigger names none.</param>
    /// <returns>False when the station takes no triggers any more; the station then does not know the part.</returns>
    public bool Take(string? part, long at, Frame? frame = null, string? unseen = null, string? type = null)
    {
        if (_condition.IsStopping)
        {
            frame?.Release();
            return false;
        }
        long number = Interlocked.Increment(ref _number);
        Challenge challenge = _challenges.Take(part);
        if (challenge == Challenge.None)
            _station.Counters.CountTrigger();
        else
            _station.Counters.CountChallenge();
        Parts.Begin();
        DateTimeOffset now = _station.Time.GetUtcNow();
        DateTimeOffset atWall = WallTime.Before(now, _station.Time.GetElapsedTime(at));
        part ??= string.Create(CultureInfo.InvariantCulture, $"{_idPrefix}{number:D6}");
        var trigger = new Trigger(WallTime.NewId(now), number, part, at, atWall, frame, challenge, type);
        NoteOpen(trigger);
        bool hasPicture = unseen is null && (frame is null || !_condition.IsFrozen);
        OpenTrigger open = _open.Open(
            trigger, at + _station.AnswerWithin, _station.Time.GetTimestamp(), _times.Typical, _times.Estimate, hasPicture);
        if (RefusalOf(open, unseen) is { } refusal)
            Conclude(open, refusal);
        else
            Announce(open);
        return true;
    }

    /// <summary>Waits for the next trigger and gives that trigger its turn; null when no trigger will come.</summary>
    public OpenTrigger? NextTurn()
    {
        lock (_turns)
        {
            while (true)
            {
                if (_open.TakeTurn() is { } open)
                    return open;
                if (_open.IsFinished)
                    return null;
                Monitor.Wait(_turns);
            }
        }
    }

    /// <summary>
    /// Lets the station's thread rest after a fault of its own, so that the thread can't spin; meanwhile the watch answers the triggers.
    /// </summary>
    public void Rest(TimeSpan pause)
    {
        long until = _station.Time.GetTimestamp() + _station.Ticks(pause);
        lock (_turns)
        {
            while (!_condition.IsStopping && _station.Time.GetElapsedTime(_station.Time.GetTimestamp(), until) is { Ticks: > 0 } left)
                Monitor.Wait(_turns, StationContext.WaitTime(left));
        }
    }

    /// <summary>Says that the model begins; false when the trigger has been answered already.</summary>
    public bool TryBegin(OpenTrigger open, Frame frame, long now) => _open.TryBegin(open, frame, now);

    /// <summary>
    /// Hands over the record of an answered trigger, or releases the frame where another thread has handed the record over.
    /// </summary>
    public void HandOver(OpenTrigger open, Frame? frame, in Judged judged)
    {
        if (_open.TryHandOver(open))
            Records.HandOver(open, frame, judged);
        else
            frame?.Release();
    }

    /// <summary>Ends the turn.</summary>
    public void EndTurn() => _open.EndTurn();

    /// <summary>Answers every trigger whose deadline has come, the earliest first: all signals before the first record.</summary>
    public void AnswerDue() => AnswerUntil(_station.Time.GetTimestamp(), Why.AtDeadline);

    /// <summary>Answers every open trigger.</summary>
    public void AnswerAll(Verdict verdict)
    {
        AnswerUntil(long.MaxValue, _ => verdict);
        AnsweredInTurn();
    }

    /// <summary>Hands over the record of the part at which the station's thread hangs.</summary>
    public void AbandonHungPart()
    {
        if (_open.TryAbandon(out OpenTrigger? open, out Frame? frame))
            Records.HandOver(open!, frame);
    }

    /// <summary>Accepts no more triggers.</summary>
    public void Close()
    {
        _open.Close();
        lock (_turns)
            Monitor.PulseAll(_turns);
        Parts.Wake();
    }

    private Verdict? RefusalOf(OpenTrigger open, string? unseen)
    {
        if (_condition.IsLost)
            return Why.Lost;
        if (_condition.PausedBecause is { } because)
            return Verdict.None(NoneReason.Paused, because);
        if (open.Trigger.Challenge == Challenge.None && _challenges.Refusal is { } unproven)
            return Verdict.None(NoneReason.Challenge, unproven);
        return open.Stage == TriggerStage.Queued ? null : Why.Refused(open.Stage, unseen);
    }

    private void NoteOpen(Trigger trigger)
    {
        try
        {
            _sink.Open(_station.Name, trigger);
        }
#pragma warning disable CA1031 // Whatever the records have met, the part gets its verdict.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _station.Faults.Report($"the trigger of part {trigger.Part} could not be noted: {fault.Message}");
        }
    }

    private void Announce(OpenTrigger open)
    {
        lock (_turns)
            Monitor.Pulse(_turns);
        Alarm.WakeBefore(open.AnswerBy);
    }

    /// <summary>Answers a trigger outside its turn, and hands its record over unless the station's thread will do so.</summary>
    private void Conclude(OpenTrigger open, in Verdict verdict)
    {
        if (Answers.TryAnswer(open, verdict))
            Settle(open);
    }

    private void AnswerUntil(long time, Func<OpenTrigger, Verdict> verdict)
    {
        List<OpenTrigger>? answered = null;
        while (_open.FirstDue(time) is { } open)
        {
            if (Answers.TryAnswer(open, verdict(open)))
                (answered ??= []).Add(open);
        }
        foreach (OpenTrigger open in answered ?? [])
            Settle(open);
    }

    private void Settle(OpenTrigger open)
    {
        if (open.HadTurn)
            AnsweredInTurn();
        else if (_open.TryHandOver(open))
            Records.HandOver(open, open.Trigger.Frame);
    }
}
