using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>The files directly in a folder.</summary>
internal sealed class PackageFolderFiles : PackageFiles
{
    private readonly Dictionary<string, FileInfo> _files = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="PackageRefusedException">The folder cannot be listed.</exception>
    public PackageFolderFiles(string folder, PackageLimits limits)
    {
        try
        {
            // Ordinal order, so that of two names that differ only in case the same file is taken everywhere.
            foreach (FileInfo file in new DirectoryInfo(folder)
                .EnumerateFiles()
                .Take(limits.Entries)
                .OrderBy(file => file.Name, StringComparer.Ordinal))
                _files.TryAdd(file.Name, file);
            Folder = new DirectoryInfo(folder)
                .EnumerateDirectories()
                .Select(inner => inner.Name)
                .Order(StringComparer.Ordinal)
                .FirstOrDefault();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new PackageRefusedException($"The folder cannot be listed: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    public override IReadOnlyCollection<string> Names => _files.Keys;

    public override string? Folder { get; }

    public override void Dispose()
    {
        // Nothing to free: each file is closed after it was read.
    }

    protected override Stream Open(string name, out long length)
    {
        FileInfo file = _files[name];
        if (file.LinkTarget is { } target)
            throw new PackageRefusedException(
                $"{name} is a link to '{target}', and may be another file tomorrow. Put the file itself there.");
        // Also refuses a pipe or a device, which shows no length; reading it would wait for ever.
        if (file.Length == 0)
        {
            length = 0;
            return Stream.Null;
        }
        var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
        length = stream.Length;
        return stream;
    }
}
