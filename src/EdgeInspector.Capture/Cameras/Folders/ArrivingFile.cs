namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>A file that may still be on its way: how it was seen last, and for how long it has been so.</summary>
/// <param name="state">As it was seen first.</param>
/// <param name="now">When, in ticks of the clock.</param>
/// <param name="isReplacement">True when there was another file of this name before.</param>
internal sealed class ArrivingFile(FileState state, long now, bool isReplacement)
{
    /// <summary>As it was seen last.</summary>
    public FileState State { get; private set; } = state;

    /// <summary>When it was seen first.</summary>
    public long FirstSeen { get; } = now;

    /// <summary>Since when it has been as it is.</summary>
    public long Since { get; private set; } = now;

    /// <summary>How many looks have seen it as it is.</summary>
    public int Looks { get; private set; } = 1;

    /// <summary>True when its content has been looked at, and only time can tell whether it is whole.</summary>
    public bool NeedsRest { get; set; }

    /// <summary>True once it was said that it doesn't come to rest.</summary>
    public bool IsReported { get; set; }

    /// <summary>Notes another look.</summary>
    public void See(FileState state, long now)
    {
        if (state == State)
            Looks++;
        else
            Restart(state, now);
    }

    /// <summary>Notes that it has changed, or is still held by its writer.</summary>
    public void Restart(FileState state, long now)
    {
        State = state;
        Since = now;
        Looks = 1;
        NeedsRest = false;
    }

    /// <summary>
    /// Whether a picture that proves its own end may be taken. Over a file that was there before, a program may be writing the new
    /// picture from its beginning on, and
    /// the old one's end still stands: then two looks must agree.
    /// </summary>
    public bool MayProveItsEnd => !isReplacement || Looks >= 2;

    /// <summary>Whether nobody has written to it for so long.</summary>
    public bool IsAtRest(TimeSpan settle, long now, TimeProvider time) =>
        time.GetElapsedTime(Since, now) >= settle && (Looks >= 2 || settle == TimeSpan.Zero);
}
