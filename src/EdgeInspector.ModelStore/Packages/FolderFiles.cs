namespace EdgeInspector.ModelStore.Packages;

/// <summary>The files directly in a folder.</summary>
internal sealed class FolderFiles : PackageFiles
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="PackageRefusedException">The folder cannot be listed.</exception>
    public FolderFiles(string folder, PackageLimits limits)
    {
        try
        {
            // Ordinal order, so that of two names that differ only in case the same one is taken everywhere.
            foreach (string path in Directory.EnumerateFiles(folder).Take(limits.Entries).Order(StringComparer.Ordinal))
                _paths.TryAdd(Path.GetFileName(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PackageRefusedException($"The folder cannot be listed: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    public override IReadOnlyCollection<string> Names => _paths.Keys;

    public override void Dispose()
    {
        // Each file is closed as it has been read.
    }

    protected override Stream Open(string name, out long length)
    {
        var stream = new FileStream(_paths[name], FileMode.Open, FileAccess.Read, FileShare.Read);
        length = stream.Length;
        return stream;
    }
}
