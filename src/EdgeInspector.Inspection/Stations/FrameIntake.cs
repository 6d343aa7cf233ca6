using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Triggers;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Where frames come in: makes triggers of frames that are parts or show one, and keeps the newest frame for triggers that come from
/// elsewhere. Runs on the capture thread, but for <see cref="Tick"/>.
/// </summary>
/// <remarks>
/// Where <see cref="TriggerOptions.When"/> asks for it, a free-running camera's picture is looked at before it is copied: an idle frame,
/// which shows nothing to inspect, is no trigger. A frame is idle only on evidence. A frozen picture shows nothing, and a camera that gives
/// no pictures answers no question: the trigger is then made as without a condition, and gets its <c>none</c>.
/// </remarks>
internal sealed partial class FrameIntake : IFrameSink
{
    /// <summary>What is to become of a frame.</summary>
    private enum Use
    {
        /// <summary>The frame was not looked at yet.</summary>
        Unknown,

        /// <summary>The frame makes a trigger.</summary>
        Part,

        /// <summary>The frame makes no trigger, but a trigger that was made before waits for a frame.</summary>
        Newest,

        /// <summary>Nobody needs the frame.</summary>
        Unneeded,
    }

    private readonly StationContext _station;
    private readonly StationCondition _condition;
    private readonly TriggerDesk _desk;
    private readonly NewestFrame _newest;
    private readonly CameraPace _pace;
    private readonly TriggerOptions _trigger;
    private readonly FrozenPicture? _frozen;
    private readonly PresenceDetector? _presence;

    // Null where every frame or tick is a trigger.
    private readonly IdleFrames? _idleFrames;
    private readonly TickQuestion? _question;

    // Use of the picture that was looked at and is now being copied.
    private Use _use;

    /// <param name="station">The station.</param>
    /// <param name="condition">Told whether the camera is live, and whether its picture is frozen.</param>
    /// <param name="desk">Takes triggers.</param>
    /// <param name="newest">Takes frames that make no trigger.</param>
    /// <param name="pace">Told when pictures come.</param>
    /// <param name="emptyConveyor">A picture of the empty conveyor, only read here; null: there is none.</param>
    public FrameIntake(
        StationContext station, StationCondition condition, TriggerDesk desk, NewestFrame newest, CameraPace pace, Frame? emptyConveyor)
    {
        (_station, _condition, _desk, _newest, _pace, _trigger) = (station, condition, desk, newest, pace, station.Options.Trigger);
        if (station.Options.Picture.FrozenAfter is > 0 and var repeats)
            _frozen = new FrozenPicture(repeats);
        if (_trigger.Kind == TriggerKind.Presence)
            _presence = new PresenceDetector(_trigger.Presence, station.Time, emptyConveyor);
        if (_trigger.When != TriggerCondition.Always)
            _idleFrames = new IdleFrames(_trigger, station.Time, emptyConveyor);
        if (_idleFrames is not null && _trigger.Kind == TriggerKind.Interval)
            _question = new TickQuestion(station.Deadline);
    }

    /// <inheritdoc />
    public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        if (_idleFrames is null)
            return true;
        NotePace(picture.CapturedAt, mayWait);
        _use = Decide(picture, mayWait, stop);
        return _use != Use.Unneeded;
    }

    /// <inheritdoc />
    public void Accept(Frame frame, bool mayWait, CancellationToken stop)
    {
        if (_idleFrames is not null)
        {
            AcceptUnlessIdle(frame, mayWait, stop);
            return;
        }
        NotePace(frame.CapturedAt, mayWait);
        _condition.IsLive = !mayWait;
        if (!mayWait && IsFrozen(frame.View))
        {
            TakeFrozen(frame);
            return;
        }
        bool isPart = _trigger.Kind switch
        {
            TriggerKind.EveryFrame => true,
            TriggerKind.Presence => _presence!.Arrives(frame),
            _ => false,
        };
        if (isPart)
            FireFor(frame, mayWait, stop);
        else if (mayWait && _trigger.Kind is TriggerKind.Mqtt or TriggerKind.Interval)
            _newest.PutOnDemand(frame, stop);
        else
            _newest.Put(frame);
    }

    /// <summary>
    /// Blocks until a part needs its picture, at most for <paramref name="patience"/>: for cameras that are asked for each picture.
    /// </summary>
    public void WaitUntilWanted(TimeSpan patience, CancellationToken stop)
    {
        _pace.IsAsked = true;
        _newest.WaitUntilWanted(patience, stop);
    }

    /// <summary>A tick of the clock: a part is here, or the next frame is asked whether one is. Timer's thread.</summary>
    public void Tick()
    {
        long now = _station.Time.GetTimestamp();
        if (_question?.TryAsk(now) != true)
            _desk.Take(null, now);
    }

    /// <summary>Ends the questions: ticks ask nothing any more.</summary>
    public void Close() => _question?.Close();

    // For files the time between two pictures says nothing.
    private void NotePace(long capturedAt, bool mayWait)
    {
        if (!mayWait)
            _pace.Note(capturedAt, _station.Time.GetTimestamp());
    }

    private bool IsFrozen(in FrameView picture)
    {
        bool isFrozen = _frozen?.Shows(picture) == true;
        if (isFrozen == _condition.IsFrozen)
            return isFrozen;
        _condition.IsFrozen = isFrozen;
        if (isFrozen)
        {
            _station.Complain(StationWordings.Frozen.Of());
        }
        else
        {
            _station.Withdraw(Station.PictureComponent);
        }
        return isFrozen;
    }

    /// <summary>
    /// A frozen picture shows no part, and is never inspected. Where each frame is a part, the part gets its trigger all the same.
    /// </summary>
    private void TakeFrozen(Frame frame)
    {
        if (_trigger.Kind == TriggerKind.EveryFrame)
        {
            _desk.Take(frame.Label, frame.CapturedAt, frame);
            return;
        }
        frame.Release();
        _station.Counters.CountFrameSkipped();
    }

    /// <summary>Makes a trigger of a frame that shows a part, or that is one.</summary>
    private void FireFor(Frame frame, bool mayWait, CancellationToken stop)
    {
        if (mayWait)
        {
            if (!_desk.Parts.WaitUntilNone(evenWhilePaused: false, stop))
            {
                frame.Release();
                return;
            }
            for (Frame? page = frame; page is not null; page = page.NextPage)
                page.Stamp(_station.Time.GetTimestamp(), _station.Time.GetUtcNow(), frame.Sequence, frame.Label);
        }
        string? part = _question is null ? frame.Label : null;
        long at = frame.CapturedAt;
        if (_station.ExposureDelay > 0 && !(mayWait && _question is not null))
        {
            // The picture that noticed the part is not yet the picture of the part.
            _newest.Put(frame);
            _desk.Take(part, at);
        }
        else
        {
            _desk.Take(part, at, frame);
        }
    }

    private void AcceptUnlessIdle(Frame frame, bool mayWait, CancellationToken stop)
    {
        // If a part has several pictures, the first alone is no evidence that there is nothing to inspect.
        if (frame.NextPage is not null && _question is null)
        {
            FireFor(frame, mayWait, stop);
            return;
        }
        Use use = _use == Use.Unknown ? Decide(frame.View, mayWait, stop) : _use;
        _use = Use.Unknown;
        if (use == Use.Part)
            FireFor(frame, mayWait, stop);
        else if (use == Use.Newest)
            _newest.Put(frame);
        else
            frame.Release();
    }

    private Use Decide(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        _condition.IsLive = !mayWait;
        if (mayWait && _question?.WaitForOne(stop) == false)
        {
            _station.Counters.CountFrameSkipped();
            return Use.Unneeded;
        }
        // A file counts as taken when it is let in.
        long at = mayWait ? _station.Time.GetTimestamp() : picture.CapturedAt;
        bool isFrozen = !mayWait && IsFrozen(picture);
        bool isIdle = !isFrozen && _idleFrames!.IsIdle(picture, at);
        bool isAsked = _question?.TryAnswer(at) ?? true;
        if (isAsked && !isIdle)
        {
            if (!isFrozen)
                NoteInspection(at);
            return Use.Part;
        }
        if (!isFrozen && _question is not null && _desk.Parts.Count > 0)
            return Use.Newest;
        if (isAsked)
            _station.Counters.CountFrameIdle();
        else
            _station.Counters.CountFrameSkipped();
        return Use.Unneeded;
    }

    private void NoteInspection(long at)
    {
        if (_idleFrames!.IsOverdue)
        {
            LogOverdue(
                _station.Log,
                _station.Name,
                _trigger.AtLeastEvery.TotalSeconds,
                _idleFrames.LargestDifference,
                _trigger.Presence.Difference);
        }
        _idleFrames.Inspect(at);
    }

    [LoggerMessage(
        EventId = 114,
        Level = LogLevel.Information,
        Message = "Station {Station}: for {Seconds} s no frame showed anything to inspect; one is inspected all the same "
            + "(Trigger:AtLeastEvery). The largest difference was {Difference:0.000}, Trigger:Presence:Difference is {Limit:0.000}")]
    private static partial void LogOverdue(ILogger log, string station, double seconds, float difference, double limit);
}
