namespace EdgeInspector.Inspection.Frames;

/// <summary>
/// The newest frame of a camera for somebody who looks on. While nobody asks, no frame is kept, and the capture thread pays for the look at
/// one flag. Thread-safe.
/// </summary>
public sealed class FrameWatch : IDisposable
{
    private volatile bool _isWanted;
    private volatile bool _disposed;
    private Frame? _frame;

    /// <summary>True when somebody waits for the next frame.</summary>
    public bool IsWanted => _isWanted;

    /// <summary>Asks for the next frame.</summary>
    public void Ask() => _isWanted = true;

    /// <summary>Keeps a frame for whoever asked, and adds a reference for that. Capture thread.</summary>
    public void Put(Frame frame)
    {
        _isWanted = false;
        Interlocked.Exchange(ref _frame, frame.AddReference())?.Release();
        if (_disposed)
            Take()?.Release();
    }

    /// <summary>The frame that was put last; the caller releases it. Null: there is none since it was taken last.</summary>
    public Frame? Take() => Interlocked.Exchange(ref _frame, null);

    /// <summary>Releases the frame held.</summary>
    public void Dispose()
    {
        _disposed = true;
        Take()?.Release();
    }
}
