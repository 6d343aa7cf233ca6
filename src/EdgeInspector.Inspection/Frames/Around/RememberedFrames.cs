namespace EdgeInspector.Inspection.Frames.Around;

/// <summary>Hands a camera's frames on, and only then puts each frame into the ring: no part waits for a small copy.</summary>
/// <param name="next">Where the frames go: the station.</param>
/// <param name="ring">Where small copies go.</param>
public sealed class RememberedFrames(IFrameSink next, FrameRing ring) : IFrameSink
{
    /// <inheritdoc />
    public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        if (next.Needs(picture, mayWait, stop))
            return true;
        ring.Add(picture);
        return false;
    }

    /// <inheritdoc />
    public void Accept(Frame frame, bool mayWait, CancellationToken stop)
    {
        frame.AddReference();
        try
        {
            next.Accept(frame, mayWait, stop);
            ring.Add(frame.View);
        }
        finally
        {
            frame.Release();
        }
    }
}
