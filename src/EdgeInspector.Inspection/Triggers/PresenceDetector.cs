using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Says when a part arrives. Works like a light barrier: put the region where the part's leading edge is when the part lies right under
/// the camera. Not thread-safe; runs on the capture thread.
/// </summary>
/// <param name="options">Where to look.</param>
/// <param name="time">The clock by which frames are stamped.</param>
/// <param name="emptyConveyor">
/// A picture of the empty conveyor, only read here; null: the first frame is taken to show the empty conveyor.
/// </param>
public sealed class PresenceDetector(PresenceOptions options, TimeProvider time, Frame? emptyConveyor = null)
{
    private readonly Occupancy _occupancy = new(options, time, emptyConveyor);
    private bool _present;

    /// <summary>True for the one frame in which a part arrives.</summary>
    public bool Arrives(Frame frame)
    {
        bool before = _present;
        _present = _occupancy.Sees(frame.View, frame.CapturedAt);
        return _present && !before;
    }
}
