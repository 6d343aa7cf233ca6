namespace EdgeInspector.Inspection.Frames;

/// <summary>Where a camera's frames go: the station's intake, or a test.</summary>
public interface IFrameSink
{
    /// <summary>
    /// Looks at a picture before it is copied into a frame. If the picture is needed, its frame is handed to <see cref="Accept"/> next;
    /// otherwise the picture is dropped. Called on the capture thread.
    /// </summary>
    /// <param name="picture">The picture where the driver left it; only valid during the call.</param>
    /// <param name="mayWait">As in <see cref="Accept"/>.</param>
    /// <param name="stop">Ends a wait.</param>
    /// <returns>False when nobody needs the picture, so that the copy can be saved.</returns>
    bool Needs(in FrameView picture, bool mayWait, CancellationToken stop) => true;

    /// <summary>Takes over one stamped frame and its reference. Called on the capture thread; must not block for live cameras.</summary>
    /// <param name="frame">The frame; the sink releases it.</param>
    /// <param name="mayWait">
    /// True when the source can be held up without losing a picture (files): the sink may then block until there is room for the frame.
    /// False for live cameras, which must be drained.
    /// </param>
    /// <param name="stop">Ends a wait.</param>
    void Accept(Frame frame, bool mayWait, CancellationToken stop);
}
