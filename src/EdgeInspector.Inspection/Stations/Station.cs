using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// One camera view with its trigger, model and rules: takes triggers in order, finds each one's picture, judges it, signals, and hands the
/// record on.
/// </summary>
/// <remarks>
/// Four kinds of thread meet here, and each has its type: the capture thread calls <see cref="FrameIntake"/>; whoever has a trigger calls
/// <see cref="TriggerDesk"/>; the station's own thread is <see cref="StationWorker"/>, which does everything between the queue
/// and the signal; the watch is <see cref="StationWatch"/>, which answers what is still open when its time is up.
/// </remarks>
public sealed class Station : IFrameSink, IDisposable
{
    /// <summary>Under this name a station complains that it failed or is lost.</summary>
    public const string Component = "station";

    /// <summary>Under this name it complains that its model can't be run.</summary>
    public const string ModelComponent = "model";

    /// <summary>Under this name its camera complains that there is no picture.</summary>
    public const string CameraComponent = "camera";

    /// <summary>Under this name it complains of a frozen picture.</summary>
    public const string PictureComponent = "picture";

    /// <summary>Under this name it complains of black and white pictures.</summary>
    public const string LightComponent = "light";

    /// <summary>Under this name it complains of pictures that are out of focus.</summary>
    public const string FocusComponent = "focus";

    /// <summary>Under this name it complains that its verdicts come too late.</summary>
    public const string DeadlineComponent = "deadline";

    /// <summary>Under this name it complains that too many of the last parts got no verdict, whatever the reason.</summary>
    public const string ShareComponent = "verdicts";

    /// <summary>Under this name it complains that counts don't agree.</summary>
    public const string ReconciliationComponent = "reconciliation";

    /// <summary>Under this name it complains of a storm of rejects.</summary>
    public const string StormComponent = "storm";

    /// <summary>Under this name it complains of challenge parts that fared wrong, or did not come.</summary>
    public const string ChallengeComponent = "challenge";

    /// <summary>Under this name it says that it is paused.</summary>
    public const string PauseComponent = "pause";

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ChallengesEvery = TimeSpan.FromSeconds(10);

    private readonly StationContext _context;
    private readonly StationCondition _condition = new();
    private readonly Reconciliation _reconciliation;
    private readonly NewestFrame _newest;
    private readonly FrameIntake _intake;
    private readonly TriggerDesk _desk;
    private readonly StationWorker _worker;
    private readonly StationWatch _watch;
    private ITimer? _interval;
    private ITimer? _challengesDue;
    private int _stopped;

    /// <param name="scope">What the station shares with its camera and its link to the broker.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="rules">The rules, resolved against the model.</param>
    /// <param name="generation">The model that runs at first; the caller keeps ownership and disposes it after the station, or after <see
    /// cref="Use"/>.</param>
    /// <param name="outputs">Where signals go, and after them the records.</param>
    /// <param name="emptyConveyor">For part presence and the condition Occupied: a picture of the empty conveyor, only read here.</param>
    public Station(
        StationScope scope,
        StationOptions options,
        RuleSet rules,
        IGeneration generation,
        StationOutputs outputs,
        Frame? emptyConveyor = null)
    {
        (string name, StationHealth health, StationCounters counters, TimeProvider time, _) = scope;
        _context = new StationContext(scope, options);
        var times = new InspectionTimes();
        var pace = new CameraPace(_context.Ticks(LongestPace));
        _reconciliation = new Reconciliation(options.Reconciliation, counters, time);
        _newest = new NewestFrame(time, counters.CountFrameSkipped);
        References = new StationReferences(name, options.Picture.Reference, health, time);
        Challenges = new ChallengeDesk(options.Challenge, ComplainOfChallenges, time);
        _desk = new TriggerDesk(_context, _condition, outputs, times, pace, Challenges) { AnsweredInTurn = _newest.Wake };
        var pictures = new PartPictures(_context, _condition, References, _desk.Storm);
        _worker = new StationWorker(_context, _desk, _newest, times, pictures, new RunningModel(generation, rules));
        _watch = new StationWatch(_context, _condition, _desk, _worker, _reconciliation);
        _intake = new FrameIntake(_context, _condition, _desk, _newest, pace, emptyConveyor);
    }

    /// <summary>The station's name.</summary>
    public string Name => _context.Name;

    /// <summary>What is wrong at the moment.</summary>
    public StationHealth Health => _context.Health;

    /// <summary>What was done since the start.</summary>
    public StationCounters Counters => _context.Counters;

    /// <summary>What pictures of good parts look like here. May be changed at any time, from any thread.</summary>
    public StationReferences References { get; }

    /// <summary>Which parts are challenge parts, and how they fared.</summary>
    public ChallengeDesk Challenges { get; }

    /// <summary>The model in use.</summary>
    public ModelIdentity Model => _worker.Model.Identity;

    /// <summary>The rules in use. A new set takes over with the next part.</summary>
    public RuleSet Rules
    {
        get => _worker.Model.Rules;
        set => _worker.Model.Rules = value;
    }

    /// <summary>Why the station is paused, in a sentence; null while it is not.</summary>
    public string? PausedBecause => _condition.PausedBecause;

    /// <summary>True while there is a storm of rejects.</summary>
    public bool IsInStorm => _desk.Answers.IsInStorm;

    /// <summary>
    /// How long the station has been lost: its thread has not come back from the model (or from handing over a signal
    /// or record). Null while it has not.
    /// </summary>
    public TimeSpan? LostFor => _watch.LostFor;

    /// <summary>How long the station has gone on being lost beyond hope, as its settings see it.</summary>
    public bool IsBeyondHope => LostFor >= HungAfter;

    /// <summary>What does not come back for so long hangs; at least the deadline.</summary>
    public TimeSpan HungAfter => _context.HungAfter;

    /// <summary>True while the station's threads live and neither hangs.</summary>
    public bool MakesProgress => _worker.Thread.IsAlive && _watch.IsAlive && !_condition.IsLost;

    /// <summary>
    /// Told, on the watch's thread, when the station is lost, with the model that ran and why; must not block. The run is then asked to
    /// give up.
    /// </summary>
    public Action<ModelIdentity, string>? ModelHangs
    {
        get => _watch.ModelHangs;
        set => _watch.ModelHangs = value;
    }

    /// <summary>
    /// Where runs are marked, for the next process to know of one in whose midst this one ended; null: nowhere. Set before the station
    /// starts.
    /// </summary>
    public RunMark? Mark
    {
        get => _worker.Mark;
        set => _worker.Mark = value;
    }

    /// <summary>
    /// Raised with the record of each part after its signal and right before the record is handed on, on the station's threads; must not
    /// block, and must not keep the picture.
    /// </summary>
    public event Action<InspectedPart>? Inspected
    {
        add => _desk.Records.Inspected += value;
        remove => _desk.Records.Inspected -= value;
    }

    /// <summary>Raised when a storm began or ended, on the thread on which it did; must not block.</summary>
    public event Action<StormNews>? StormChanged
    {
        add => _desk.Storm.Changed += value;
        remove => _desk.Storm.Changed -= value;
    }

    /// <summary>
    /// Lets another model take over with the next part; a run in flight ends on the one before. Set rules and models from one thread at a
    /// time.
    /// </summary>
    /// <param name="generation">Loaded and warm; the caller keeps ownership.</param>
    /// <param name="rules">The rules, resolved against it.</param>
    /// <param name="patience">How long the run in flight is waited for.</param>
    /// <returns>False when that run has not returned: then the model before must not be freed.</returns>
    public bool Use(IGeneration generation, RuleSet rules, TimeSpan patience) => _worker.Use(new RunningModel(generation, rules), patience);

    /// <summary>Starts the station's threads, and the clock if the clock is the trigger.</summary>
    public void Start()
    {
        _watch.Start();
        _worker.Thread.Start();
        if (Challenges.Asks)
            _challengesDue = _context.Time.CreateTimer(_ => Challenges.TellIfDue(), null, TimeSpan.Zero, ChallengesEvery);
        TriggerOptions trigger = _context.Options.Trigger;
        if (trigger.Kind == TriggerKind.Interval)
            _interval = _context.Time.CreateTimer(_ => _intake.Tick(), null, trigger.Interval, trigger.Interval);
    }

    /// <inheritdoc />
    public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop) => _intake.Needs(picture, mayWait, stop);

    /// <inheritdoc />
    public void Accept(Frame frame, bool mayWait, CancellationToken stop) => _intake.Accept(frame, mayWait, stop);

    /// <summary>
    /// Blocks until a part needs its picture, at most for a time: for cameras that are asked for each picture. Capture thread.
    /// </summary>
    public void WaitUntilFrameWanted(TimeSpan patience, CancellationToken stop) => _intake.WaitUntilWanted(patience, stop);

    /// <summary>Says that a part is here. Never blocks: what can't be inspected in time yields the verdict none at once.</summary>
    /// <param name="part">The part's id; null for one made up from the start time and the trigger's number.</param>
    /// <param name="at">When the part was here, in ticks of the clock.</param>
    /// <param name="type">What kind of part it is, for its reference; null: the trigger names none.</param>
    /// <returns>False when the station takes no triggers any more; it then knows nothing of the part.</returns>
    public bool Fire(string? part, long at, string? type = null) => _desk.Take(part, at, type: type);

    /// <summary>
    /// Says that a part is here whose picture can't be looked at: it gets <c>none</c> at once, with the fail-safe action.
    /// </summary>
    /// <param name="part">The part's id.</param>
    /// <param name="why">Why it can't be looked at, for the event.</param>
    /// <returns>As <see cref="Fire(string?, long, string?)"/>.</returns>
    public bool FireUnseen(string part, string why) => _desk.Take(part, _context.Time.GetTimestamp(), unseen: why);

    /// <summary>Takes the PLC's own count of parts, to be held against the triggers.</summary>
    public void ReportParts(long count) => _reconciliation.Report(count);

    /// <summary>
    /// From the next trigger on each part gets <c>none</c> with the reason <c>paused</c> at once; those accepted before get their verdicts.
    /// A source that may wait is held up. Any thread; also before <see cref="Start"/>.
    /// </summary>
    /// <param name="because">Who paused it and why, in a sentence; for <c>state</c> and events.</param>
    public void Pause(string because)
    {
        _condition.PausedBecause = because;
        _context.Complain(PauseComponent, because);
    }

    /// <summary>Inspects again, from the next trigger on. Any thread.</summary>
    public void Resume()
    {
        _condition.PausedBecause = null;
        _context.Withdraw(PauseComponent);
        _desk.Parts.Wake();
    }

    /// <summary>Somebody has looked: rejects are counted anew, and the gate is told of rejects as such again. Any thread.</summary>
    /// <param name="by">Who.</param>
    /// <param name="why">Why.</param>
    /// <returns>False when there was no storm.</returns>
    public bool EndStorm(string by, string why) => _desk.Answers.EndStorm(by, why);

    /// <summary>Goes on with a storm of rejects that was there when the agent ended. Called before <see cref="Start"/>.</summary>
    /// <param name="why">What was said of it, in sentences.</param>
    /// <returns>False where the settings stop at none any more.</returns>
    public bool TakeUpStorm(string why) => _desk.Answers.TakeUpStorm(why);

    /// <summary>Waits until no trigger is waiting or in work.</summary>
    /// <returns>False when the station stopped or the wait was cancelled first.</returns>
    public bool WaitUntilIdle(CancellationToken stop) => _desk.Parts.WaitUntilNone(evenWhilePaused: true, stop);

    /// <summary>Answers every trigger whose deadline has come; what the watch does.</summary>
    internal void AnswerDue() => _desk.AnswerDue();

    /// <summary>Declares the station lost when its thread does not come back, and found when it does; what the watch does.</summary>
    internal void LookForHang() => _watch.LookForHang();

    /// <summary>
    /// No new triggers; those accepted get their verdicts, or none at their deadline. Returns when the last one has its own; those that
    /// after <paramref name="patience"/> are still open get <c>none</c>. Later calls only say how the first one ended.
    /// </summary>
    /// <returns>False when the station's thread did not end in time: then the model may still be at work, and must not be freed.</returns>
    public bool Stop(TimeSpan patience)
    {
        Thread thread = _worker.Thread;
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return !thread.IsAlive;
        _condition.IsStopping = true;
        _interval?.Dispose();
        _challengesDue?.Dispose();
        _desk.Close();
        bool ended = !thread.IsAlive || thread.Join(patience);
        // Those that still wait get their none now, while it can still be signalled and recorded.
        _desk.AnswerAll(WhyNone.Stopping);
        ended = ended || thread.Join(LastWait);
        if (!ended)
            _desk.TakeOver();
        _watch.End();
        return ended;
    }

    /// <summary>Stops, if that has not happened, and releases the last frame.</summary>
    public void Dispose()
    {
        Stop(TimeSpan.FromSeconds(5));
        _newest.Dispose();
        _intake.Close();
    }

    private void ComplainOfChallenges(string? reason)
    {
        if (reason is null)
            _context.Withdraw(ChallengeComponent);
        else
            _context.Complain(ChallengeComponent, reason);
    }
}
