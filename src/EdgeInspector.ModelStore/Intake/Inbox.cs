using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>A complete file or folder in the inbox.</summary>
/// <param name="Path">A file or a folder.</param>
/// <param name="Station">The station in whose folder the item lies; null: no station is named.</param>
internal sealed record InboxItem(string Path, string? Station)
{
    /// <summary>Why the item must not even be read, in a sentence; null: it may.</summary>
    public string? Problem { get; init; }
}

/// <summary>
/// The folder where people put new models: <c>inbox/STATION/</c>, or <c>inbox/</c> itself where there is one station. Files that are still
/// being copied are waited for.
/// </summary>
internal sealed class Inbox(StoreFolders folders, IReadOnlyCollection<string> stations, TimeSpan stableFor, TimeProvider time, ILogger log)
{
    private const int MostOutOfReach = 1000;

    private static readonly string[] Unfinished = [".part", ".partial", ".tmp", ".crdownload", ".filepart"];

    // Long enough for somebody who brings the signature or the labels first; not for ever, since the files would then be taken for those of
    // another model.
    private static readonly TimeSpan OrphanedAfter = TimeSpan.FromMinutes(10);

    private readonly StableLook _look = new(stableFor, time);
    private readonly StableLook _alone = new(OrphanedAfter, time);
    private readonly HashSet<string> _outOfReach = new(StringComparer.Ordinal);
    private readonly FaultLog _faults = new(log, $"Looking into '{folders.Inbox}'", time);

    /// <summary>The folder of each station.</summary>
    public string FolderOf(string station) => System.IO.Path.Combine(folders.Inbox, StoreFolders.Safe(station));

    /// <summary>Makes the folders, so that people see where things go.</summary>
    public void Prepare()
    {
        try
        {
            foreach (string station in stations)
                Directory.CreateDirectory(FolderOf(station));
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report(fault.Message);
        }
    }

    /// <summary>Everything that is complete, oldest first.</summary>
    public IReadOnlyList<InboxItem> Complete()
    {
        try
        {
            var items = new List<InboxItem>();
            Dictionary<string, string> byFolder = stations.ToDictionary(FolderOf, station => station, StringComparer.Ordinal);
            // An empty folder beside them belongs to a station that is gone, and is no model.
            items.AddRange(In(folders.Inbox, null).Where(item => !byFolder.ContainsKey(item.Path) && !IsEmptyFolder(item.Path)));
            foreach ((string folder, string station) in byFolder)
                items.AddRange(In(folder, station));
            foreach ((string folder, string? station) in byFolder.Select(pair => (pair.Key, (string?)pair.Value))
                .Prepend((folders.Inbox, null)))
                items.AddRange(Orphans(folder)
                    .Where(path => _alone.IsReady(path, () => true))
                    .Select(path => new InboxItem(path, station) { Problem = Orphaned(path) }));
            items.RemoveAll(IsOutOfReach);
            return [.. items
                .Where(item => item.Problem is not null || _look.IsReady(item.Path, () => LooksWhole(item.Path)))
                .Select(
                    item => item.Station is null && stations.Count > 1 ? item with { Problem = item.Problem ?? ForNobody(item) } : item)];
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report(fault.Message);
            return [];
        }
    }

    /// <summary>True while the item lies in the inbox; also a link that leads nowhere.</summary>
    public static bool IsThere(InboxItem item) => System.IO.Path.Exists(item.Path) || new FileInfo(item.Path).LinkTarget is not null;

    /// <summary>Removes an item that was taken.</summary>
    /// <exception cref="IOException">It can't be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The item may not be removed.</exception>
    public void Remove(InboxItem item)
    {
        _look.Forget(item.Path);
        List<string> companions = [.. FileStamp.Companions(item.Path)];
        if (Directory.Exists(item.Path))
            Directory.Delete(item.Path, recursive: true);
        else
            File.Delete(item.Path);
        companions.ForEach(File.Delete);
    }

    private static List<InboxItem> In(string folder, string? station)
    {
        if (!Directory.Exists(folder))
            return [];
        return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => !IsIgnored(entry.Name) && !(entry is FileInfo && FileStamp.IsCompanion(entry.Name)))
            .OrderBy(entry => entry.LastWriteTimeUtc)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => new InboxItem(entry.FullName, station) { Problem = Complaint(entry) })];
    }

    /// <summary>Files that belong to a package which is not there.</summary>
    private static List<string> Orphans(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        bool hasNetwork =
            Directory.EnumerateFiles(folder, "*.onnx", new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive }).Any();
        return [.. Directory.EnumerateFiles(folder)
            .Where(path => FileStamp.IsCompanion(System.IO.Path.GetFileName(path)))
            .Where(path => path.EndsWith(".sig", StringComparison.OrdinalIgnoreCase) ? !System.IO.Path.Exists(path[..^4]) : !hasNetwork)];
    }

    /// <summary>
    /// An item whose name is not valid UTF-8 can't be opened, moved or put into quarantine: it is told once, and left alone.
    /// </summary>
    private bool IsOutOfReach(InboxItem item)
    {
        if (!FileFacts.IsOutOfReach(item.Path) || IsThere(item))
            return false;
        if (_outOfReach.Count < MostOutOfReach && _outOfReach.Add(item.Path))
            _faults.Report($"{ZipFiles.Printable(System.IO.Path.GetFileName(item.Path))} has a name that is no valid UTF-8, "
                + "so that it can't be opened. Rename it.");
        return true;
    }

    private static bool IsEmptyFolder(string path) =>
        Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null && !Directory.EnumerateFileSystemEntries(path).Any();

    private string ForNobody(InboxItem item) =>
        $"{ZipFiles.Printable(System.IO.Path.GetFileName(item.Path))} lay beside the folders of the stations. "
        + "Put it into the one that it is for: "
        + $"{string.Join(", ", stations.Select(station => System.IO.Path.GetFileName(FolderOf(station))))}.";

    private static string Orphaned(string path)
    {
        string name = ZipFiles.Printable(System.IO.Path.GetFileName(path));
        string owner = path.EndsWith(".sig", StringComparison.OrdinalIgnoreCase) ? name[..^4] : "the .onnx file";
        return $"{name} lay in the inbox for {OrphanedAfter.TotalMinutes:0} minutes without {owner} that it belongs to. "
            + "Bring both together.";
    }

    private static string? Complaint(FileSystemInfo entry) =>
        entry.LinkTarget is { } target
            ? $"{ZipFiles.Printable(entry.Name)} is a link to '{ZipFiles.Printable(target)}', and may be another file tomorrow. "
                + "Put the file itself there."
            : null;

    private static bool IsIgnored(string name) =>
        name[0] is '.' or '~' || name.EndsWith('~') || name is "Thumbs.db" or "desktop.ini"
        || Unfinished.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    // A network may name its tags itself; otherwise only time tells that all files are there.
    private static bool NamesTags(string file) =>
        System.IO.Path.GetFileName(file) is { } name
        && (name.Equals("labels.txt", StringComparison.OrdinalIgnoreCase)
            || name.Equals(PackageSettingsFile.FileName, StringComparison.OrdinalIgnoreCase));

    private static bool LooksWhole(string path)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return FileStamp.Companions(path).Any(NamesTags);
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return true;
        try
        {
            // A program that is still writing the file has it open; the table of contents comes last. Nothing more is read here.
            return ZipDirectory.IsThere(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return false;
        }
    }
}
