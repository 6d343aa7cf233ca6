namespace EdgeInspector.Inspection.Frames.Around;

/// <summary>
/// The newest frames of a camera, made small: the capture thread puts each frame in, and whoever keeps the picture of a part asks for the
/// frames around that picture. Thread-safe. Bounded by <see cref="FramesAroundOptions.MaxBytes"/>; memory is used again, so that the
/// garbage collector has no work.
/// </summary>
public sealed class FrameRing : IDisposable
{
    // Frames before a part are asked for only when the part has its verdict; until then this many more frames may have come.
    private const int WhileJudged = 32;

    // Each waits two seconds at most for its later frames; in a storm of rejects not every part needs a sheet.
    private const int MostOpen = 16;

    private readonly FramesAroundOptions _options;
    private readonly FramePool _pool = new();
    private readonly Queue<Frame> _frames = new();
    private readonly List<FramesAround> _open = new(MostOpen);
    private readonly Lock _gate = new();
    private bool _disposed;

    private FrameRing(FramesAroundOptions options) => _options = options;

    /// <summary>The ring of a station; null where the settings keep no frames around.</summary>
    public static FrameRing? Of(FramesAroundOptions options) => options.IsOn ? new FrameRing(options) : null;

    /// <summary>Small frames in use: those in the ring, and those that a <see cref="FramesAround"/> holds.</summary>
    internal int InUse => _pool.InUse;

    /// <summary>
    /// Puts a small copy of a picture into the ring. The picture is left out where there is no room for the copy. Capture thread.
    /// </summary>
    public void Add(in FrameView picture)
    {
        (int width, int height) = SmallFrame.SizeOf(picture, _options.Side);
        if (Rent(width, height) is not { } small)
            return;
        SmallFrame.Make(picture, small);
        small.Stamp(picture.CapturedAt, default, 0);
        lock (_gate)
        {
            if (_disposed)
            {
                small.Release();
                return;
            }
            _frames.Enqueue(small);
            foreach (FramesAround around in _open)
                around.Offer(small);
            _open.RemoveAll(static around => around.IsComplete);
        }
    }

    /// <summary>
    /// Asks for the frames around a moment: gets the frames of the ring at once, and later frames when they come. Does not wait.
    /// </summary>
    /// <param name="at">When the part's own frame was taken, in ticks of the station's clock.</param>
    /// <returns>The frames, to be disposed by the caller; null when too many others still wait for frames.</returns>
    public FramesAround? Around(long at)
    {
        lock (_gate)
        {
            _open.RemoveAll(static around => around.IsComplete);
            if (_disposed || _open.Count >= MostOpen)
                return null;
            var around = new FramesAround(at, _options.Before, _options.After, _gate);
            foreach (Frame frame in _frames)
                around.Offer(frame);
            if (!around.IsComplete)
                _open.Add(around);
            return around;
        }
    }

    private Frame? Rent(int width, int height)
    {
        long bytes = 3L * width * height;
        lock (_gate)
        {
            if (_disposed)
                return null;
            while (_frames.Count > 0 && (_frames.Count >= _options.Before + _options.After + 1 + WhileJudged || !HasRoom()))
                _frames.Dequeue().Release();
            return HasRoom() ? _pool.Rent(width, height) : null;
        }

        // FramesAround may hold all frames that there is room for.
        bool HasRoom() => (_pool.InUse + 1) * bytes <= _options.MaxBytes;
    }

    /// <summary>
    /// Frees the frames of the ring. Frames that a <see cref="FramesAround"/> holds are freed when it is disposed; no further frames come.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (FramesAround around in _open)
                around.Close();
            _open.Clear();
            while (_frames.TryDequeue(out Frame? frame))
                frame.Release();
        }
        _pool.Dispose();
    }
}
