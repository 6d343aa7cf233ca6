using System.Collections.Concurrent;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>
/// Which files the operating system says have changed. The operating system may say too little (network shares say nothing, a burst may get
/// lost), never too much: whoever listens must look into the folder too, only less often.
/// </summary>
internal sealed class FolderNotices : IDisposable
{
    private const int MostNames = 10_000;

    private readonly FileSystemWatcher _watcher;
    private readonly ConcurrentDictionary<string, byte> _names = new(StringComparer.Ordinal);
    private volatile bool _isIncomplete;

    private FolderNotices(string folder)
    {
        _watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
            InternalBufferSize = 1 << 16,
        };
        _watcher.Created += (_, change) => Note(change.Name);
        _watcher.Changed += (_, change) => Note(change.Name);
        _watcher.Deleted += (_, change) => Note(change.Name);
        _watcher.Renamed += (_, change) => Note(change.Name);
        _watcher.Error += (_, _) => _isIncomplete = true;
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Begins to listen; null where the operating system can't.</summary>
    public static FolderNotices? TryBegin(string folder)
    {
        try
        {
            return new FolderNotices(folder);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is ArgumentException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The names since the last call; empty and incomplete when some were lost.</summary>
    public IReadOnlyCollection<string> Take(out bool isIncomplete)
    {
        isIncomplete = _isIncomplete;
        _isIncomplete = false;
        if (_names.IsEmpty)
            return [];
        string[] names = [.. _names.Keys];
        foreach (string name in names)
            _names.TryRemove(name, out _);
        return names;
    }

    public void Dispose() => _watcher.Dispose();

    private void Note(string? name)
    {
        if (name is null || _names.Count >= MostNames)
            _isIncomplete = true;
        else
            _names[name] = 0;
    }
}
