using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// What a free-running camera shows is looked at before it is copied, where <see cref="TriggerOptions.When"/> asks for it: an idle frame,
/// one that shows nothing to inspect, is no trigger.
/// </summary>
/// <remarks>
/// A frame is idle only on evidence. A frozen picture shows nothing, and a camera that gives none answers no question: the trigger is then
/// made as without a condition, and gets its <c>none</c>.
/// </remarks>
public sealed partial class Station
{
    /// <summary>What is to become of a frame.</summary>
    private enum Fate
    {
        /// <summary>It was not looked at yet.</summary>
        Unknown,

        /// <summary>It makes a trigger.</summary>
        Part,

        /// <summary>It makes none, but a trigger that was made waits for a frame.</summary>
        Newest,

        /// <summary>Nobody needs it.</summary>
        Unneeded,
    }

    // Null where every frame or tick is a trigger.
    private readonly IdleFrames? _idleFrames;
    private readonly TickQuestion? _question;

    // Capture thread: of the picture that was looked at and is now being copied.
    private Fate _fate;

    /// <inheritdoc />
    public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        if (_idleFrames is null)
            return true;
        if (!mayWait)
            _pace.Note(picture.CapturedAt, _time.GetTimestamp());
        _fate = Decide(picture, mayWait, stop);
        return _fate != Fate.Unneeded;
    }

    private Fate Decide(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        _isLive = !mayWait;
        if (mayWait && _question?.WaitForOne(stop) == false)
        {
            Counters.CountFrameSkipped();
            return Fate.Unneeded;
        }
        // A file is taken when it is let in.
        long at = mayWait ? _time.GetTimestamp() : picture.CapturedAt;
        bool isFrozen = _isLive && IsFrozen(picture);
        bool isIdle = !isFrozen && _idleFrames!.IsIdle(picture, at);
        bool isAsked = _question?.TryAnswer(at) ?? true;
        if (isAsked && !isIdle)
        {
            if (!isFrozen)
                NoteInspection(at);
            return Fate.Part;
        }
        if (!isFrozen && _question is not null && Volatile.Read(ref _pending) > 0)
            return Fate.Newest;
        if (isAsked)
            Counters.CountFrameIdle();
        else
            Counters.CountFrameSkipped();
        return Fate.Unneeded;
    }

    private void NoteInspection(long at)
    {
        if (_idleFrames!.IsOverdue)
            LogOverdue(_log, Name, _options.Trigger.AtLeastEvery.TotalSeconds, _idleFrames.LargestDifference, _options.Trigger.Presence.Difference);
        _idleFrames.Inspect(at);
    }

    private void AcceptUnlessIdle(Frame frame, bool mayWait, CancellationToken stop)
    {
        // Of a part with several pictures the first alone is no evidence that there is nothing to inspect.
        if (frame.NextPage is not null && _question is null)
        {
            FireFor(frame, mayWait, stop);
            return;
        }
        Fate fate = _fate == Fate.Unknown ? Decide(frame.View, mayWait, stop) : _fate;
        _fate = Fate.Unknown;
        if (fate == Fate.Part)
            FireFor(frame, mayWait, stop);
        else if (fate == Fate.Newest)
            _newest.Put(frame);
        else
            frame.Release();
    }

    /// <summary>A tick of the clock: a part is here, or at least the question whether one is.</summary>
    private void Tick()
    {
        long now = _time.GetTimestamp();
        if (_question?.TryAsk(now) != true)
            Fire(null, now);
    }

    [LoggerMessage(
        EventId = 114,
        Level = LogLevel.Information,
        Message = "Station {Station}: for {Seconds} s no frame showed anything to inspect; one is inspected all the same (Trigger:AtLeastEvery). "
            + "The largest difference was {Difference:0.000}, Trigger:Presence:Difference is {Limit:0.000}")]
    private static partial void LogOverdue(ILogger log, string station, double seconds, float difference, double limit);
}
