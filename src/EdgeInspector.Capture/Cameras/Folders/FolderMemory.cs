namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>
/// Remembers which files of a folder are done with: by name, as each was after it was read, and by its content. Where there is a memory
/// file, also across restarts.
/// Files that are gone stay remembered, because a share that is away looks like an empty folder.
/// </summary>
/// <remarks>
/// Bounded: beyond the most files remembered singly the older half is forgotten, and from then on a file that is not newer than those
/// counts as read. One thread only.
/// </remarks>
internal sealed class FolderMemory
{
    private readonly int _most;
    private readonly MemoryFile? _file;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byName;

    /// <param name="file">Where it is kept; null: in this process only.</param>
    /// <param name="most">The most files remembered singly.</param>
    public FolderMemory(MemoryFile? file = null, int most = 200_000)
    {
        _most = most;
        _file = file;
        _byName = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (MemoryLine line in file?.Read() ?? [])
            Take(line);
        IsNew = file?.WasThere != true;
    }

    private readonly record struct Entry(long Length, long Changed, ContentHash Content);

    /// <summary>True when the folder was not read in an earlier run.</summary>
    public bool IsNew { get; }

    /// <summary>Files remembered singly.</summary>
    public int Count => _entries.Count;

    /// <summary>Up to when files count as read because there were too many to remember; null: never so far.</summary>
    public DateTime? AllReadUntil { get; private set; }

    /// <summary>Whether a file is done with as it is now.</summary>
    public bool IsDone(ReadOnlySpan<char> name, long length, DateTime changed) =>
        _byName.TryGetValue(name, out Entry entry) ? entry.Length == length && entry.Changed == changed.Ticks : changed <= AllReadUntil;

    /// <inheritdoc cref="IsDone(ReadOnlySpan{char}, long, DateTime)"/>
    public bool IsDone(FileState file) => IsDone(file.Name, file.Length, file.Changed);

    /// <summary>Whether the name was there before, with whatever content.</summary>
    public bool Knows(string name) => _entries.ContainsKey(name);

    /// <summary>Whether the name had exactly this content before.</summary>
    public bool HasSeen(string name, ContentHash content) =>
        content != ContentHash.Unknown && _entries.TryGetValue(name, out Entry entry) && entry.Content == content;

    /// <summary>Remembers a file as it is after it was read, or passed over with its content unknown.</summary>
    public void Remember(FileState file, ContentHash content)
    {
        var line = new MemoryLine(file.Name, file.Length, file.Changed.Ticks, content.Value, IsForgotten: false);
        Take(line);
        _file?.Append(line);
        if (_entries.Count > _most)
            ForgetOlderHalf();
        else
            Shorten();
    }

    /// <summary>Forgets a file that the agent itself has taken away: the next one of this name is another one, whatever its
    /// content.</summary>
    public void Forget(string name)
    {
        if (!_entries.Remove(name))
            return;
        _file?.Append(new MemoryLine(name, 0, 0, 0, IsForgotten: true));
        Shorten();
    }

    /// <summary>Lets go of the memory file until there is more to remember.</summary>
    public void Close() => _file?.Close();

    private void Take(MemoryLine line)
    {
        if (line.Name.Length == 0)
            AllReadUntil = new DateTime(line.Changed, DateTimeKind.Utc);
        else if (line.IsForgotten)
            _entries.Remove(line.Name);
        else
            _entries[line.Name] = new Entry(line.Length, line.Changed, new ContentHash(line.Content));
    }

    private void ForgetOlderHalf()
    {
        long until = _entries.Values.Select(entry => entry.Changed).Order().ElementAt(_entries.Count / 2);
        AllReadUntil = new DateTime(Math.Max(until, AllReadUntil?.Ticks ?? 0), DateTimeKind.Utc);
        foreach (string name in _entries.Where(entry => entry.Value.Changed <= until).Select(entry => entry.Key).ToList())
            _entries.Remove(name);
        _file?.Rewrite(Lines());
    }

    /// <summary>The memory file only grows; when most of it is out of date, it is written anew.</summary>
    private void Shorten()
    {
        if (_file?.Lines > 2 * _entries.Count + 1000)
            _file.Rewrite(Lines());
    }

    // A line without a name holds the time up to which all counts as read.
    private IEnumerable<MemoryLine> Lines()
    {
        if (AllReadUntil is { } until)
            yield return new MemoryLine("", 0, until.Ticks, 0, IsForgotten: false);
        foreach ((string name, Entry entry) in _entries)
            yield return new MemoryLine(name, entry.Length, entry.Changed, entry.Content.Value, IsForgotten: false);
    }
}
