namespace EdgeInspector.Inspection.Frames;

/// <summary>
/// The one place between the capture thread, which puts frames, and the station's thread, which takes frames: holds the newest frame and no
/// older one, so that a frame can never have waited behind others.
/// </summary>
/// <param name="time">The station's clock.</param>
/// <param name="onSkipped">Called for each frame that a newer frame replaced before anybody took it.</param>
public sealed class NewestFrame(TimeProvider time, Action? onSkipped = null) : IDisposable
{
    private readonly Lock _putting = new();
    private readonly object _gate = new();
    private Frame? _frame;
    private int _waiting;
    private long _wantedFrom;
    private bool _disposed;

    /// <summary>Keeps the frame in place of the one before, and takes over the frame's reference. Capture thread.</summary>
    public void Put(Frame frame)
    {
        Frame? replaced;
        lock (_gate)
        {
            replaced = _frame;
            _frame = _disposed ? null : frame;
            if (_disposed)
                replaced = frame;
            Monitor.PulseAll(_gate);
        }
        if (replaced is null)
            return;
        replaced.Release();
        onSkipped?.Invoke();
    }

    /// <summary>
    /// For sources that can be held up: waits until somebody asks for a frame, then stamps this frame anew and keeps it, since a file
    /// counts as taken at the moment when it is let in. Takes over the frame's reference. Capture thread.
    /// </summary>
    public void PutOnDemand(Frame frame, CancellationToken stop)
    {
        lock (_putting)
        {
            using CancellationTokenRegistration wake = stop.UnsafeRegister(_ => Wake(), null);
            lock (_gate)
            {
                while (_waiting == 0 || _frame is not null)
                {
                    if (_disposed || stop.IsCancellationRequested)
                    {
                        frame.Release();
                        return;
                    }
                    Monitor.Wait(_gate);
                }
                frame.Stamp(time.GetTimestamp(), time.GetUtcNow(), frame.Sequence, frame.Label);
                _frame = frame;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>
    /// Takes the newest frame captured at or after <paramref name="notBefore"/>, waiting for it if need be. Station thread.
    /// </summary>
    /// <param name="notBefore">In ticks of the clock.</param>
    /// <param name="deadline">When to give up, in ticks of the clock.</param>
    /// <param name="isWanted">False when nobody needs the frame any more; called again after <see cref="Wake"/>.</param>
    /// <returns>The frame with one reference, or null at the deadline or when the frame is not wanted.</returns>
    public Frame? WaitFor(long notBefore, long deadline, Func<bool>? isWanted = null)
    {
        lock (_gate)
        {
            _waiting++;
            _wantedFrom = notBefore;
            Monitor.PulseAll(_gate);
            try
            {
                while (!_disposed && isWanted?.Invoke() != false)
                {
                    if (_frame is { } frame)
                    {
                        if (frame.CapturedAt >= notBefore)
                        {
                            _frame = null;
                            return frame;
                        }
                        // The frame is older than the part. Free its place now: a source that waits for demand would otherwise wait for
                        // ever.
                        _frame = null;
                        frame.Release();
                        onSkipped?.Invoke();
                        Monitor.PulseAll(_gate);
                    }
                    TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), deadline);
                    if (left <= TimeSpan.Zero)
                        return null;
                    // At least a millisecond: a wait of zero would spin.
                    Monitor.Wait(_gate, Math.Max(1, (int)Math.Min(left.TotalMilliseconds, int.MaxValue)));
                }
                return null;
            }
            finally
            {
                _waiting--;
            }
        }
    }

    /// <summary>
    /// For cameras that are asked for each picture: blocks until somebody waits for a frame and the frame may be taken, at most for
    /// <paramref name="patience"/>. Capture thread.
    /// </summary>
    public void WaitUntilWanted(TimeSpan patience, CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.UnsafeRegister(_ => Wake(), null);
        long begunAt = time.GetTimestamp();
        lock (_gate)
        {
            while (!_disposed && !stop.IsCancellationRequested)
            {
                long now = time.GetTimestamp();
                TimeSpan left = patience - time.GetElapsedTime(begunAt, now);
                // A thread that was given a frame counts as waiting until that thread runs again.
                bool isWanted = _waiting > 0 && (_frame is null || _frame.CapturedAt < _wantedFrom);
                if (isWanted && time.GetElapsedTime(now, _wantedFrom) is var until && until < left)
                    left = until;
                if (left <= TimeSpan.Zero)
                    return;
                Monitor.Wait(_gate, (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 1, int.MaxValue));
            }
        }
    }

    /// <summary>Makes every wait look again whether its frame is wanted.</summary>
    public void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Releases the frame held and ends every wait.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _frame?.Release();
            _frame = null;
            Monitor.PulseAll(_gate);
        }
    }

}
