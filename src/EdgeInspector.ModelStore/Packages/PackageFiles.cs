using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>A package could not be read; the message is meant for the user.</summary>
internal sealed class PackageRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The files of a package, wherever they lie. Names are compared without regard to case, as they travel between Windows and Linux.
/// </summary>
internal abstract class PackageFiles : IDisposable
{
    /// <summary>File names without folder.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>A folder beside the files, which is not looked into; null: none.</summary>
    public abstract string? Folder { get; }

    /// <summary>True when there is a file of this name.</summary>
    public bool Has(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a file like <see cref="Read"/>; null when there is no file of this name.</summary>
    public byte[]? ReadIfThere(string name, int limit) => Has(name) ? Read(name, limit) : null;

    /// <summary>Reads a file, never more than the limit, whatever the archive says about its size.</summary>
    /// <exception cref="PackageRefusedException">The file is too large or cannot be read.</exception>
    public byte[] Read(string name, int limit)
    {
        try
        {
            using Stream stream = Open(name, out long length);
            if (length > limit)
                throw TooLarge(name, limit);
            // Read in one piece, without a second copy: networks are large, and the line needs the memory.
            byte[] bytes = new byte[Math.Min(length, limit)];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count < bytes.Length || stream.ReadByte() >= 0)
                throw new PackageRefusedException($"{name} has another size than is said. Copy or export the package again.");
            if (IsDamaged(name, bytes))
                throw new PackageRefusedException(
                    $"{name} is damaged: it does not match the zip's check sum. Copy or export the package again.");
            return bytes;
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException or NotSupportedException)
        {
            throw new PackageRefusedException(
                $"{name} cannot be read: {fault.Message.TrimEnd('.')}. Copy or export the package again.", fault);
        }
    }

    /// <inheritdoc />
    public abstract void Dispose();

    /// <summary>Opens a file of <see cref="Names"/>; the length is what the container claims.</summary>
    protected abstract Stream Open(string name, out long length);

    /// <summary>True when the container keeps a check sum and the content does not match it.</summary>
    protected virtual bool IsDamaged(string name, byte[] content) => false;

    private static PackageRefusedException TooLarge(string name, int limit) =>
        new($"{name} is larger than the {Size(limit)} that is allowed; this is not a compact export.");

    internal static string Size(long bytes) =>
        bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : bytes >= 1 << 10 ? $"{bytes >> 10} KiB" : $"{bytes} bytes";
}
