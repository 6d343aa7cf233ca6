using System.Globalization;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Clocks;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// One camera view with its trigger, model and rules: takes triggers in order, finds each one's picture, judges it, signals, and hands the
/// record on.
/// </summary>
/// <remarks>
/// Four kinds of thread meet here. The capture thread calls <see cref="Accept"/>; whoever has a trigger calls <see cref="Fire(string?,
/// long, string?)"/>; the station's own thread does everything between the queue and the signal; the watch answers what is still open when its time
/// is up. <see cref="OpenTriggers"/> decides who of them answers a trigger, and who hands its record over.
/// </remarks>
public sealed partial class Station : IFrameSink, IDisposable
{
    /// <summary>Under this name a station complains that its model can't be run.</summary>
    public const string ModelComponent = "model";

    /// <summary>Under this name a station complains of a frozen picture.</summary>
    public const string PictureComponent = "picture";

    /// <summary>Under this name it complains of black and white pictures.</summary>
    public const string LightComponent = "light";

    /// <summary>Under this name it complains of pictures that are out of focus.</summary>
    public const string FocusComponent = "focus";

    private const string FrozenReason = "the picture is frozen";

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Anybody, guarded by themselves
    private readonly OpenTriggers _open;
    private readonly NewestFrame _newest;
    private readonly InspectionTimes _times = new();
    private readonly Reconciliation _reconciliation;
    private readonly Func<bool> _isIdle;
    private readonly Func<bool> _isReady;
    private readonly Lock _answering = new();
    private readonly object _turns = new();
    private readonly object _idle = new();
    private readonly string _idPrefix;
    private long _number;
    private int _pending;
    private int _stopped;
    private volatile bool _stopping;
    private volatile bool _isLive;
    private volatile bool _isFrozen;
    private volatile RunningModel _model;

    // Under _answering
    private int _lateInRow;

    // Capture thread
    private readonly PresenceDetector? _presence;
    private readonly FrozenPicture? _frozen;

    // Station thread
    private readonly Thread _thread;
    private readonly List<Prediction> _predictions = new(64);
    private readonly PictureGate _gate;
    private readonly PictureQuality _quality;
    private readonly Func<bool> _isWanted;
    private ReferenceCheck? _check;
    private OpenTrigger? _turn;
    private RunningModel? _ran;
    private Frame? _decided;

    private readonly StationOptions _options;
    private readonly ISignaller _signaller;
    private readonly IInspectedPartSink _records;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _modelFaults;
    private readonly FaultLog _faults;
    private readonly long _deadline;
    private readonly long _answerWithin;
    private readonly long _exposureDelay;
    private readonly long _hungAfter;
    private ITimer? _interval;

    /// <param name="name">The station's name in the settings.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="rules">The rules, resolved against the model.</param>
    /// <param name="generation">The model that runs at first; the caller keeps ownership and disposes it after the station, or after <see
    /// cref="Use"/>.</param>
    /// <param name="signaller">Where signals go.</param>
    /// <param name="records">Where the records go after the signal.</param>
    /// <param name="health">Where the station complains; shared with its camera and its link to the broker.</param>
    /// <param name="counters">Counts what is done; shared likewise.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The station's log.</param>
    /// <param name="emptyConveyor">For part presence and the condition Occupied: a picture of the empty conveyor, only read here.</param>
    public Station(
        string name,
        StationOptions options,
        RuleSet rules,
        IGeneration generation,
        ISignaller signaller,
        IInspectedPartSink records,
        StationHealth health,
        StationCounters counters,
        TimeProvider time,
        ILogger log,
        Frame? emptyConveyor = null)
    {
        Name = name;
        Health = health;
        Counters = counters;
        _options = options;
        _model = new RunningModel(generation, rules);
        _signaller = signaller;
        _records = records;
        _time = time;
        _log = log;
        _modelFaults = new FaultLog(log, $"Running the model of station {name}", time);
        _faults = new FaultLog(log, $"Station {name}", time);
        _reconciliation = new Reconciliation(options.Reconciliation, counters, time);
        _storm = new RejectStorm(options.RejectStorm);
        Challenges = new ChallengeDesk(options.Challenge, ComplainOfChallenges, time);
        _open = new OpenTriggers(options.Trigger.QueueLength);
        _pace = new CameraPace(Ticks(LongestPace));
        _newest = new NewestFrame(time, Counters.CountFrameSkipped);
        _deadline = Ticks(options.Deadline);
        _answerWithin = Ticks(options.Deadline - options.SignalMargin);
        _exposureDelay = Ticks(options.ExposureDelay);
        HungAfter = options.HungAfter > options.Deadline ? options.HungAfter : options.Deadline;
        _hungAfter = Ticks(HungAfter);
        _frozen = options.Picture.FrozenAfter > 0 ? new FrozenPicture(options.Picture.FrozenAfter) : null;
        _gate = new PictureGate(options.Picture);
        _quality = new PictureQuality(options.Picture);
        References = new StationReferences(name, options.Picture.Reference, health, time);
        _isIdle = () => Volatile.Read(ref _pending) == 0;
        _isReady = () => _isIdle() && _pausedBecause is null;
        _isWanted = () => _turn is { IsClaimed: false };
        _idPrefix = time.GetUtcNow().ToString("yyMMdd-HHmmss-", CultureInfo.InvariantCulture);
        if (options.Trigger.Kind == TriggerKind.Presence)
            _presence = new PresenceDetector(options.Trigger.Presence, time, emptyConveyor);
        if (options.Trigger.When != TriggerCondition.Always)
            _idleFrames = new IdleFrames(options.Trigger, time, emptyConveyor);
        if (_idleFrames is not null && options.Trigger.Kind == TriggerKind.Interval)
            _question = new TickQuestion(_deadline);
        _thread = new Thread(Run) { Name = $"station {name}", IsBackground = true };
        _watch = new Thread(Watch) { Name = $"watch {name}", IsBackground = true, Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>The station's name.</summary>
    public string Name { get; }

    /// <summary>What is wrong at the moment.</summary>
    public StationHealth Health { get; }

    /// <summary>What was done since the start.</summary>
    public StationCounters Counters { get; }

    /// <summary>What pictures of good parts look like here. May be changed at any time, from any thread.</summary>
    public StationReferences References { get; }

    /// <summary>The model in use.</summary>
    public ModelIdentity Model => _model.Identity;

    /// <summary>The rules in use. A new set takes over with the next part.</summary>
    public RuleSet Rules
    {
        get => _model.Rules;
        set => _model.Rules = value;
    }

    /// <summary>
    /// Lets another model take over with the next part; a run in flight ends on the one before. Set rules and models from one thread at a
    /// time.
    /// </summary>
    /// <param name="generation">Loaded and warm; the caller keeps ownership.</param>
    /// <param name="rules">The rules, resolved against it.</param>
    /// <param name="patience">How long the run in flight is waited for.</param>
    /// <returns>False when that run has not returned: then the model before must not be freed.</returns>
    public bool Use(IGeneration generation, RuleSet rules, TimeSpan patience)
    {
        RunningModel before = _model;
        _model = new RunningModel(generation, rules);
        _times.Forget();
        lock (_answering)
            _recent.Forget();
        return before.Retire(patience);
    }

    /// <summary>Starts the station's threads, and the clock if the clock is the trigger.</summary>
    public void Start()
    {
        _watch.Start();
        _thread.Start();
        StartChallenges();
        if (_options.Trigger.Kind == TriggerKind.Interval)
            _interval = _time.CreateTimer(_ => Tick(), null, _options.Trigger.Interval, _options.Trigger.Interval);
    }

    /// <inheritdoc />
    public void Accept(Frame frame, bool mayWait, CancellationToken stop)
    {
        if (_idleFrames is not null)
        {
            AcceptUnlessIdle(frame, mayWait, stop);
            return;
        }
        if (!mayWait)
            _pace.Note(frame.CapturedAt, _time.GetTimestamp());
        _isLive = !mayWait;
        if (_isLive && IsFrozen(frame.View))
        {
            TakeFrozen(frame);
            return;
        }
        bool isPart = _options.Trigger.Kind switch
        {
            TriggerKind.EveryFrame => true,
            TriggerKind.Presence => _presence!.Arrives(frame),
            _ => false,
        };
        if (!isPart)
        {
            if (mayWait && _options.Trigger.Kind is TriggerKind.Mqtt or TriggerKind.Interval)
                _newest.PutOnDemand(frame, stop);
            else
                _newest.Put(frame);
            return;
        }
        FireFor(frame, mayWait, stop);
    }

    /// <summary>Blocks until a part needs its picture, at most for a time: for cameras that are asked for each picture. Capture thread.</summary>
    public void WaitUntilFrameWanted(TimeSpan patience, CancellationToken stop)
    {
        _pace.IsAsked = true;
        _newest.WaitUntilWanted(patience, stop);
    }

    /// <summary>Makes a trigger of a frame that shows a part, or is one.</summary>
    private void FireFor(Frame frame, bool mayWait, CancellationToken stop)
    {
        if (mayWait)
        {
            if (!WaitUntil(_isReady, stop))
            {
                frame.Release();
                return;
            }
            for (Frame? page = frame; page is not null; page = page.NextPage)
                page.Stamp(_time.GetTimestamp(), _time.GetUtcNow(), frame.Sequence, frame.Label);
        }
        string? part = _question is null ? frame.Label : null;
        long at = frame.CapturedAt;
        if (_exposureDelay > 0 && !(mayWait && _question is not null))
        {
            // The picture that noticed the part is not yet the picture of the part.
            _newest.Put(frame);
            Fire(part, at);
        }
        else
        {
            Take(part, at, frame);
        }
    }

    private bool IsFrozen(in FrameView picture)
    {
        bool isFrozen = _frozen?.Shows(picture) == true;
        if (isFrozen == _isFrozen)
            return isFrozen;
        _isFrozen = isFrozen;
        if (isFrozen)
            Complain(PictureComponent, "The picture is frozen: the camera gives the same one again and again. Check the camera; set Picture:FrozenAfter to 0 if it may.");
        else
            Withdraw(PictureComponent);
        return isFrozen;
    }

    /// <summary>A frozen picture shows no part, and is never inspected. Where each frame is a part, there is one all the same.</summary>
    private void TakeFrozen(Frame frame)
    {
        if (_options.Trigger.Kind == TriggerKind.EveryFrame)
        {
            Take(frame.Label, frame.CapturedAt, frame);
            return;
        }
        frame.Release();
        Counters.CountFrameSkipped();
    }

    /// <summary>Says that a part is here. Never blocks: what can't be inspected in time yields the verdict none at once.</summary>
    /// <param name="part">The part's id; null for one made up from the start time and the trigger's number.</param>
    /// <param name="at">When the part was here, in ticks of the clock.</param>
    /// <param name="type">What kind of part it is, for its reference; null: the trigger names none.</param>
    /// <returns>False when the station takes no triggers any more; it then knows nothing of the part.</returns>
    public bool Fire(string? part, long at, string? type = null) => Take(part, at, null, type: type);

    /// <summary>Says that a part is here whose picture can't be looked at: it gets <c>none</c> at once, with the fail-safe action.</summary>
    /// <param name="part">The part's id.</param>
    /// <param name="why">Why it can't be looked at, for the event.</param>
    /// <returns>As <see cref="Fire(string?, long, string?)"/>.</returns>
    public bool FireUnseen(string part, string why) => Take(part, _time.GetTimestamp(), null, why);

    /// <summary>Takes the PLC's own count of parts, to be held against the triggers.</summary>
    public void ReportParts(long count) => _reconciliation.Report(count);

    private bool Take(string? part, long at, Frame? frame, string? unseen = null, string? type = null)
    {
        if (_stopping)
        {
            frame?.Release();
            return false;
        }
        long number = Interlocked.Increment(ref _number);
        Challenge challenge = Challenges.Take(part);
        CountAccepted(challenge);
        Interlocked.Increment(ref _pending);
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset atWall = WallTime.Before(now, _time.GetElapsedTime(at));
        var trigger = new Trigger(WallTime.NewId(now), number, part ?? string.Create(CultureInfo.InvariantCulture,
            $"{_idPrefix}{number:D6}"), at, atWall, frame, challenge, type);
        NoteOpen(trigger);
        OpenTrigger open = _open.Open(
            trigger, at + _answerWithin, _time.GetTimestamp(), _times.Typical, _times.Estimate, unseen is null && (frame is null || !_isFrozen));
        if (IsLost)
            Conclude(open, Verdict.None(NoneReason.Model, LostReason));
        else if (_pausedBecause is { } because)
            Conclude(open, Verdict.None(NoneReason.Paused, because));
        else if (challenge == Challenge.None && Challenges.Refusal is { } unproven)
            Conclude(open, Verdict.None(NoneReason.Challenge, unproven));
        else if (open.Stage == TriggerStage.Queued)
            Announce(open);
        else
            Conclude(open, Refusal(open.Stage, unseen));
        return true;
    }

    private void NoteOpen(Trigger trigger)
    {
        try
        {
            _records.Open(Name, trigger);
        }
#pragma warning disable CA1031 // Whatever the records have met, the part gets its verdict.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"the trigger of part {trigger.Part} could not be noted: {fault.Message}");
        }
    }

    private void NoteAnswering(Trigger trigger, in Verdict verdict, GateAction action, DateTimeOffset at)
    {
        try
        {
            _records.Answering(trigger.Id, verdict, action, at);
        }
#pragma warning disable CA1031 // Whatever the records have met, the part gets its signal.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"the verdict on part {trigger.Part} could not be noted before its signal: {fault.Message}");
        }
    }

    private void Announce(OpenTrigger open)
    {
        lock (_turns)
            Monitor.Pulse(_turns);
        WakeWatchBefore(open.Deadline);
    }

    private Verdict Refusal(TriggerStage stage, string? unseen = null) => stage switch
    {
        TriggerStage.Closed => Verdict.None(NoneReason.Paused, "the station is stopping"),
        TriggerStage.NoPicture => Verdict.None(NoneReason.Camera, unseen ?? FrozenReason),
        TriggerStage.NoRoom => Verdict.None(NoneReason.Overload, $"{_open.Capacity} triggers were waiting already"),
        _ => Verdict.None(NoneReason.Overload, string.Create(CultureInfo.InvariantCulture,
            $"with those before it, its verdict could not have come by its deadline; a part lately took up to {Milliseconds(_times.Estimate):0} ms")),
    };

    private void Run()
    {
        TimeSpan pause = FirstPause;
        while (NextTurn() is { } open)
        {
            if (TryInspect(open))
            {
                pause = FirstPause;
                continue;
            }
            Rest(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
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
            Complain(Component, $"The station failed: {fault.Message}");
            _faults.Report($"{fault.GetType().Name}: {fault.Message}");
            return false;
        }
        finally
        {
            _open.EndTurn();
            Volatile.Write(ref _busySince, 0);
        }
    }

    private OpenTrigger? NextTurn()
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

    /// <summary>After a fault of its own the station rests, so that it can't spin; the watch answers what comes meanwhile.</summary>
    private void Rest(TimeSpan pause)
    {
        long until = _time.GetTimestamp() + Ticks(pause);
        lock (_turns)
        {
            while (!_stopping && _time.GetElapsedTime(_time.GetTimestamp(), until) is { Ticks: > 0 } left)
                Monitor.Wait(_turns, WaitTime(left));
        }
    }

    /// <summary>From the trigger's turn to its record. False after a fault that is not the model's.</summary>
    private bool Inspect(OpenTrigger open)
    {
        _turn = open;
        open.TurnAt = _time.GetTimestamp();
        Frame? frame = open.Trigger.Frame;
        PredictionTiming timing = default;
        LateResult? late = null;
        bool isWell = true;
        _decided = null;
        _predictions.Clear();
        try
        {
            if (OpenTriggers.IsTooLate(open, _time.GetTimestamp(), _times.Estimate))
            {
                TryAnswer(open, Refusal(TriggerStage.NoTime));
            }
            else
            {
                frame ??= _newest.WaitFor(open.Trigger.At + _exposureDelay, open.Deadline, _isWanted);
                if (frame is null)
                    TryAnswer(open, AtDeadline(open));
                else
                    late = Judge(open, frame, out timing);
                if (frame is not null && open.HasBegun)
                {
                    NoteTrend(open, frame);
                    LookAtPicture(open.Trigger, frame);
                }
            }
        }
#pragma warning disable CA1031 // The boundary of a station: whatever it is, the part gets its verdict and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            isWell = false;
            TryAnswer(open, Verdict.None(NoneReason.Model, $"the station failed: {fault.Message}"));
            Complain(Component, $"The station failed: {fault.Message}");
            _faults.Report($"{fault.GetType().Name}: {fault.Message}");
        }
        // A frame that came when the part was answered already shows nothing of what was decided.
        if (frame is not null && !open.HasBegun && open.Trigger.Frame is null)
        {
            frame.Release();
            frame = null;
        }
        if (_open.TryHandOver(open))
            HandOver(open, DecidingPage(frame), timing, late);
        else
            frame?.Release();
        if (isWell)
            Withdraw(Component);
        return isWell;
    }

    /// <summary>Of a part with several pictures the record keeps the one that decided.</summary>
    private Frame? DecidingPage(Frame? frame)
    {
        if (frame is null || _decided is not { } page || ReferenceEquals(page, frame))
            return frame;
        page.AddReference();
        frame.Release();
        return page;
    }

    private void LookAtPicture(Trigger trigger, Frame frame)
    {
        // A challenge part may be bad, and says nothing of the line.
        if (trigger.Challenge == Challenge.None)
            References.After(trigger.Part, trigger.Type, frame, _gate, _check, _isLive);
        if (!_isLive || !_quality.Look(frame, _gate))
            return;
        Withdraw(LightComponent);
        Withdraw(FocusComponent);
        switch (_quality.Fault)
        {
            case PictureFault.Black:
                Complain(LightComponent, "The pictures of parts are black. Check the light, the exposure and whether something covers the lens.");
                break;
            case PictureFault.White:
                Complain(LightComponent, "The pictures of parts are white. Check the light and the exposure.");
                break;
            case PictureFault.OutOfFocus:
                Complain(FocusComponent, "The pictures of parts are far less sharp than after the start. Check the focus, the lens and its distance.");
                break;
        }
    }

    /// <summary>Runs the model and signals; gives the result when it came too late for that.</summary>
    private LateResult? Judge(OpenTrigger open, Frame frame, out PredictionTiming timing)
    {
        timing = default;
        long begunAt = _time.GetTimestamp();
        if (!_open.TryBegin(open, frame, begunAt))
            return null;
        Volatile.Write(ref _busySince, begunAt);
        _check = References.For(open.Trigger.Type);
        string? refused = _gate.Refuse(frame, _check, out _decided);
        open.Measures = _gate.Measures;
        if (refused is not null)
        {
            TryAnswer(open, Verdict.None(NoneReason.Picture, refused));
            return null;
        }
        Mark?.Begin();
        _isInModel = true;
        Verdict verdict = Predict(frame, open.Deadline, out timing);
        _isInModel = false;
        Mark?.End();
        long readyAt = _time.GetTimestamp();
        bool isSignalled = TryAnswer(open, verdict) && open.Answer.Verdict.Kind == verdict.Kind;
        _times.Add(_time.GetTimestamp() - begunAt);
        if (isSignalled || verdict.Kind == VerdictKind.None)
            return null;
        Counters.CountLate();
        return new LateResult(verdict, _time.GetElapsedTime(open.Trigger.At, readyAt));
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
            Withdraw(ModelComponent);
            return verdict;
        }
#pragma warning disable CA1031 // The boundary of the model: whatever the engine throws, the part gets its verdict and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            timing = default;
            _predictions.Clear();
            _modelFaults.Report(fault.Message);
            Complain(ModelComponent, fault.Message);
            return Verdict.None(NoneReason.Model, fault.Message);
        }
    }

    /// <summary>Why there is no verdict at the deadline.</summary>
    private Verdict AtDeadline(OpenTrigger open) => open switch
    {
        { HadTurn: false } => Verdict.None(NoneReason.Deadline, "the trigger waited in the queue until its deadline had passed"),
        { HasBegun: false, Trigger.Frame: null } =>
            Verdict.None(NoneReason.Camera, _isFrozen ? FrozenReason : Health.Complaints.GetValueOrDefault("camera") ?? "no frame came before the deadline"),
        _ => Verdict.None(NoneReason.Deadline, BegunLate(open) is { } late
            ? string.Create(CultureInfo.InvariantCulture, $"the model had not answered by the deadline; it got the picture only {Milliseconds(late):0} ms after the trigger")
            : "the model had not answered by the deadline"),
    };

    /// <summary>When the model began, from the trigger on, where that left it less than half of the time; in ticks.</summary>
    private long? BegunLate(OpenTrigger open) => open.BeganAt - open.Trigger.At is var after && after * 2 > _answerWithin ? after : null;

    /// <summary>Answers a trigger that was not this thread's turn, and hands its record over unless the station's thread will.</summary>
    private void Conclude(OpenTrigger open, in Verdict verdict)
    {
        if (TryAnswer(open, verdict))
            Settle(open);
    }

    private void Settle(OpenTrigger open)
    {
        if (open.HadTurn)
            _newest.Wake();
        else if (_open.TryHandOver(open))
            HandOver(open, open.Trigger.Frame, default, null);
    }

    /// <summary>
    /// Signals and counts, if nobody else did. A verdict that is too late by now becomes none. Under one lock, so that the gate is told in
    /// the order in which triggers are claimed.
    /// </summary>
    private bool TryAnswer(OpenTrigger open, Verdict verdict)
    {
        SignalOutcome outcome;
        int lateInRow;
        string? complaint;
        bool isWell;
        StormNews? storm = null;
        lock (_answering)
        {
            if (!_open.TryClaim(open))
                return false;
            if (verdict.Kind != VerdictKind.None && _time.GetTimestamp() > open.Deadline)
                verdict = AtDeadline(open);
            bool isStormChange = NoteStorm(open, verdict);
            GateAction action = _options.ActionFor(verdict.Kind);
            if (open.Trigger.Challenge == Challenge.None)
                action = _storm.ActionFor(verdict.Kind, action);
            // A none is often made only when no verdict can come any more: the fail-safe gets as long again to reach the gate.
            long deadline = open.Trigger.At + (verdict.Kind == VerdictKind.None ? 2 * _deadline : _deadline);
            DateTimeOffset at = _time.GetUtcNow();
            NoteAnswering(open.Trigger, verdict, action, at);
            outcome = Send(new Signal(open.Trigger.Part, open.Trigger.Number, verdict.Kind, action, at, deadline));
            open.Answer = new Answer(verdict, action, outcome, at, _time.GetTimestamp());
            lateInRow = verdict.Reason is NoneReason.Deadline or NoneReason.Overload ? ++_lateInRow : _lateInRow;
            if (verdict.Kind != VerdictKind.None)
                (_lateInRow, _lateAdvice) = (0, null);
            complaint = NoteAnswer(open, verdict);
            isWell = IsShareWell();
            _isShareSaid |= complaint is not null;
            if (isStormChange)
                storm = StormAfterSignal();
        }
        if (open.Trigger.Challenge == Challenge.None)
        {
            Counters.Count(outcome);
            Counters.Count(verdict.Kind);
        }
        if (storm is not null)
            TellOfStorm(storm);
        if (isWell)
            Withdraw(ShareComponent);
        if (complaint is not null)
        {
            Complain(ShareComponent, complaint);
            LogShare(_log, Name, complaint);
        }
        if (verdict.Kind != VerdictKind.None && lateInRow > 0)
            Withdraw(DeadlineComponent);
        else if (lateInRow >= LateAlarm)
            Complain(DeadlineComponent, LateReason());
        return true;
    }

    // Who listens to the health may throw; nothing here may depend on it.
    private void Complain(string component, string reason)
    {
        try
        {
            Health.Complain(component, reason);
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"telling of {component} failed: {fault.Message}");
        }
    }

    private void Withdraw(string component)
    {
        try
        {
            Health.Withdraw(component);
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"telling of {component} failed: {fault.Message}");
        }
    }

    private SignalOutcome Send(in Signal signal)
    {
        try
        {
            return _signaller.Send(signal);
        }
#pragma warning disable CA1031 // Whatever the way to the gate has met, the part gets its record and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"the signal of part {signal.Part} could not be sent: {fault.Message}");
            return SignalOutcome.NotConnected;
        }
    }

    /// <summary>
    /// Hands on the record of an answered trigger, with the frame's reference. Called once for each, after <c>TryHandOver</c>.
    /// </summary>
    private void HandOver(OpenTrigger open, Frame? frame, PredictionTiming timing, LateResult? late)
    {
        Trigger trigger = open.Trigger;
        Answer answer;
        // Whoever claimed the trigger may still be sending.
        lock (_answering)
            answer = open.Answer;
        // Only the station's own thread brings a timing, and the predictions are its own.
        bool ran = timing.Total > TimeSpan.Zero;
        InspectedPart? record = null;
        try
        {
            record = new InspectedPart
            {
                Id = trigger.Id,
                Station = Name,
                Part = trigger.Part,
                Type = trigger.Type,
                Sequence = trigger.Number,
                Challenge = trigger.Challenge,
                TriggeredAt = trigger.AtWall,
                CapturedAt = frame?.CapturedAtWall,
                VerdictAt = answer.At,
                Verdict = answer.Verdict,
                Late = late,
                Action = answer.Action,
                Signal = answer.Outcome,
                // An array and nothing around it, for there is one in each record.
                Predictions = ran ? _predictions.ToArray() : [],
                Model = ran ? _ran?.Identity : null,
                // Of several pages the last run was on the last one.
                Heat = ran && frame?.NextPage is null ? _ran?.LastHeat() : null,
                Picture = open.Measures,
                Timing = timing,
                Queued = _time.GetElapsedTime(trigger.At, Math.Max(trigger.At, TurnOf(open, answer))),
                PictureWait = PictureWait(open, answer),
                FrameToSignal = frame is null ? TimeSpan.Zero : _time.GetElapsedTime(frame.CapturedAt, answer.SentAt),
                TriggerToSignal = _time.GetElapsedTime(trigger.At, answer.SentAt),
            }.With(frame);
            Log(record);
            _records.Accept(record);
            ConcludeChallenge(trigger, answer);
        }
#pragma warning disable CA1031 // Whatever the records have met, the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (record is null)
                frame?.Release();
            record?.Dispose();
            _faults.Report($"the record of part {trigger.Part} could not be kept: {fault.Message}");
        }
        Interlocked.Decrement(ref _pending);
        lock (_idle)
            Monitor.PulseAll(_idle);
    }

    private static long TurnOf(OpenTrigger open, in Answer answer) => open.TurnAt is var at and not 0 && at < answer.SentAt ? at : answer.SentAt;

    private TimeSpan PictureWait(OpenTrigger open, in Answer answer)
    {
        if (open.Trigger.Frame is not null)
            return TimeSpan.Zero;
        long from = TurnOf(open, answer);
        long until = open.BeganAt is var at and not 0 && at < answer.SentAt ? at : answer.SentAt;
        return until > from ? _time.GetElapsedTime(from, until) : TimeSpan.Zero;
    }

    /// <summary>Waits until no trigger is waiting or in work.</summary>
    /// <returns>False when the station stopped or the wait was cancelled first.</returns>
    public bool WaitUntilIdle(CancellationToken stop) => WaitUntil(_isIdle, stop);

    private bool WaitUntil(Func<bool> isReached, CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.UnsafeRegister(
            static gate =>
            {
                lock (gate!)
                    Monitor.PulseAll(gate);
            },
            _idle);
        lock (_idle)
        {
            while (!isReached())
            {
                if (stop.IsCancellationRequested || _stopping)
                    return false;
                Monitor.Wait(_idle);
            }
        }
        return !stop.IsCancellationRequested && !_stopping;
    }

    /// <summary>
    /// No new triggers; those accepted get their verdicts, or none at their deadline. Returns when the last one has its own; those that
    /// after <paramref name="patience"/> are still open get <c>none</c>. Later calls only say how the first one ended.
    /// </summary>
    /// <returns>False when the station's thread did not end in time: then the model may still be at work, and must not be freed.</returns>
    public bool Stop(TimeSpan patience)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return !_thread.IsAlive;
        _stopping = true;
        _interval?.Dispose();
        _challengesDue?.Dispose();
        _open.Close();
        lock (_turns)
            Monitor.PulseAll(_turns);
        lock (_idle)
            Monitor.PulseAll(_idle);
        bool ended = !_thread.IsAlive || _thread.Join(patience);
        // Those that still wait get their none now, while it can still be signalled and recorded.
        AnswerAll(Verdict.None(NoneReason.Paused, "the station is stopping"));
        ended = ended || _thread.Join(LastWait);
        if (!ended)
            TakeOver();
        EndWatch();
        return ended;
    }

    /// <summary>Stops, if that has not happened, and releases the last frame.</summary>
    public void Dispose()
    {
        Stop(TimeSpan.FromSeconds(5));
        _newest.Dispose();
        _question?.Close();
    }

    private double Milliseconds(long ticks) => ticks * 1000.0 / _time.TimestampFrequency;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    // At least a millisecond, since a wait of zero would spin; rounded up, so that it is over when it is over.
    private static int WaitTime(TimeSpan left) => (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 1, 60_000);
}
