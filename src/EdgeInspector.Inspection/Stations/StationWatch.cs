using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// The watch: a thread of its own that answers a trigger that is open at its deadline, whatever the station's thread is doing, notices a
/// model that does not return, and holds the counts against each other.
/// </summary>
internal sealed partial class StationWatch
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AliveWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    private readonly StationContext _station;
    private readonly StationCondition _condition;
    private readonly TriggerDesk _desk;
    private readonly StationWorker _worker;
    private readonly Reconciliation _reconciliation;
    private readonly Thread _thread;
    private readonly long _hungAfter;
    private long _beat;

    /// <param name="station">The station.</param>
    /// <param name="condition">Is told whether the station is lost.</param>
    /// <param name="desk">Answers the triggers that are due.</param>
    /// <param name="worker">The watched worker.</param>
    /// <param name="reconciliation">Compares the counts.</param>
    public StationWatch(
        StationContext station, StationCondition condition, TriggerDesk desk, StationWorker worker, Reconciliation reconciliation)
    {
        (_station, _condition, _desk, _worker, _reconciliation) = (station, condition, desk, worker, reconciliation);
        _hungAfter = station.Ticks(station.HungAfter);
        _thread = new Thread(Watch) { Name = $"watch {station.Name}", IsBackground = true, Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>Called, on this thread, when the station is lost, with the model that ran and the reason; must not block.</summary>
    public Action<ModelIdentity, string>? ModelHangs { get; set; }

    /// <summary>How long the station has been lost; null while the station is not lost.</summary>
    public TimeSpan? LostFor => _condition.LostSince is var since and not 0 ? _station.Time.GetElapsedTime(since) : null;

    /// <summary>True while the thread lives and looks.</summary>
    public bool IsAlive => _thread.IsAlive && _station.Time.GetElapsedTime(Volatile.Read(ref _beat)) < AliveWithin;

    public void Start() => _thread.Start();

    /// <summary>Ends the thread.</summary>
    public void End()
    {
        _desk.Alarm.End();
        if (_thread.IsAlive)
            _thread.Join(LastWait);
    }

    /// <summary>Declares the station lost when its thread does not come back, and found when the thread does.</summary>
    public void LookForHang()
    {
        long now = _station.Time.GetTimestamp();
        long since = _worker.BusySince;
        bool hangs = since != 0 && now - since >= _hungAfter;
        if (hangs && !_condition.IsLost)
            Lose(now);
        else if (!hangs && _condition.IsLost)
            Find();
    }

    private void Watch()
    {
        long longest = Math.Min(_station.Ticks(LongestLook), _station.AnswerWithin / 2);
        Func<long> nextDeadline = () => _desk.NextDeadline;
        do
        {
            try
            {
                _desk.AnswerDue();
                LookForHang();
                Reconcile();
            }
#pragma warning disable CA1031 // The watch must live: parts without a verdict depend on it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _station.Faults.Report($"{fault.GetType().Name}: {fault.Message}");
            }
            Volatile.Write(ref _beat, _station.Time.GetTimestamp());
        }
        while (_desk.Alarm.Sleep(longest, nextDeadline));
    }

    private void Lose(long now)
    {
        _condition.LostSince = now;
        string reason = _desk.Why.LostReason;
        _station.Complain(StationWordings.Lost.Of(_station.HungAfter.TotalSeconds));
        LogLost(_station.Log, _station.Name, _station.HungAfter.TotalSeconds);
        _desk.AnswerAll(_desk.Why.Lost);
        _desk.AbandonHungPart();
        GiveUpRun(reason);
    }

    private void Find()
    {
        _condition.LostSince = 0;
        _station.Withdraw(Station.Component);
        LogFound(_station.Log, _station.Name);
    }

    /// <summary>Asks the run that hangs to end, and calls <see cref="ModelHangs"/>.</summary>
    private void GiveUpRun(string reason)
    {
        // Otherwise the model has returned, and the sending of the signal or of the record hangs.
        if (!_worker.IsInModel)
            return;
        RunningModel hanging = _worker.Model;
        _worker.Mark?.Hangs();
        ModelHangs?.Invoke(hanging.Identity, reason);
        hanging.Interrupt();
    }

    private void Reconcile()
    {
        if (_reconciliation.Check(() => _desk.OpenCount) is { } mismatch)
            _station.Complain(mismatch);
        else
            _station.Withdraw(Station.ReconciliationComponent);
    }

    [LoggerMessage(
        EventId = 112,
        Level = LogLevel.Error,
        Message = "Station {Station} is lost: the model has not returned for {Seconds} s. "
            + "Its parts get no verdict; the agent ends if it does not come back")]
    private static partial void LogLost(ILogger log, string station, double seconds);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "Station {Station} is back: the model has returned")]
    private static partial void LogFound(ILogger log, string station);
}
