using System.Collections.Concurrent;
using System.Globalization;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// One camera view with its trigger, model and rules: takes triggers in order, finds each one's picture, judges it, signals, and hands the record on.
/// </summary>
/// <remarks>
/// Three kinds of thread meet here. The capture thread calls <see cref="Accept"/>; whoever has a trigger calls <see cref="Fire(string?, long)"/>; the station's own thread
/// does everything between the queue and the signal. A trigger that finds the queue full is concluded on the thread that brought it, hence
/// <c>_concluding</c>.
/// </remarks>
public sealed partial class Station : IFrameSink, IDisposable
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    // Anybody, guarded by themselves
    private readonly BlockingCollection<Trigger> _queue;
    private readonly NewestFrame _newest;
    private readonly Lock _concluding = new();
    private readonly object _idle = new();
    private readonly string _idPrefix;
    private long _number;
    private int _pending;
    private volatile bool _stopping;
    private volatile RuleSet _rules;

    // Capture thread
    private readonly PresenceDetector? _presence;

    // Station thread
    private readonly Thread _thread;
    private readonly List<Prediction> _predictions = new(64);

    private readonly StationOptions _options;
    private readonly IGeneration _generation;
    private readonly ISignaller _signaller;
    private readonly IInspectedPartSink _records;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _modelFaults;
    private readonly long _deadline;
    private readonly long _exposureDelay;
    private ITimer? _interval;

    /// <param name="name">The station's name in the settings.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="rules">The rules, resolved against the model.</param>
    /// <param name="generation">The model; the caller keeps ownership and disposes it after the station.</param>
    /// <param name="signaller">Where signals go.</param>
    /// <param name="records">Where the records go after the signal.</param>
    /// <param name="health">Where the station complains; shared with its camera and its link to the broker.</param>
    /// <param name="counters">Counts what is done; shared likewise.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The station's log.</param>
    /// <param name="emptyConveyor">For part presence: a picture of the empty conveyor, only read here.</param>
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
        _rules = rules;
        _generation = generation;
        _signaller = signaller;
        _records = records;
        _time = time;
        _log = log;
        _modelFaults = new FaultLog(log, $"Running the model of station {name}", time);
        _queue = new BlockingCollection<Trigger>(options.Trigger.QueueLength);
        _newest = new NewestFrame(time, Counters.CountFrameSkipped);
        _deadline = Ticks(options.Deadline);
        _exposureDelay = Ticks(options.ExposureDelay);
        _idPrefix = time.GetUtcNow().ToString("yyMMdd-HHmmss-", CultureInfo.InvariantCulture);
        if (options.Trigger.Kind == TriggerKind.Presence)
            _presence = new PresenceDetector(options.Trigger.Presence, time, emptyConveyor);
        _thread = new Thread(Run) { Name = $"station {name}", IsBackground = true };
    }

    /// <summary>The station's name.</summary>
    public string Name { get; }

    /// <summary>What is wrong at the moment.</summary>
    public StationHealth Health { get; }

    /// <summary>What was done since the start.</summary>
    public StationCounters Counters { get; }

    /// <summary>True while the thread that inspects is alive.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>The model in use.</summary>
    public ModelIdentity Model => _generation.Model;

    /// <summary>The rules in use. A new set takes over with the next part.</summary>
    public RuleSet Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>Starts the station's thread, and the clock if the clock is the trigger.</summary>
    public void Start()
    {
        _thread.Start();
        if (_options.Trigger.Kind == TriggerKind.Interval)
            _interval = _time.CreateTimer(_ => Fire(null, _time.GetTimestamp()), null, _options.Trigger.Every, _options.Trigger.Every);
    }

    /// <inheritdoc />
    public void Accept(Frame frame, bool mayWait, CancellationToken stop)
    {
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

        if (mayWait)
        {
            if (!WaitUntilIdle(stop))
            {
                frame.Release();
                return;
            }
            frame.Stamp(_time.GetTimestamp(), _time.GetUtcNow(), frame.Sequence, frame.Label);
        }
        string? part = frame.Label;
        long at = frame.CapturedAt;
        if (_exposureDelay > 0)
        {
            // The picture that noticed the part is not yet the picture of the part.
            _newest.Put(frame);
            Fire(part, at);
        }
        else
        {
            Fire(part, at, frame);
        }
    }

    /// <summary>Says that a part is here. Never blocks: a full queue yields the verdict none at once.</summary>
    /// <param name="part">The part's id; null for one made up from the start time and the trigger's number.</param>
    /// <param name="at">When the part was here, in ticks of the clock.</param>
    public void Fire(string? part, long at) => Fire(part, at, null);

    private void Fire(string? part, long at, Frame? frame)
    {
        if (_stopping)
        {
            frame?.Release();
            return;
        }
        long number = Interlocked.Increment(ref _number);
        Counters.CountTrigger();
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset atWall = now - _time.GetElapsedTime(at);
        var trigger = new Trigger(Guid.CreateVersion7(now), number, part ?? _idPrefix + number.ToString("D6", CultureInfo.InvariantCulture), at, atWall, frame);
        _records.Open(Name, trigger);
        Interlocked.Increment(ref _pending);
        if (TryEnqueue(trigger))
            return;
        Verdict none = _stopping
            ? Verdict.None(NoneReason.Paused, "the station is stopping")
            : Verdict.None(NoneReason.Overload, $"{_queue.BoundedCapacity} triggers were waiting already");
        Conclude(trigger, frame, none, default);
    }

    private bool TryEnqueue(Trigger trigger)
    {
        try
        {
            return _queue.TryAdd(trigger);
        }
        catch (InvalidOperationException)
        {
            // Stopped between the check and the call.
            return false;
        }
    }

    private void Run()
    {
        foreach (Trigger trigger in _queue.GetConsumingEnumerable())
            Inspect(trigger);
    }

    private void Inspect(Trigger trigger)
    {
        _predictions.Clear();
        PredictionTiming timing = default;
        long deadline = trigger.At + _deadline;
        Frame? frame = trigger.Frame ?? _newest.WaitFor(trigger.At + _exposureDelay, deadline);
        Verdict verdict;
        if (frame is null && _stopping && _time.GetTimestamp() < deadline)
            verdict = Verdict.None(NoneReason.Paused, "the station is stopping");
        else if (frame is null)
            verdict = Verdict.None(NoneReason.Camera, Health.Complaints.GetValueOrDefault("camera") ?? "no frame came before the deadline");
        else if (_time.GetTimestamp() > deadline)
            verdict = Verdict.None(NoneReason.Deadline, "the trigger waited in the queue until its deadline had passed");
        else
            verdict = Judge(frame, deadline, out timing);
        Conclude(trigger, frame, verdict, timing);
    }

    private Verdict Judge(Frame frame, long deadline, out PredictionTiming timing)
    {
        try
        {
            timing = _generation.Predict(frame, _predictions);
            Verdict verdict = _rules.Judge(_predictions);
            Health.Withdraw("model");
            return _time.GetTimestamp() <= deadline
                ? verdict
                : Verdict.None(NoneReason.Deadline, "the verdict was ready only after the deadline");
        }
#pragma warning disable CA1031 // The boundary of a station: whatever the engine throws, the part gets its verdict and the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            timing = default;
            _predictions.Clear();
            _modelFaults.Report(fault.Message);
            Health.Complain("model", fault.Message);
            return Verdict.None(NoneReason.Model, fault.Message);
        }
    }

    /// <summary>Signals first; then counts, logs and hands the record on.</summary>
    private void Conclude(Trigger trigger, Frame? frame, in Verdict verdict, PredictionTiming timing)
    {
        GateAction action = _options.ActionFor(verdict.Kind);
        long deadline = trigger.At + _deadline;
        // A none is often made only at the deadline, when no verdict can come any more: the fail-safe gets as long again to reach the gate.
        if (verdict.Kind == VerdictKind.None)
            deadline += _deadline;
        bool ran = timing.Total > TimeSpan.Zero;
        InspectedPart record;
        lock (_concluding)
        {
            DateTimeOffset at = _time.GetUtcNow();
            SignalOutcome outcome = _signaller.Send(new Signal(trigger.Part, trigger.Number, verdict.Kind, action, at, deadline));
            long sent = _time.GetTimestamp();
            Counters.Count(outcome);
            Counters.Count(verdict.Kind);
            record = new InspectedPart
            {
                Id = trigger.Id,
                Station = Name,
                Part = trigger.Part,
                Sequence = trigger.Number,
                TriggeredAt = trigger.AtWall,
                CapturedAt = frame?.CapturedAtWall,
                VerdictAt = at,
                Verdict = verdict,
                Action = action,
                Signal = outcome,
                // Only the station's own thread reaches a timing, and the predictions are its own.
                Predictions = ran ? [.. _predictions] : [],
                Model = ran ? _generation.Model : null,
                Timing = timing,
                FrameToSignal = frame is null ? TimeSpan.Zero : _time.GetElapsedTime(frame.CapturedAt, sent),
                TriggerToSignal = _time.GetElapsedTime(trigger.At, sent),
            }.With(frame);
        }
        Log(record);
        _records.Accept(record);
        Interlocked.Decrement(ref _pending);
        lock (_idle)
            Monitor.PulseAll(_idle);
    }

    /// <summary>Waits until no trigger is waiting or in work.</summary>
    /// <returns>False when the station stopped or the wait was cancelled first.</returns>
    public bool WaitUntilIdle(CancellationToken stop)
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
            while (Volatile.Read(ref _pending) > 0)
            {
                if (stop.IsCancellationRequested || _stopping)
                    return false;
                Monitor.Wait(_idle);
            }
        }
        return !stop.IsCancellationRequested && !_stopping;
    }

    /// <summary>
    /// No new triggers; those accepted get their verdicts. Returns when the last one has its own; those that after <paramref name="patience"/> still wait
    /// for a frame get <c>none</c>.
    /// </summary>
    /// <returns>False when the station's thread did not end in time.</returns>
    public bool Stop(TimeSpan patience)
    {
        _stopping = true;
        _interval?.Dispose();
        _queue.CompleteAdding();
        lock (_idle)
            Monitor.PulseAll(_idle);
        if (!_thread.IsAlive || _thread.Join(patience))
            return true;
        // Those that still wait for a frame get their none now, while it can still be signalled and recorded.
        _newest.Dispose();
        return _thread.Join(LastWait);
    }

    /// <summary>Stops, if that has not happened, and releases the last frame.</summary>
    public void Dispose()
    {
        bool ended = Stop(TimeSpan.FromSeconds(5));
        _newest.Dispose();
        if (ended)
            _queue.Dispose();
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
