namespace EdgeInspector.Foundation.Files;

/// <summary>
/// Tells what a disk, a network drive or access rights may do to us from faults of our own. Whoever expects more, such as a path that
/// somebody else has written, adds it.
/// </summary>
public static class DiskFault
{
    private const int UnixDiskFull = 28, UnixReadOnly = 30, UnixQuota = 122;
    private const int
        WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027),
        WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>True for what a disk, a network drive or access rights may do to us; false for faults of our own.</summary>
    public static bool Is(Exception fault) => fault is IOException or UnauthorizedAccessException;

    /// <summary>True when there is no room.</summary>
    public static bool IsFull(Exception fault) => fault is IOException
        && (OperatingSystem.IsWindows()
            ? fault.HResult is WindowsDiskFull or WindowsHandleDiskFull
            : fault.HResult is UnixDiskFull or UnixQuota);

    /// <summary>True when the disk takes no change at all.</summary>
    public static bool IsReadOnly(Exception fault) => fault is IOException
        && fault.HResult == (OperatingSystem.IsWindows() ? WindowsWriteProtected : UnixReadOnly);
}
