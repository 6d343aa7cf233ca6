namespace EdgeInspector.Inspection.Stations;

/// <summary>Counts what a station did since the process started. Thread-safe; shown in <c>state</c>.</summary>
public sealed class StationCounters
{
    private long _triggers, _pass, _reject, _review, _none, _frames, _framesSkipped, _signalsSent, _signalsExpired, _signalsNotConnected;
    private long _eventsPublished, _eventsDropped, _imagesPublished, _imagesDropped;
    private long _late, _parts, _framesIdle;
    private long _challenges;
    private long _eventsRefused, _imagesRefused, _answersRefused;

    /// <summary>Triggers accepted; always the sum of the four verdicts plus those still in flight.</summary>
    public long Triggers => Interlocked.Read(ref _triggers);

    /// <summary>Verdicts <c>pass</c>.</summary>
    public long Pass => Interlocked.Read(ref _pass);

    /// <summary>Verdicts <c>reject</c>.</summary>
    public long Reject => Interlocked.Read(ref _reject);

    /// <summary>Verdicts <c>review</c>.</summary>
    public long Review => Interlocked.Read(ref _review);

    /// <summary>Verdicts <c>none</c>.</summary>
    public long None => Interlocked.Read(ref _none);

    /// <summary>Frames that came from the camera.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Frames that a newer one replaced before anybody asked for them.</summary>
    public long FramesSkipped => Interlocked.Read(ref _framesSkipped);

    /// <summary>Frames that showed nothing to inspect, by the condition in <c>Trigger:When</c>, and made no trigger.</summary>
    public long FramesIdle => Interlocked.Read(ref _framesIdle);

    /// <summary>Signals handed to the network in time.</summary>
    public long SignalsSent => Interlocked.Read(ref _signalsSent);

    /// <summary>Signals dropped because they had become worthless by then.</summary>
    public long SignalsExpired => Interlocked.Read(ref _signalsExpired);

    /// <summary>Signals dropped because there was no connection.</summary>
    public long SignalsNotConnected => Interlocked.Read(ref _signalsNotConnected);

    /// <summary>Events that the broker acknowledged.</summary>
    public long EventsPublished => Interlocked.Read(ref _eventsPublished);

    /// <summary>Events given up because their queue was full.</summary>
    public long EventsDropped => Interlocked.Read(ref _eventsDropped);

    /// <summary>Images that the broker acknowledged.</summary>
    public long ImagesPublished => Interlocked.Read(ref _imagesPublished);

    /// <summary>
    /// Images given up: a queue was full, the disk refused them, the spool needed the room before the broker took them, or they could not
    /// be sent.
    /// </summary>
    public long ImagesDropped => Interlocked.Read(ref _imagesDropped);

    /// <summary>Events that the broker did not take, and that were set aside on disk.</summary>
    public long EventsRefused => Interlocked.Read(ref _eventsRefused);

    /// <summary>Images that the broker did not take, however small, and that were set aside on disk.</summary>
    public long ImagesRefused => Interlocked.Read(ref _imagesRefused);

    /// <summary>
    /// Commands that were not obeyed because their answer was asked for at a topic, or with data, that the agent does not answer.
    /// </summary>
    public long AnswersRefused => Interlocked.Read(ref _answersRefused);

    /// <summary>Verdicts that were ready only after the <c>none</c> of their part had gone out; recorded, never signalled.</summary>
    public long Late => Interlocked.Read(ref _late);

    /// <summary>Parts that the PLC counted since its first report; 0 when it reports none.</summary>
    public long Parts => Interlocked.Read(ref _parts);

    /// <summary>Challenge parts: no other counter has these triggers, their verdicts or their signals.</summary>
    public long Challenges => Interlocked.Read(ref _challenges);

    public void CountChallenge() => Interlocked.Increment(ref _challenges);

    public void CountTrigger() => Interlocked.Increment(ref _triggers);

    public void CountFrame() => Interlocked.Increment(ref _frames);

    public void CountFrameSkipped() => Interlocked.Increment(ref _framesSkipped);

    public void CountFrameIdle() => Interlocked.Increment(ref _framesIdle);

    public void CountEventPublished() => Interlocked.Increment(ref _eventsPublished);

    public void CountEventDropped() => Interlocked.Increment(ref _eventsDropped);

    public void CountImagePublished() => Interlocked.Increment(ref _imagesPublished);

    public void CountImageDropped() => Interlocked.Increment(ref _imagesDropped);

    public void CountEventRefused() => Interlocked.Increment(ref _eventsRefused);

    public void CountImageRefused() => Interlocked.Increment(ref _imagesRefused);

    public void CountAnswerRefused() => Interlocked.Increment(ref _answersRefused);

    public void SetParts(long parts) => Interlocked.Exchange(ref _parts, parts);

    public void CountLate() => Interlocked.Increment(ref _late);

    public void Count(Verdicts.VerdictKind verdict)
    {
        _ = verdict switch
        {
            Verdicts.VerdictKind.Pass => Interlocked.Increment(ref _pass),
            Verdicts.VerdictKind.Reject => Interlocked.Increment(ref _reject),
            Verdicts.VerdictKind.Review => Interlocked.Increment(ref _review),
            _ => Interlocked.Increment(ref _none),
        };
    }

    public void Count(Verdicts.SignalOutcome outcome)
    {
        _ = outcome switch
        {
            Verdicts.SignalOutcome.Sent => Interlocked.Increment(ref _signalsSent),
            Verdicts.SignalOutcome.Expired => Interlocked.Increment(ref _signalsExpired),
            _ => Interlocked.Increment(ref _signalsNotConnected),
        };
    }
}
