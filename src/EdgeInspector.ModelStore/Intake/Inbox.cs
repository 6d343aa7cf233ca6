using System.IO.Compression;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>Something complete in the inbox.</summary>
/// <param name="Path">A file or a folder.</param>
/// <param name="Station">The station whose folder it lies in; null: none is said.</param>
internal sealed record InboxItem(string Path, string? Station);

/// <summary>
/// The folder where people put new models: <c>inbox/STATION/</c>, or <c>inbox/</c> itself where there is one station. What is still being copied is waited for.
/// </summary>
internal sealed class Inbox(ModelFolders folders, IReadOnlyCollection<string> stations, TimeSpan stableFor, TimeProvider time, ILogger log)
{
    private static readonly string[] Unfinished = [".part", ".partial", ".tmp", ".crdownload", ".filepart"];

    private readonly StableLook _look = new(stableFor, time);
    private readonly FaultLog _faults = new(log, $"Looking into '{folders.Inbox}'", time);

    /// <summary>The folder of each station.</summary>
    public string FolderOf(string station) => System.IO.Path.Combine(folders.Inbox, ModelFolders.Safe(station));

    /// <summary>Makes the folders, so that people see where things go.</summary>
    public void Prepare()
    {
        try
        {
            foreach (string station in stations)
                Directory.CreateDirectory(FolderOf(station));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _faults.Report(fault.Message);
        }
    }

    /// <summary>Everything that is complete, oldest first.</summary>
    public IReadOnlyList<InboxItem> Look()
    {
        try
        {
            var items = new List<InboxItem>();
            Dictionary<string, string> byFolder = stations.ToDictionary(FolderOf, station => station, StringComparer.Ordinal);
            items.AddRange(In(folders.Inbox, null).Where(item => !byFolder.ContainsKey(item.Path)));
            foreach ((string folder, string station) in byFolder)
                items.AddRange(In(folder, station));
            foreach (InboxItem link in items.Where(IsLink))
                _faults.Report($"'{link.Path}' is a link, and may be another file tomorrow. Put the file itself there.");
            return [.. items.Where(item => !IsLink(item) && _look.IsReady(item.Path, () => LooksWhole(item.Path)))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _faults.Report(fault.Message);
            return [];
        }
    }

    /// <summary>Removes an item that was taken, unless somebody has put another one in its place meanwhile.</summary>
    /// <param name="item">The item.</param>
    /// <param name="stamp">How it looked when it was taken.</param>
    public void Remove(InboxItem item, FileStamp? stamp)
    {
        _look.Forget(item.Path);
        if (FileStamp.Of(item.Path) != stamp)
            return;
        try
        {
            List<string> all = item.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && File.Exists(item.Path) ? [.. FileStamp.Companions(item.Path)] : [];
            if (File.Exists(item.Path + ".sig"))
                all.Add(item.Path + ".sig");
            if (Directory.Exists(item.Path))
                Directory.Delete(item.Path, recursive: true);
            else
                File.Delete(item.Path);
            all.ForEach(File.Delete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _faults.Report($"'{item.Path}' was taken but can't be removed: {fault.Message}");
        }
    }

    private static List<InboxItem> In(string folder, string? station)
    {
        if (!Directory.Exists(folder))
            return [];
        return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => !IsIgnored(entry.Name) && !(entry is FileInfo && FileStamp.IsCompanion(entry.Name)))
            .OrderBy(entry => entry.LastWriteTimeUtc)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => new InboxItem(entry.FullName, station))];
    }

    private static bool IsLink(InboxItem item) => new FileInfo(item.Path).LinkTarget is not null || new DirectoryInfo(item.Path).LinkTarget is not null;

    private static bool IsIgnored(string name) =>
        name[0] is '.' or '~' || name.EndsWith('~') || name is "Thumbs.db" or "desktop.ini" || Unfinished.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static bool LooksWhole(string path)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return File.Exists(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, "labels.txt"));
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return true;
        try
        {
            // Somebody who is still writing has it open; the table of contents comes last.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            return zip.Entries.Count > 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }
}
