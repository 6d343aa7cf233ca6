using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// The watch: a thread of its own that answers what is open at its deadline, whatever the station's thread is doing, and notices a model that does not
/// return.
/// </summary>
public sealed partial class Station
{
    /// <summary>Under this name a station complains that it failed or is lost.</summary>
    public const string Component = "station";

    /// <summary>Under this name it complains that its verdicts come too late.</summary>
    public const string DeadlineComponent = "deadline";

    /// <summary>Under this name it complains that counts don't agree.</summary>
    public const string ReconciliationComponent = "reconciliation";

    private const int LateAlarm = 3;

    private static readonly TimeSpan LongestWatch = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AliveWithin = TimeSpan.FromSeconds(5);

    private readonly Thread _watch;
    private readonly object _watching = new();
    private bool _watchEnds;
    private long _watchSleepsUntil;
    private long _watchBeat;

    // When the station's thread gave the frame to the model, until it is back from everything that follows; 0 otherwise.
    private long _busySince;
    private long _lostSince;
    private volatile bool _isInModel;

    /// <summary>
    /// How long the station has been lost: its thread has not come back from the model (or from handing over a signal or record). Null while it has not.
    /// </summary>
    public TimeSpan? LostFor => Volatile.Read(ref _lostSince) is var since and not 0 ? _time.GetElapsedTime(since) : null;

    /// <summary>How long the station has gone on being lost beyond hope, as its settings see it.</summary>
    public bool IsBeyondHope => LostFor >= HungAfter;

    /// <summary>What does not come back for so long hangs; at least the deadline.</summary>
    public TimeSpan HungAfter { get; }

    /// <summary>
    /// Told, on the watch's thread, when the station is lost, with the model that ran and why; must not block. The run is then asked to
    /// give up.
    /// </summary>
    public Action<ModelIdentity, string>? ModelHangs { get; set; }

    /// <summary>
    /// Where runs are marked, for the next process to know of one in whose midst this one ended; null: nowhere. Set before the station
    /// starts.
    /// </summary>
    public RunMark? Mark { get; set; }

    /// <summary>True while the station's threads live and neither hangs.</summary>
    public bool MakesProgress => _thread.IsAlive && _watch.IsAlive && !IsLost && _time.GetElapsedTime(Volatile.Read(ref _watchBeat)) < AliveWithin;

    private bool IsLost => Volatile.Read(ref _lostSince) != 0;

    private string LostReason => $"the model has not returned for {HungAfter.TotalSeconds:0.#} s";

    private string LateReason()
    {
        string advice;
        lock (_answering)
            advice = _lateAdvice ??= Advice();
        return $"Three parts in a row or more got no verdict within the deadline of {_options.Deadline.TotalMilliseconds:0} ms. {advice}";
    }

    private void Watch()
    {
        while (true)
        {
            try
            {
                AnswerDue();
                LookForHang();
                Reconcile();
            }
#pragma warning disable CA1031 // The watch must live: parts without a verdict depend on it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _faults.Report($"{fault.GetType().Name}: {fault.Message}");
            }
            lock (_watching)
            {
                if (_watchEnds)
                    return;
                long now = _time.GetTimestamp();
                Volatile.Write(ref _watchBeat, now);
                long until = now + Math.Min(Ticks(LongestWatch), _answerWithin / 2);
                // Said before it looks: a trigger that comes in between is either seen here, or sees that it must pulse.
                Volatile.Write(ref _watchSleepsUntil, until);
                until = Math.Min(until, _open.NextDeadline);
                Monitor.Wait(_watching, WaitTime(_time.GetElapsedTime(now, until)));
                Volatile.Write(ref _watchSleepsUntil, 0);
            }
        }
    }

    /// <summary>Answers every trigger whose deadline has come, the earliest first: all signals before the first record.</summary>
    internal void AnswerDue() => AnswerUntil(_time.GetTimestamp(), AtDeadline);

    private void AnswerAll(Verdict verdict)
    {
        AnswerUntil(long.MaxValue, _ => verdict);
        _newest.Wake();
    }

    private void AnswerUntil(long time, Func<OpenTrigger, Verdict> verdict)
    {
        List<OpenTrigger>? answered = null;
        while (_open.FirstDue(time) is { } open)
        {
            if (TryAnswer(open, verdict(open)))
                (answered ??= []).Add(open);
        }
        foreach (OpenTrigger open in answered ?? [])
            Settle(open);
    }

    /// <summary>
    /// The watch looks at least every half deadline, so a new trigger seldom needs to wake it: only one that was already old when it came.
    /// </summary>
    private void WakeWatchBefore(long deadline)
    {
        if (deadline >= Volatile.Read(ref _watchSleepsUntil))
            return;
        lock (_watching)
            Monitor.Pulse(_watching);
    }

    /// <summary>Declares the station lost when its thread does not come back, and found when it does.</summary>
    internal void LookForHang()
    {
        long now = _time.GetTimestamp();
        long since = Volatile.Read(ref _busySince);
        bool hangs = since != 0 && now - since >= _hungAfter;
        if (hangs && !IsLost)
        {
            Volatile.Write(ref _lostSince, now);
            Complain(Component, $"The station is lost: {LostReason}. If it does not come back within as long again, the agent ends to be started anew.");
            LogLost(_log, Name, HungAfter.TotalSeconds);
            AnswerAll(Verdict.None(NoneReason.Model, LostReason));
            TakeOver();
            GiveUpRun();
        }
        else if (!hangs && IsLost)
        {
            Volatile.Write(ref _lostSince, 0);
            Withdraw(Component);
            LogFound(_log, Name);
        }
    }

    /// <summary>Has the run that hangs end, if it can, and tells whoever knows of another model.</summary>
    private void GiveUpRun()
    {
        // Else the model has returned, and what hangs is the way of the signal or the record.
        if (!_isInModel)
            return;
        RunningModel hanging = _model;
        Mark?.Hangs();
        ModelHangs?.Invoke(hanging.Identity, LostReason);
        hanging.Interrupt();
    }

    private void Reconcile()
    {
        if (_reconciliation.Check(() => _open.Count) is { } mismatch)
            Complain(ReconciliationComponent, mismatch);
        else
            Withdraw(ReconciliationComponent);
    }

    /// <summary>Hands over the record of the part in whose middle the station's thread hangs.</summary>
    private void TakeOver()
    {
        if (_open.TryTakeOver(out OpenTrigger? open, out Frame? frame))
            HandOver(open!, frame, default, null);
    }

    private void EndWatch()
    {
        lock (_watching)
        {
            _watchEnds = true;
            Monitor.Pulse(_watching);
        }
        if (_watch.IsAlive)
            _watch.Join(LastWait);
    }
}
