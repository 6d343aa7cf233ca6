namespace EdgeInspector.Inspection.Frames.Around;

/// <summary>
/// The small frames around the frame of one part: the last ones before, the part's own, and the first ones after, which are still to come.
/// Owns a reference of each frame until disposed. Thread-safe.
/// </summary>
public sealed class FramesAround : IDisposable
{
    private readonly int _most;
    private readonly Lock _gate;
    private readonly List<Frame> _before;
    private readonly List<Frame> _from = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;
    private bool _disposed;

    internal FramesAround(long at, int before, int after, Lock gate)
    {
        (At, _most, _left, _gate) = (at, before, after, gate);
        _before = new List<Frame>(before + 1);
    }

    /// <summary>When the part's own frame was taken, in ticks of the station's clock.</summary>
    public long At { get; }

    /// <summary>Completes when no more frames come.</summary>
    public Task Complete => _complete.Task;

    internal bool IsComplete => _complete.Task.IsCompleted;

    /// <summary>The frames that are here, the oldest first. Valid until disposed.</summary>
    public IReadOnlyList<Frame> Frames
    {
        get
        {
            lock (_gate)
                return [.. _before, .. _from];
        }
    }

    // Under the ring's gate; frames are offered in the order in which they were taken.
    internal void Offer(Frame frame)
    {
        if (IsComplete)
            return;
        if (frame.CapturedAt < At)
        {
            _before.Add(frame.AddReference());
            if (_before.Count <= _most)
                return;
            _before[0].Release();
            _before.RemoveAt(0);
            return;
        }
        bool isOwn = frame.CapturedAt == At;
        if (isOwn || _left > 0)
            _from.Add(frame.AddReference());
        if (!isOwn)
            _left--;
        if (_left <= 0)
            Close();
    }

    internal void Close() => _complete.TrySetResult();

    /// <summary>Releases the frames; no more come.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Close();
            foreach (Frame frame in _before)
                frame.Release();
            foreach (Frame frame in _from)
                frame.Release();
        }
    }
}
