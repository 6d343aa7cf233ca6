using System.Globalization;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>
/// A folder for people to look into, whose entries begin with the local time at which they came: refused packages, reports. The newest
/// stay; a folder that only grows would fill the disk. Entries with other names belong to somebody else, and are left alone.
/// </summary>
internal static class DatedFolder
{
    private const string Format = "yyyy-MM-dd_HH-mm-ss";

    private const int Most = 50;
    private const long MostBytes = 2L << 30;

    // A refused folder may hold anything, also links to anywhere.
    private static readonly EnumerationOptions Within = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    /// <summary>The name of an entry that comes now.</summary>
    public static string Name(DateTimeOffset now, string rest) => $"{now.ToString(Format, CultureInfo.InvariantCulture)}_{rest}";

    /// <summary>When an entry came, local time, by its name; null for an entry with another kind of name.</summary>
    public static DateTime? TimeOf(string name) =>
        name.Length > Format.Length
        && DateTime.TryParseExact(name[..Format.Length], Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
            ? at
            : null;

    /// <summary>The name without the time before it.</summary>
    public static string RestOf(string name) => name[(Format.Length + 1)..];

    /// <summary>
    /// Removes the oldest entries beyond a number or a size. The newest stays in any case, and entries that came within one second go
    /// together. An entry that alone is larger than the size is not counted, and is removed when a newer entry comes; the text beside it
    /// stays.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="justCame">Name of the entry that came just now: it is the newest, whatever the clock said.</param>
    /// <param name="most">How many entries stay.</param>
    /// <param name="mostBytes">How many bytes stay.</param>
    /// <exception cref="IOException">An entry can't be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">An entry can't be removed.</exception>
    public static void Trim(string folder, string? justCame = null, int most = Most, long mostBytes = MostBytes)
    {
        List<IGrouping<string, FileSystemInfo>> newestFirst = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => TimeOf(entry.Name) is not null)
            .GroupBy(entry => entry.Name[..Format.Length], StringComparer.Ordinal)
            .OrderByDescending(together => justCame?.StartsWith(together.Key, StringComparison.Ordinal) is true)
            .ThenByDescending(together => together.Key, StringComparer.Ordinal)];
        long bytes = 0;
        for (int i = 0; i < newestFirst.Count; i++)
        {
            // An entry larger than the limit does not push others out: a file with holes may claim any length without taking room on the
            // disk.
            long own = 0;
            foreach (FileSystemInfo entry in newestFirst[i])
            {
                long size = Size(entry);
                if (size <= mostBytes)
                    own += size;
                else if (i > 0)
                    Delete(entry);
            }
            bytes += own;
            if (i > 0 && (i >= most || bytes > mostBytes))
                newestFirst[i].ToList().ForEach(Delete);
        }
    }

    private static long Size(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: not null } => 0,
        DirectoryInfo folder => folder.EnumerateFiles("*", Within)
            .Aggregate(0L, (sum, file) => file.Length > long.MaxValue - sum ? long.MaxValue : sum + file.Length),
        FileInfo file => file.Length,
        _ => 0,
    };

    private static void Delete(FileSystemInfo entry)
    {
        entry.Refresh();
        if (!entry.Exists && entry.LinkTarget is null)
            return;
        if (entry is DirectoryInfo folder && folder.LinkTarget is null)
            folder.Delete(recursive: true);
        else
            entry.Delete();
    }
}
