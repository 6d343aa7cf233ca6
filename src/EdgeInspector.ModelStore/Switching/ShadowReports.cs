using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>Reports of shadow runs that have ended, for people who look at them.</summary>
public static class ShadowReports
{
    private const long MostPictureBytes = 64L * 1024 * 1024;

    /// <summary>The reports of a station, the newest first. Reports that can't be read are left out.</summary>
    /// <param name="folders">Where the store lies.</param>
    /// <param name="station">The station.</param>
    /// <param name="most">So many at most.</param>
    public static IReadOnlyList<(string Run, ShadowReport Report)> Newest(StoreFolders folders, string station, int most)
    {
        try
        {
            if (!Directory.Exists(folders.Shadow))
                return [];
            return
            [
                .. Directory.EnumerateDirectories(folders.Shadow)
                    .OrderDescending(StringComparer.Ordinal)
                    .Select(folder => (Run: Path.GetFileName(folder), Report: Read(folder)))
                    .Where(one => one.Report?.Station == station)
                    .Take(most)
                    .Select(one => (one.Run, one.Report!)),
            ];
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return [];
        }
    }

    /// <summary>A picture of a disagreement, to be closed by the caller; null: there is no such picture.</summary>
    /// <param name="folders">Where the store lies.</param>
    /// <param name="run">The run, as <see cref="Newest"/> gives it.</param>
    /// <param name="picture">The picture's name in the report.</param>
    public static FileStream? Picture(StoreFolders folders, string run, string picture)
    {
        // Names of files in one folder, not ways to others.
        if (Path.GetFileName(run) != run || Path.GetFileName(picture) != picture || run is ".." or "." || picture is ".." or ".")
            return null;
        string path = Path.Combine(folders.Shadow, run, picture);
        try
        {
            return FileFacts.Complaint(path) is null && new FileInfo(path) is { Exists: true, Length: < MostPictureBytes }
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
                : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    private static ShadowReport? Read(string folder)
    {
        try
        {
            return StoreJson.Read<ShadowReport>(Path.Combine(folder, "report.json"));
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException)
        {
            return null;
        }
    }
}
