using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// The station's own thread: takes the triggers in their order, finds the picture of each, checks whether the picture is evidence, has the
/// model judge it, and hands the record on. Everything in this type runs on that thread, but for <see cref="Use"/> and what the watch asks.
/// </summary>
internal sealed class StationWorker
{
    // Pauses after a fault of the station itself.
    private readonly BackOff _pauses = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    private readonly StationContext _station;
    private readonly TriggerDesk _desk;
    private readonly NewestFrame _newest;
    private readonly InspectionTimes _times;
    private readonly PartPictures _pictures;
    private readonly FaultLog _modelFaults;
    private readonly List<Prediction> _predictions = new(64);
    private readonly Func<bool> _isWanted;
    private OpenTrigger? _turn;
    private RunningModel? _ran;
    private Frame? _decided;

    private volatile RunningModel _model;
    private volatile bool _isInModel;
    private long _busySince;

    /// <param name="station">The station.</param>
    /// <param name="desk">Gives turns and takes answers.</param>
    /// <param name="newest">The newest frame.</param>
    /// <param name="times">Told how long each part was in work.</param>
    /// <param name="pictures">Checks pictures before the model, and compares them after the signal.</param>
    /// <param name="model">The model that runs at first.</param>
    public StationWorker(
        StationContext station, TriggerDesk desk, NewestFrame newest, InspectionTimes times, PartPictures pictures, RunningModel model)
    {
        (_station, _desk, _newest, _times, _pictures, _model) = (station, desk, newest, times, pictures, model);
        _modelFaults = new FaultLog(station.Log, $"Running the model of station {station.Name}", station.Time);
        _isWanted = () => _turn is { IsClaimed: false };
        Thread = new Thread(Run) { Name = $"station {station.Name}", IsBackground = true };
    }

    /// <summary>The thread; it ends when the desk gives no more turns.</summary>
    public Thread Thread { get; }

    /// <summary>The model in use. Any thread.</summary>
    public RunningModel Model => _model;

    /// <summary>Where runs are marked, for the next process; null: runs are not marked. Set before the thread starts.</summary>
    public RunMark? Mark { get; set; }

    /// <summary>
    /// When the thread gave the frame to the model, until the thread has come back from the model and everything after it, in ticks; 0
    /// otherwise. Any thread.
    /// </summary>
    public long BusySince => Volatile.Read(ref _busySince);

    /// <summary>True while the model has not returned. Any thread.</summary>
    public bool IsInModel => _isInModel;

    /// <summary>
    /// Lets another model take over with the next part, and waits for the run in flight; false when that run did not return. Any thread.
    /// </summary>
    public bool Use(RunningModel model, TimeSpan patience)
    {
        RunningModel before = _model;
        _model = model;
        _times.Forget();
        _desk.Answers.Forget();
        return before.Retire(patience);
    }

    private void Run()
    {
        while (_desk.NextTurn() is { } open)
        {
            if (TryInspect(open))
                _pauses.Reset();
            else
                _desk.Rest(_pauses.Next());
        }
    }

    private bool TryInspect(OpenTrigger open)
    {
        try
        {
            return Inspect(open);
        }
#pragma warning disable CA1031 // The boundary of a station: whatever it is, the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Failed(fault);
            return false;
        }
        finally
        {
            _desk.EndTurn();
            Volatile.Write(ref _busySince, 0);
        }
    }

    /// <summary>Takes a trigger from its turn to its record. False after a fault that does not come from the model.</summary>
    private bool Inspect(OpenTrigger open)
    {
        _turn = open;
        open.TurnAt = _station.Time.GetTimestamp();
        Frame? frame = open.Trigger.Frame;
        Judged judged = default;
        bool isWell = true;
        _decided = null;
        _predictions.Clear();
        try
        {
            if (OpenTriggers.IsTooLate(open, _station.Time.GetTimestamp(), _times.Estimate))
            {
                _desk.Answers.TryAnswer(open, _desk.Why.Refused(TriggerStage.NoTime));
            }
            else
            {
                frame ??= _newest.WaitFor(open.Trigger.At + _station.ExposureDelay, open.AnswerBy, _isWanted);
                if (frame is null)
                    _desk.Answers.TryAnswer(open, _desk.Why.AtDeadline(open));
                else
                    judged = Judge(open, frame);
                if (frame is not null && open.HasBegun)
                    _pictures.After(open, frame);
            }
        }
#pragma warning disable CA1031 // The boundary of a station: whatever it is, the part gets its verdict and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            isWell = false;
            _desk.Answers.TryAnswer(open, Verdict.None(NoneReason.Model, $"the station failed: {fault.Message}"));
            Failed(fault);
        }
        // A frame that came after the part was answered had no part in the answer.
        if (frame is not null && !open.HasBegun && open.Trigger.Frame is null)
        {
            frame.Release();
            frame = null;
        }
        _desk.HandOver(open, DecidingPage(frame), judged);
        if (isWell)
            _station.Withdraw(Station.Component);
        return isWell;
    }

    /// <summary>Has the picture judged, and signals.</summary>
    private Judged Judge(OpenTrigger open, Frame frame)
    {
        long begunAt = _station.Time.GetTimestamp();
        if (!_desk.TryBegin(open, frame, begunAt))
            return default;
        Volatile.Write(ref _busySince, begunAt);
        if (_pictures.Refuse(open, frame, out _decided) is { } refused)
        {
            _desk.Answers.TryAnswer(open, Verdict.None(NoneReason.Picture, refused));
            return default;
        }
        Mark?.Begin();
        _isInModel = true;
        Verdict verdict = Predict(frame, open.AnswerBy, out PredictionTiming timing);
        _isInModel = false;
        Mark?.End();
        long readyAt = _station.Time.GetTimestamp();
        bool isSignalled = _desk.Answers.TryAnswer(open, verdict) && open.Answer.Verdict.Kind == verdict.Kind;
        _times.Add(_station.Time.GetTimestamp() - begunAt);
        LateResult? late = null;
        if (!isSignalled && verdict.Kind != VerdictKind.None)
        {
            _station.Counters.CountLate();
            late = new LateResult(verdict, _station.Time.GetElapsedTime(open.Trigger.At, readyAt));
        }
        return new Judged(timing, late, _predictions, _ran);
    }

    private Verdict Predict(Frame frame, long deadline, out PredictionTiming timing)
    {
        try
        {
            Verdict verdict;
            RunningModel model;
            do
                model = _model;
            while (!model.TryJudge(frame, deadline, _predictions, out timing, out verdict, out _decided));
            _ran = model;
            _station.Withdraw(Station.ModelComponent);
            return verdict;
        }
#pragma warning disable CA1031 // The boundary of the model: whatever the engine throws, the part gets its verdict and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            timing = default;
            _predictions.Clear();
            _modelFaults.Report(fault.Message);
            _station.Complain(StationWordings.ModelFailed.Of(fault.Message));
            return Verdict.None(NoneReason.Model, fault.Message);
        }
    }

    /// <summary>The page that decided: of several pages the record keeps that one.</summary>
    private Frame? DecidingPage(Frame? frame)
    {
        if (frame is null || _decided is not { } page || ReferenceEquals(page, frame))
            return frame;
        page.AddReference();
        frame.Release();
        return page;
    }

    private void Failed(Exception fault)
    {
        _station.Complain(StationWordings.Failed.Of(fault.Message));
        _station.Faults.Report($"{fault.GetType().Name}: {fault.Message}");
    }
}
