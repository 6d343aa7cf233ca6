using EdgeInspector.Capture.Cameras;
using EdgeInspector.Settings;

namespace EdgeInspector.Doctor;

/// <summary>Checks the folders of pictures that the settings name, without asking the cameras.</summary>
internal static class CameraFolder
{
    /// <summary>
    /// What a station with a folder would miss, a sentence each. No reason not to start, since a share may be mounted later.
    /// </summary>
    public static IEnumerable<string> Faults(string name, StationSettings station)
    {
        if (station.Camera?.Folder is not { } folder)
            yield break;
        string setting = $"Stations:{name}:Camera:Folder";
        if (Missing(folder.Path) is { } path)
            yield return $"{setting}:Path: there is no folder '{path}'. Create it, mount it, or correct the path; "
                + "until then the station has no pictures.";
        if (folder is { AfterRead: AfterRead.Move, MoveTo: { } target } && File.Exists(target))
            yield return $"{setting}:MoveTo: '{Path.GetFullPath(target)}' is a file, so that nothing can be moved there. Name a folder.";
    }

    private static string? Missing(string folder) => Directory.Exists(folder) ? null : Path.GetFullPath(folder);
}
