namespace EdgeInspector.Inspection.Frames;

/// <summary>
/// Keeps the native memory of one camera's frames for reuse. Thread-safe. Frames of another size than the last one rented are freed as they
/// return, so a camera that changes its resolution does not leave the old buffers behind.
/// </summary>
/// <param name="capacity">
/// The most free frames to keep; frames beyond this number, or beyond 512 MiB together, are freed. The pool does not limit the frames in
/// use: whoever queues frames does.
/// </param>
public sealed class FramePool(int capacity = 8) : IDisposable
{
    // Limit of all free frames together: one picture of 100 megapixels, which somebody may once put into a folder, takes 300 MB.
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
            // The free frames have one size, that of the frame rented last.
            bool hasRoom = _free.Count < capacity && (_free.Count + 1) * (long)frame.Stride * frame.Height <= MostFreeBytes;
            if (!_disposed && hasRoom)
            {
                _free.Push(frame);
                return;
            }
        }
        // Hundreds of megabytes may go back to the system: nobody waits for that who rents.
        frame.Free();
    }

    /// <summary>Frees the idle frames; frames in use are freed when their last owner releases them.</summary>
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
