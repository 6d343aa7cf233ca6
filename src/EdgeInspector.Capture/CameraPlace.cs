using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture;

/// <summary>
/// What a camera source may use of the station that it serves. A source without a station, as for a check, keeps nothing and alters
/// nothing.
/// </summary>
/// <param name="Health">Where the source complains of pictures that it can't give.</param>
/// <param name="MemoryFile">
/// The file in which a folder's source remembers across restarts which files it has read; the file need not exist.
/// </param>
/// <param name="PartUnseen">
/// Tells of a part whose picture can't be read: the part's id, and why in a sentence. False: the station is stopping and does not know the
/// part. Null where something else than the picture says that a part is here.
/// </param>
/// <param name="WaitUntilWanted">
/// Where something else than a picture says that a part is here: blocks until a part needs its picture, at most for the given time. Then a
/// camera that gives one picture for each request is asked. Null where pictures themselves make triggers.
/// </param>
public sealed record CameraPlace(
    StationHealth Health,
    string MemoryFile,
    Func<string, string, bool>? PartUnseen,
    Action<TimeSpan, CancellationToken>? WaitUntilWanted = null)
{
    /// <summary>
    /// True when each picture is inspected as a part of its own, so that gathered pictures may wait for the station. Where something else
    /// says that a part is here, a picture that waited would be taken for the picture of another part.
    /// </summary>
    public bool EachPictureIsAPart => PartUnseen is not null;
}
