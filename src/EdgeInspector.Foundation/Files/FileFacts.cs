using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeInspector.Foundation.Files;

/// <summary>
/// What lies at a path and whose it is, asked of the system without opening it: whoever opens a pipe waits until somebody writes into it.
/// </summary>
/// <param name="IsFile">True for a file with content; false for a folder, a pipe, a socket or a device.</param>
/// <param name="What">In a word, for messages: <c>a file</c>, <c>a pipe</c>.</param>
/// <param name="Owner">The user whose it is; null where the system does not say.</param>
public sealed partial record FileFacts(bool IsFile, string What, string? Owner)
{
    // statx(2): the same layout on every processor.
    private const int Length = 256, OwnerAt = 20, ModeAt = 28, NumberAt = 32, DiskAt = 136;
    private const int CurrentFolder = -100;
    private const uint TypeModeOwner = 0x1 | 0x2 | 0x8, FileNumber = 0x100;

    /// <summary>Whose it is, to be added to a sentence: <c> of user root</c>; empty where nobody knows.</summary>
    public string OfWhom => Owner is null ? "" : $" of user {Owner}";

    /// <summary>Looks; links are followed. Null when nothing is there, or the system does not tell.</summary>
    public static FileFacts? Of(string path)
    {
        if (Directory.Exists(path))
            return new FileFacts(false, "a folder", OperatingSystem.IsLinux() ? FromSystem(path)?.Owner : null);
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? new FileFacts(true, "a file", null) : null;
        return FromSystem(path);
    }

    /// <summary>Why something can't be read as a file, as a sentence with the way out; null: it is a file, or nothing is there.</summary>
    public static string? Complaint(string path) =>
        Of(path) is { IsFile: false } facts ? $"'{path}' is no file but {facts.What}{facts.OfWhom}. Remove it." : null;

    /// <summary>Goes on only where a file can be opened without being waited for, or nothing lies there.</summary>
    /// <exception cref="IOException">It is no file; the message says what, whose, and what to do.</exception>
    public static void Demand(string path)
    {
        if (Complaint(path) is { } complaint)
            throw new IOException(complaint);
    }

    /// <summary>
    /// True for two names of one file or folder: links, mounts and other spellings lead to the same.
    /// Where the system does not tell, by the names alone.
    /// </summary>
    public static bool AreSame(string one, string other)
    {
        if (string.Equals(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(one)),
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(other)),
            OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            return true;
        return OperatingSystem.IsLinux() && PlaceOf(one) is { } place && place == PlaceOf(other);
    }

    /// <summary>
    /// True for a file whose name is no valid UTF-8: this program is told the name with a substitute in it, by which nothing can be found.
    /// </summary>
    public static bool IsOutOfReach(string path) => path.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(path);

    /// <summary>The disk and the number on it; null where nothing is there, or nobody tells.</summary>
    private static (ulong Disk, ulong Number)? PlaceOf(string path)
    {
        Span<byte> facts = stackalloc byte[Length];
        try
        {
            return AskSystem(CurrentFolder, path, 0, FileNumber, ref MemoryMarshal.GetReference(facts)) == 0
                ? (BinaryPrimitives.ReadUInt64LittleEndian(facts[DiskAt..]), BinaryPrimitives.ReadUInt64LittleEndian(facts[NumberAt..]))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static FileFacts? FromSystem(string path)
    {
        Span<byte> facts = stackalloc byte[Length];
        try
        {
            if (AskSystem(CurrentFolder, path, 0, TypeModeOwner, ref MemoryMarshal.GetReference(facts)) != 0)
                return null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it: musl before 1.2.3.
            return File.Exists(path) ? new FileFacts(true, "a file", null) : null;
        }
        string what = (BinaryPrimitives.ReadUInt16LittleEndian(facts[ModeAt..]) & 0xF000) switch
        {
            0x8000 => "a file",
            0x4000 => "a folder",
            0x1000 => "a pipe",
            0xC000 => "a socket",
            _ => "a device",
        };
        return new FileFacts(what == "a file", what, NameOf(BinaryPrimitives.ReadUInt32LittleEndian(facts[OwnerAt..])));
    }

    private static string NameOf(uint user)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (string line in File.ReadLines("/etc/passwd"))
            {
                if (line.Split(':') is [{ Length: > 0 } name, _, var id, ..] && id == number)
                    return name;
            }
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // Then its number must do.
        }
        return number;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AskSystem(int folder, string path, int flags, uint mask, ref byte facts);
}
