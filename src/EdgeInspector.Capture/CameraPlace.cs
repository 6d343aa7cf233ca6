using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture;

/// <summary>
/// What a camera source may use of the station that it serves. A source without one, as for a check, keeps nothing and alters nothing.
/// </summary>
/// <param name="Health">Where it complains of pictures that it can't give.</param>
/// <param name="MemoryFile">The file in which a folder's source remembers across restarts what it has read; it need not exist.</param>
/// <param name="PartUnseen">
/// Tells of a part whose picture can't be read: the part's id, and why in a sentence. False: the station is stopping and knows nothing of
/// it. Null where something else than the picture says that a part is here.
/// </param>
/// <param name="WaitUntilWanted">
/// Where something else than a picture says that a part is here: blocks until a part needs its picture, at most for the time given.
/// A camera that gives one picture for each question is asked then. Null where pictures themselves make triggers.
/// </param>
public sealed record CameraPlace(
    StationHealth Health,
    string MemoryFile,
    Func<string, string, bool>? PartUnseen,
    Action<TimeSpan, CancellationToken>? WaitUntilWanted = null)
{
    /// <summary>
    /// True when each picture is inspected as a part of its own, so that pictures that have gathered may wait for the station. Where
    /// something else says that a part is here, a picture that waited would be taken for that of another part.
    /// </summary>
    public bool EachPictureIsAPart => PartUnseen is not null;
}
