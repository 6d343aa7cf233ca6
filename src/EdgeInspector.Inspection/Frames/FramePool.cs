namespace EdgeInspector.Inspection.Frames;

/// <summary>
/// Keeps the native memory of one camera's frames for reuse. Thread-safe. Frames of another size than the last one rented are freed as they
/// return, so a camera that changes its resolution does not leave the old buffers behind.
/// </summary>
/// <param name="capacity">
/// The most free frames to keep; those beyond it, or beyond 512 MiB together, are freed.
/// Frames in use are not limited here: whoever queues them is.
/// </param>
public sealed class FramePool(int capacity = 8) : IDisposable
{
    // Of all free frames together: a picture of 100 megapixels, as somebody may put into a folder once, takes 300 MB.
    private const long MostFreeBytes = 512L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Stack<Frame> _free = new(capacity);
    private bool _disposed;

    /// <summary>Frames handed out and not yet returned.</summary>
    public int InUse { get; private set; }

    /// <summary>Hands out a frame with undefined content and one reference, owned by the caller.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture exceeds 2 GiB.</exception>
    public Frame Rent(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height * 3, int.MaxValue, nameof(width));
        Frame? frame = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            while (frame is null && _free.TryPop(out Frame? candidate))
            {
                if (candidate.Width == width && candidate.Height == height)
                    frame = candidate;
                else
                    candidate.Free();
            }
            InUse++;
        }
        frame ??= new Frame(this, width, height);
        frame.Rent();
        return frame;
    }

    internal void Return(Frame frame)
    {
        lock (_gate)
        {
            InUse--;
            // The free ones are of one size, that of the last one rented.
            bool hasRoom = _free.Count < capacity && (_free.Count + 1) * (long)frame.Stride * frame.Height <= MostFreeBytes;
            if (!_disposed && hasRoom)
                _free.Push(frame);
            else
                frame.Free();
        }
    }

    /// <summary>Frees the idle frames; those in use are freed when their last owner releases them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_free.TryPop(out Frame? frame))
                frame.Free();
        }
    }
}
