using System.Text.RegularExpressions;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Says in words that do not change from file to file why something could not be written, and how to mend it.</summary>
internal static partial class DiskFault
{
    private const int UnixDiskFull = 28, UnixReadOnly = 30, UnixQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027), WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>True for what a disk, a network drive or access rights may do to us; false for faults of our own.</summary>
    public static bool Is(Exception fault) => fault is IOException or UnauthorizedAccessException or System.Security.SecurityException or NotSupportedException;

    /// <summary>True when there is no room.</summary>
    public static bool IsFull(Exception fault) => fault is IOException
        && (OperatingSystem.IsWindows() ? fault.HResult is WindowsDiskFull or WindowsHandleDiskFull : fault.HResult is UnixDiskFull or UnixQuota);

    /// <summary>One sentence or two for <c>state</c>.</summary>
    public static string Explain(Exception fault, string folder)
    {
        if (IsFull(fault))
            return $"The disk with the image spool '{folder}' is full. Free some space, or lower Images:SpoolMaxBytes.";
        string cause = fault switch
        {
            UnauthorizedAccessException => "access is denied",
            IOException when fault.HResult == (OperatingSystem.IsWindows() ? WindowsWriteProtected : UnixReadOnly) => "the disk is read-only",
            _ when !Directory.Exists(folder) => "the folder can't be made",
            _ => WithoutNames(fault.Message),
        };
        return $"Pictures of parts can't be written to the image spool '{folder}': {cause}. Check that the disk is there and that the service's user may write.";
    }

    // The text names the file, and would be another for every picture.
    private static string WithoutNames(string message) => QuotedName().Replace(message, "").TrimEnd(' ', ':', '.');

    [GeneratedRegex(@"\s*'[^']*'|\s*""[^""]*""")]
    private static partial Regex QuotedName();
}
