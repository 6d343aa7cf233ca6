using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>
/// Says when files that somebody is copying are complete: when their size, time and number have not changed for a while. Looking works
/// everywhere; notifications get lost on network shares.
/// </summary>
internal sealed class StableLook(TimeSpan stableFor, TimeProvider time)
{
    /// <summary>
    /// An item that looks unfinished although it does not change, such as half a zip, is waited for so many times longer.
    /// </summary>
    private const int Patience = 5;

    private readonly Dictionary<string, (FileStamp Stamp, long Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>Looks at one item.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="looksWhole">Whether the content of the item seems complete; called once the item is stable.</param>
    /// <returns>True when the item can be taken.</returns>
    public bool IsReady(string path, Func<bool> looksWhole)
    {
        if (FileStamp.Of(path) is not { } stamp)
        {
            _seen.Remove(path);
            return false;
        }
        long now = time.GetTimestamp();
        if (!_seen.TryGetValue(path, out (FileStamp Stamp, long Since) known) || known.Stamp != stamp)
        {
            _seen[path] = (stamp, now);
            return false;
        }
        TimeSpan unchanged = time.GetElapsedTime(known.Since, now);
        return unchanged >= stableFor && (looksWhole() || unchanged >= stableFor * Patience);
    }

    /// <summary>Forgets an item that is done with.</summary>
    public void Forget(string path) => _seen.Remove(path);
}

/// <summary>Values that change when somebody writes to a file or into a folder.</summary>
/// <param name="Bytes">Size of all files.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Written">The latest time of writing.</param>
internal readonly record struct FileStamp(long Bytes, int Files, DateTime Written)
{
    private const int MostFiles = 4096;

    /// <summary>
    /// The stamp of a file, a folder with its files, or a bare .onnx file with the files beside it; null when the item is not there or
    /// can't be looked at.
    /// </summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            if (Directory.Exists(path))
                return Sum(new DirectoryInfo(path).EnumerateFiles().Take(MostFiles));
            if (!File.Exists(path))
                return null;
            return path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)
                ? Sum(Companions(path).Append(path).Select(file => new FileInfo(file)))
                : Sum([new FileInfo(path)]);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    /// <summary>
    /// The files beside an item that belong to it: its signature, and for a bare .onnx file its labels, manifest and metadata.
    /// </summary>
    public static IEnumerable<string> Companions(string path)
    {
        IEnumerable<string> found = File.Exists(path + ".sig") ? [path + ".sig"] : [];
        return path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && Path.GetDirectoryName(path) is { } folder
            && !Directory.Exists(path)
            ? Directory.EnumerateFiles(folder)
                .Where(file => Names.Contains(Path.GetFileName(file), StringComparer.OrdinalIgnoreCase))
                .Concat(found)
            : found;
    }

    private static readonly string[] Names =
        ["labels.txt", "cvexport.manifest", "metadata_properties.json", Packages.PackageSettingsFile.FileName];

    /// <summary>True for a file that belongs to a bare .onnx file.</summary>
    public static bool IsCompanion(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || name.EndsWith(".sig", StringComparison.OrdinalIgnoreCase);

    private static FileStamp Sum(IEnumerable<FileInfo> files)
    {
        long bytes = 0;
        int count = 0;
        DateTime written = default;
        foreach (FileInfo file in files)
        {
            bytes += file.Length;
            count++;
            written = file.LastWriteTimeUtc > written ? file.LastWriteTimeUtc : written;
        }
        return new FileStamp(bytes, count, written);
    }
}
