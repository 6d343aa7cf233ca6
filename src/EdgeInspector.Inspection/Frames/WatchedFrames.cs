namespace EdgeInspector.Inspection.Frames;

/// <summary>Hands a camera's frames on, and shows one of them to whoever asked for it.</summary>
/// <param name="next">Where the frames go: the station.</param>
/// <param name="watch">Whoever looks on.</param>
public sealed class WatchedFrames(IFrameSink next, FrameWatch watch) : IFrameSink
{
    // When the picture was taken that the station does not need, and whoever looks on does. By its time, since a picture that was looked at
    // may never come as a frame.
    private long? _onlyWatched;

    /// <inheritdoc />
    public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        if (next.Needs(picture, mayWait, stop))
            return true;
        if (!watch.IsWanted)
            return false;
        _onlyWatched = picture.CapturedAt;
        return true;
    }

    /// <inheritdoc />
    public void Accept(Frame frame, bool mayWait, CancellationToken stop)
    {
        if (watch.IsWanted)
            watch.Put(frame);
        if (frame.CapturedAt == _onlyWatched)
            frame.Release();
        else
            next.Accept(frame, mayWait, stop);
    }
}
