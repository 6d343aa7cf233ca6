using System.IO.Compression;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>The files at the top of a zip, or in its only folder when someone packed the folder. Nothing is ever written to disk.</summary>
internal sealed class ZipFiles : PackageFiles
{
    private const int LongestName = 81;

    // The kind of file in the upper half of the attributes, as stat(2) has it.
    private const int UnixKind = 0xF000, UnixLink = 0xA000;

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="PackageRefusedException">The file is no zip, or a zip that nobody should open.</exception>
    public ZipFiles(string path, PackageLimits limits)
    {
        _archive = OpenArchive(path, limits);
        try
        {
            Check(limits);
            string top = Top();
            foreach (ZipArchiveEntry entry in _archive.Entries.Where(entry => entry.Name.Length > 0))
            {
                if (entry.FullName.StartsWith(top, StringComparison.Ordinal) && !entry.FullName[top.Length..].Contains('/') &&
                    !_entries.TryAdd(entry.Name, entry))
                {
                    throw new PackageRefusedException(
                        $"The zip contains {entry.Name} twice, and the two may differ. Export the package again.");
                }
            }
        }
        catch (InvalidDataException fault)
        {
            _archive.Dispose();
            throw Damaged(fault);
        }
        catch
        {
            _archive.Dispose();
            throw;
        }
    }

    public override IReadOnlyCollection<string> Names => _entries.Keys;

    public override string? Folder =>
        _archive.Entries.Select(entry => entry.FullName[Top().Length..].Split('/')).FirstOrDefault(parts => parts.Length > 1)?[0];

    public override void Dispose() => _archive.Dispose();

    protected override Stream Open(string name, out long length)
    {
        length = _entries[name].Length;
        return _entries[name].Open();
    }

    protected override bool IsDamaged(string name, byte[] content) => ZipCheckSum.Compute(content) != _entries[name].Crc32;

    private static ZipArchive OpenArchive(string path, PackageLimits limits)
    {
        if (new FileInfo(path).Length == 0)
            throw new PackageRefusedException("The zip is empty. Copy or export it again.");
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > limits.Archive)
                throw new PackageRefusedException(
                    $"The zip is larger than the {Size(limits.Archive)} that is allowed; this is not a compact export.");
            if (ZipDirectory.Size(stream) > ZipDirectory.Most)
                throw new PackageRefusedException(
                    $"The zip's table of contents is larger than the {Size(ZipDirectory.Most)} that are allowed. This is not an export.");
            stream.Position = 0;
            return new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (Exception fault) when (DiskFault.Is(fault)
            || fault is InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            stream?.Dispose();
            throw DiskFault.Is(fault)
                ? new PackageRefusedException($"The zip cannot be read: {fault.Message.TrimEnd('.')}.", fault)
                : Damaged(fault);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    private void Check(PackageLimits limits)
    {
        if (_archive.Entries.Count > limits.Entries)
            throw new PackageRefusedException(
                $"The zip has {_archive.Entries.Count} entries; at most {limits.Entries} are allowed. This is not an export.");
        long total = 0;
        foreach (ZipArchiveEntry entry in _archive.Entries)
        {
            if (Escapes(entry.FullName))
                throw new PackageRefusedException($"The zip has an entry named '{Printable(entry.FullName)}', "
                    + "which leads out of its folder. Do not trust this file; export the package again.");
            if ((entry.ExternalAttributes >> 16 & UnixKind) == UnixLink)
                throw new PackageRefusedException(
                    $"The zip's entry {Printable(entry.FullName)} is a symbolic link. Pack the files themselves.");
            if (entry.IsEncrypted)
                throw new PackageRefusedException(
                    $"The zip's entry {Printable(entry.FullName)} is encrypted. Pack it again without a password.");
            total += Math.Max(0, entry.Length);
            if (entry.Length < 0 || total > limits.Unpacked)
                throw new PackageRefusedException(
                    $"The zip would unpack to more than the {Size(limits.Unpacked)} that are allowed; this is not a compact export.");
            if (entry.Length > 1 << 20 && entry.Length / Math.Max(1, entry.CompressedLength) > limits.Ratio)
            {
                throw new PackageRefusedException(
                    $"The zip's entry {Printable(entry.FullName)} would unpack "
                    + $"to {Size(entry.Length)} from {Size(entry.CompressedLength)}, as only a zip bomb does. Do not trust this file.");
            }
        }
    }

    /// <summary>The prefix that all entries share when there is exactly one folder and no entry beside it; else empty.</summary>
    private string Top()
    {
        var tops = _archive.Entries
            .Where(entry => !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
            .Select(entry => entry.FullName[..(entry.FullName.IndexOf('/') + 1)])
            .Distinct(StringComparer.Ordinal)
            .Take(2)
            .ToList();
        return tops.Count == 1 ? tops[0] : "";
    }

    private static bool Escapes(string name) =>
        name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && name[1] == ':') || name.Contains('\0') ||
        name.Split('/', '\\').Contains("..");

    /// <summary>A name as it can be shown: shortened, and on one line.</summary>
    internal static string Printable(string name) => PrintableText.Of(name, LongestName);

    private static PackageRefusedException Damaged(Exception fault) =>
        new($"The zip is damaged or not complete ({fault.Message.TrimEnd('.')}). Copy or export it again.", fault);
}
