using EdgeInspector.Foundation.Text;
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
/// Four kinds of thread meet here, and each has its type: the capture thread calls <see cref="FrameIntake"/>; a thread that has a trigger
/// calls <see cref="TriggerDesk"/>; the station's own thread is <see cref="StationWorker"/>, which does everything between the queue and
/// the signal; the watch is <see cref="StationWatch"/>, which answers a trigger that is still open when its time is up.
/// </remarks>
public sealed class Station : IFrameSink, IDisposable
{
    /// <summary>Under this name a station complains that it failed or is lost.</summary>
    public const string Component = "station";

    /// <summary>Under this name a station complains that its model can't be run.</summary>
    public const string ModelComponent = "model";

    /// <summary>Under this name a station's camera complains that there is no picture.</summary>
    public const string CameraComponent = "camera";

    /// <summary>Under this name a station complains of a frozen picture.</summary>
    public const string PictureComponent = "picture";

    /// <summary>Under this name a station complains of black and white pictures.</summary>
    public const string LightComponent = "light";

    /// <summary>Under this name a station complains of pictures that are out of focus.</summary>
    public const string FocusComponent = "focus";

    /// <summary>Under this name a station complains that its verdicts come too late.</summary>
    public const string DeadlineComponent = "deadline";

    /// <summary>Under this name a station complains that too many of the last parts got no verdict, whatever the reason.</summary>
    public const string ShareComponent = "verdicts";

    /// <summary>Under this name a station complains that counts don't agree.</summary>
    public const string ReconciliationComponent = "reconciliation";

    /// <summary>Under this name a station complains of a storm of rejects.</summary>
    public const string StormComponent = "storm";

    /// <summary>Under this name a station complains of challenge parts that fared wrong, or did not come.</summary>
    public const string ChallengeComponent = "challenge";

    /// <summary>Under this name a station says that it is paused.</summary>
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

    /// <summary>Counts what the station has done since the start.</summary>
    public StationCounters Counters => _context.Counters;

    /// <summary>What pictures of good parts look like at this station. May be changed at any time, from any thread.</summary>
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

    /// <summary>Why the station is paused, in a sentence; null while the station is not paused.</summary>
    public string? PausedBecause => _condition.PausedBecause;

    /// <summary>True while there is a storm of rejects.</summary>
    public bool IsInStorm => _desk.Answers.IsInStorm;

    /// <summary>
    /// How long the station has been lost: its thread has not come back from the model (or from handing over a signal or record). Null
    /// while the station is not lost.
    /// </summary>
    public TimeSpan? LostFor => _watch.LostFor;

    /// <summary>True when the station has been lost for so long that its settings give up hope.</summary>
    public bool IsBeyondHope => LostFor >= HungAfter;

    /// <summary>A thread that does not come back for so long hangs; at least the deadline.</summary>
    public TimeSpan HungAfter => _context.HungAfter;

    /// <summary>True while the station's threads live and neither hangs.</summary>
    public bool MakesProgress => _worker.Thread.IsAlive && _watch.IsAlive && !_condition.IsLost;

    /// <summary>
    /// Called, on the watch's thread, when the station is lost, with the model that ran and the reason; must not block. Then the run is
    /// asked to give up.
    /// </summary>
    public Action<ModelIdentity, string>? ModelHangs
    {
        get => _watch.ModelHangs;
        set => _watch.ModelHangs = value;
    }

    /// <summary>
    /// Where runs are marked, so that the next process learns of a run in whose midst this process ended; null: runs are not marked. Set
    /// before the station starts.
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
    /// <param name="rules">The rules, resolved against the model.</param>
    /// <param name="patience">How long the run in flight is waited for.</param>
    /// <returns>False when that run has not returned: then the earlier model must not be freed.</returns>
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
    /// Blocks until a part needs its picture, at most for <paramref name="patience"/>: for cameras that are asked for each picture. Capture
    /// thread.
    /// </summary>
    public void WaitUntilFrameWanted(TimeSpan patience, CancellationToken stop) => _intake.WaitUntilWanted(patience, stop);

    /// <summary>Says that a part is here. Never blocks: a part that can't be inspected in time gets the verdict none at once.</summary>
    /// <param name="part">The part's id; null: an id is made from the start time and the trigger's number.</param>
    /// <param name="at">When the part was here, in ticks of the clock.</param>
    /// <param name="type">What kind of part it is, for its reference; null: the trigger names none.</param>
    /// <returns>False when the station takes no triggers any more; the station then does not know the part.</returns>
    public bool Fire(string? part, long at, string? type = null) => _desk.Take(part, at, type: type);

    /// <summary>Says that a part is here whose picture came along with it. Never blocks.</summary>
    /// <param name="part">The part's id; null: an id is made.</param>
    /// <param name="picture">The picture, stamped; the station takes over its reference.</param>
    /// <param name="type">What kind of part it is; null: nobody said.</param>
    /// <returns>As <see cref="Fire(string?, long, string?)"/>.</returns>
    public bool Fire(string? part, Frame picture, string? type = null) => _desk.Take(part, picture.CapturedAt, picture, type: type);

    /// <summary>
    /// Says that a part is here whose picture can't be looked at: the part gets <c>none</c> at once, with the fail-safe action.
    /// </summary>
    /// <param name="part">The part's id.</param>
    /// <param name="why">Why the picture can't be looked at, for the event.</param>
    /// <returns>As <see cref="Fire(string?, long, string?)"/>.</returns>
    public bool FireUnseen(string part, string why) => _desk.Take(part, _context.Time.GetTimestamp(), unseen: why);

    /// <summary>Takes the PLC's own count of parts, to be held against the triggers.</summary>
    public void ReportParts(long count) => _reconciliation.Report(count);

    /// <summary>
    /// From the next trigger on each part gets <c>none</c> with the reason <c>paused</c> at once; triggers accepted before get their
    /// verdicts. A source that may wait is held up. Any thread; also before <see cref="Start"/>.
    /// </summary>
    /// <param name="because">Who paused it and why; for <c>state</c> and events.</param>
    public void Pause(Said because)
    {
        _condition.PausedBecause = because.Text;
        _context.Complain(because);
    }

    /// <summary>Inspects again, from the next trigger on. Any thread.</summary>
    public void Resume()
    {
        _condition.PausedBecause = null;
        _context.Withdraw(PauseComponent);
        _desk.Parts.Wake();
    }

    /// <summary>
    /// Ends a storm, because somebody has looked: rejects are counted anew, and the gate is told of rejects as such again. Any thread.
    /// </summary>
    /// <param name="by">Who has looked.</param>
    /// <param name="why">Why the storm is over.</param>
    /// <returns>False when there was no storm.</returns>
    public bool EndStorm(string by, string why) => _desk.Answers.EndStorm(by, why);

    /// <summary>Goes on with a storm of rejects that was there when the agent ended. Called before <see cref="Start"/>.</summary>
    /// <param name="why">What was said of the storm, in sentences.</param>
    /// <returns>False where the settings do not stop the line at a storm any more.</returns>
    public bool TakeUpStorm(string why) => _desk.Answers.TakeUpStorm(why);

    /// <summary>Waits until no trigger is waiting or in work.</summary>
    /// <returns>False when the station stopped or the wait was cancelled first.</returns>
    public bool WaitUntilIdle(CancellationToken stop) => _desk.Parts.WaitUntilNone(evenWhilePaused: true, stop);

    /// <summary>Answers every trigger whose deadline has come, as the watch does.</summary>
    internal void AnswerDue() => _desk.AnswerDue();

    /// <summary>Declares the station lost when its thread does not come back, and found when the thread does, as the watch does.</summary>
    internal void LookForHang() => _watch.LookForHang();

    /// <summary>
    /// No new triggers are accepted; accepted triggers get their verdicts, or none at their deadline. Returns when the last trigger is
    /// answered; triggers that are still open after <paramref name="patience"/> get <c>none</c>. Later calls only say how the first call
    /// ended.
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
        // Triggers that still wait get their none now, while a none can still be signalled and recorded.
        _desk.AnswerAll(WhyNone.Stopping);
        ended = ended || thread.Join(LastWait);
        if (!ended)
            _desk.AbandonHungPart();
        _watch.End();
        return ended;
    }

    /// <summary>Stops the station, if that has not happened, and releases the last frame.</summary>
    public void Dispose()
    {
        Stop(TimeSpan.FromSeconds(5));
        _newest.Dispose();
        _intake.Close();
    }

    private void ComplainOfChallenges(Said? wrong)
    {
        if (wrong is null)
            _context.Withdraw(ChallengeComponent);
        else
            _context.Complain(wrong);
    }
}
