namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>
/// Remembers which files of a folder are done with: by their name, by their state after they were read, and by their content. With a memory
/// file, also across restarts. Files that are gone stay remembered, because a share that is away looks like an empty folder.
/// </summary>
/// <remarks>
/// Bounded by the number of files in the folder: when too many are remembered, files that are gone are forgotten. One thread only.
/// </remarks>
internal sealed class FolderMemory
{
    private readonly int _leastFull;
    private readonly MemoryFile? _file;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private int _full;

    /// <param name="file">Where the memory is kept; null: in this process only.</param>
    /// <param name="leastFull">How many files are remembered before files that are gone are forgotten.</param>
    public FolderMemory(MemoryFile? file = null, int leastFull = 200_000)
    {
        _leastFull = leastFull;
        _full = leastFull;
        _file = file;
        _byName = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (MemoryLine line in file?.Read() ?? [])
            Take(line);
        IsNew = file?.WasThere != true;
    }

    private readonly record struct Entry(long Length, long Changed, ContentHash Content);

    /// <summary>True when the folder was not read in an earlier run.</summary>
    public bool IsNew { get; }

    /// <summary>How many files are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>True when so many files are remembered that those which are gone from the folder should be forgotten.</summary>
    public bool IsFull => _entries.Count > _full;

    /// <summary>Whether a file in its present state is done with.</summary>
    public bool IsDone(ReadOnlySpan<char> name, long length, DateTime changed) =>
        _byName.TryGetValue(name, out Entry entry) && entry.Length == length && entry.Changed == changed.Ticks;

    /// <inheritdoc cref="IsDone(ReadOnlySpan{char}, long, DateTime)"/>
    public bool IsDone(FileState file) => IsDone(file.Name, file.Length, file.Changed);

    /// <summary>Whether the name was there before, with any content.</summary>
    public bool Knows(string name) => _entries.ContainsKey(name);

    /// <summary>Whether the name had exactly this content before.</summary>
    public bool HasSeen(string name, ContentHash content) =>
        content != ContentHash.Unknown && _entries.TryGetValue(name, out Entry entry) && entry.Content == content;

    /// <summary>Remembers the state of a file after it was read, or of a file that was passed over and whose content is unknown.</summary>
    public void Remember(FileState file, ContentHash content)
    {
        var line = new MemoryLine(file.Name, file.Length, file.Changed.Ticks, content.Value, IsForgotten: false);
        Take(line);
        _file?.Append(line);
        Shorten();
    }

    /// <summary>Forgets the files that are gone, unless no file is there: then probably the folder is gone.</summary>
    /// <param name="present">The names of all files in the folder.</param>
    public void KeepOnly(IReadOnlySet<string> present)
    {
        if (present.Count == 0)
            return;
        // A dictionary may lose entries while its keys are enumerated.
        foreach (string name in _entries.Keys)
        {
            if (!present.Contains(name))
                _entries.Remove(name);
        }
        _full = Math.Max(_leastFull, 2 * _entries.Count);
        _file?.Rewrite(Lines());
    }

    /// <summary>
    /// Forgets a file that the agent itself has taken away: the next file of this name is another one, whatever its content.
    /// </summary>
    public void Forget(string name)
    {
        if (!_entries.Remove(name))
            return;
        _file?.Append(new MemoryLine(name, 0, 0, 0, IsForgotten: true));
        Shorten();
    }

    /// <summary>Closes the memory file until there is more to remember.</summary>
    public void Close() => _file?.Close();

    private void Take(MemoryLine line)
    {
        if (line.IsForgotten)
            _entries.Remove(line.Name);
        else
            _entries[line.Name] = new Entry(line.Length, line.Changed, new ContentHash(line.Content));
    }

    /// <summary>Writes the memory file anew when most of it is out of date, since the file otherwise only grows.</summary>
    private void Shorten()
    {
        if (_file?.Lines > 2 * _entries.Count + 1000)
            _file.Rewrite(Lines());
    }

    private IEnumerable<MemoryLine> Lines() =>
        _entries.Select(
            entry => new MemoryLine(entry.Key, entry.Value.Length, entry.Value.Changed, entry.Value.Content.Value, IsForgotten: false));
}
