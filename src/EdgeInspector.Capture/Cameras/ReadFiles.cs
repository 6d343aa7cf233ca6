namespace EdgeInspector.Capture.Cameras;

/// <summary>A file as it was seen: when one of the three differs, it is another picture.</summary>
internal readonly record struct FileState(string Name, long Length, DateTime Changed);

/// <summary>
/// Remembers which files of a folder have been read, within a bound: beyond it the older half is forgotten, and from then on files that are
/// not newer than those count as read.
/// </summary>
/// <param name="most">The most files remembered singly.</param>
internal sealed class ReadFiles(int most = 100_000)
{
    private readonly HashSet<FileState> _files = [];
    private DateTime _allReadUntil = DateTime.MinValue;

    public int Count => _files.Count;

    public bool Contains(FileState file) => file.Changed <= _allReadUntil || _files.Contains(file);

    public void Add(FileState file)
    {
        if (file.Changed > _allReadUntil)
            _files.Add(file);
        if (_files.Count <= most)
            return;
        _allReadUntil = _files.Select(known => known.Changed).Order().ElementAt(_files.Count / 2);
        _files.RemoveWhere(known => known.Changed <= _allReadUntil);
    }

    /// <summary>Drops the memory of files that are no longer in the folder.</summary>
    public void ForgetAbsent(IReadOnlyCollection<FileState> present)
    {
        // Cheap when nothing went: as long as fewer are remembered than present, all of them may still be there.
        if (_files.Count <= present.Count)
            return;
        _files.IntersectWith(present);
    }
}
