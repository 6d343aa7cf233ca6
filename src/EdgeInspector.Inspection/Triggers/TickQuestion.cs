namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// What a tick of the clock asks the next frame: is there anything to inspect? Asked by the timer, answered by the capture thread with the
/// first frame taken at or after the tick. Ticks that come while a question is open add no question.
/// </summary>
/// <param name="patience">When a question is not answered for so long, in ticks of the clock, the camera gives no pictures.</param>
internal sealed class TickQuestion(long patience)
{
    private readonly object _gate = new();
    private long? _askedAt;
    private bool _isClosed;

    /// <summary>Asks. False when an earlier question finds no answer: then nobody knows whether anything is there.</summary>
    public bool TryAsk(long now)
    {
        lock (_gate)
        {
            if (_askedAt is { } before)
                return now - before < patience;
            _askedAt = now;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Closes the question that a frame captured at this time answers. False when no question is open.</summary>
    public bool TryAnswer(long capturedAt)
    {
        lock (_gate)
        {
            if (_askedAt is not { } asked || capturedAt < asked)
                return false;
            _askedAt = null;
            return true;
        }
    }

    /// <summary>
    /// For sources that can be held up: waits until a question is asked. False when the wait was cancelled, or there will be no more
    /// questions.
    /// </summary>
    public bool WaitForOne(CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.UnsafeRegister(static question => ((TickQuestion)question!).Wake(), this);
        lock (_gate)
        {
            while (_askedAt is null && !_isClosed && !stop.IsCancellationRequested)
                Monitor.Wait(_gate);
            return _askedAt is not null && !_isClosed && !stop.IsCancellationRequested;
        }
    }

    /// <summary>Ends the questions.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        Wake();
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
