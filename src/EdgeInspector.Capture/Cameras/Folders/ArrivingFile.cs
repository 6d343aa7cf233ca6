namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>A file that may still be written: how the file was seen last, and for how long it has been like that.</summary>
/// <param name="state">The file as it was seen first.</param>
/// <param name="now">When the file was seen first, in ticks of the clock.</param>
/// <param name="isReplacement">True when there was another file of this name before.</param>
internal sealed class ArrivingFile(FileState state, long now, bool isReplacement)
{
    /// <summary>The file as it was seen last.</summary>
    public FileState State { get; private set; } = state;

    /// <summary>When the file was seen first.</summary>
    public long FirstSeen { get; } = now;

    /// <summary>Since when the file has not changed.</summary>
    public long Since { get; private set; } = now;

    /// <summary>How many looks have seen the file unchanged.</summary>
    public int Looks { get; private set; } = 1;

    /// <summary>True when the file's content has been looked at, and only time can tell whether the file is whole.</summary>
    public bool NeedsRest { get; set; }

    /// <summary>True once it was reported that the file doesn't come to rest.</summary>
    public bool IsReported { get; set; }

    /// <summary>Notes another look at the file.</summary>
    public void See(FileState state, long now)
    {
        if (state == State)
            Looks++;
        else
            Restart(state, now);
    }

    /// <summary>Notes that the file has changed, or is still held by its writer.</summary>
    public void Restart(FileState state, long now)
    {
        State = state;
        Since = now;
        Looks = 1;
        NeedsRest = false;
    }

    /// <summary>
    /// Whether a picture that proves its own end may be taken. A program may write a new picture over an old file from the beginning, while
    /// the end of the old one still stands: then two looks must agree.
    /// </summary>
    public bool MayProveItsEnd => !isReplacement || Looks >= 2;

    /// <summary>Whether nobody has written to the file for so long.</summary>
    public bool IsAtRest(TimeSpan settle, long now, TimeProvider time) =>
        time.GetElapsedTime(Since, now) >= settle && (Looks >= 2 || settle == TimeSpan.Zero);
}
