using System.Runtime.InteropServices;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>
/// Tells the agents of this machine from each other that read one folder: who takes all its files away has it alone.
/// A lock on the folder itself (flock), which writes nothing and ends with the process; on Linux only, and not on network shares,
/// which nobody could unmount meanwhile.
/// </summary>
internal sealed partial class FolderClaim : IDisposable
{
    private const int ReadOnly = 0, CloseInChildren = 0x80000, Shared = 1, Alone = 2, AtOnce = 4, IsTaken = 11, None = -1;

    private readonly int _folder;

    private FolderClaim(int folder) => _folder = folder;

    /// <summary>Claims a folder, where folders can be claimed; null when it can't be claimed now.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="isContested">True when another agent reads it, and one of the two takes files away that the other wants.</param>
    public static FolderClaim? Take(string folder, FolderOptions options, out bool isContested)
    {
        isContested = false;
        if (!OperatingSystem.IsLinux())
            return new FolderClaim(None);
        if (!Directory.Exists(folder))
            return null;
        // The answer stays the same, and each look for it asks the server.
        if (new DriveInfo(folder).DriveType == DriveType.Network)
            return new FolderClaim(None);
        int opened = Open(folder, ReadOnly | CloseInChildren);
        if (opened < 0)
            return null;
        // With a pattern each may have its own files.
        bool takesAll = options is { AfterRead: not AfterRead.Keep, Pattern: "*" or "*.*" };
        if (Lock(opened, (takesAll ? Alone : Shared) | AtOnce) != 0)
        {
            isContested = Marshal.GetLastPInvokeError() == IsTaken;
            // Others are to see that this one is here too.
            if (isContested)
                _ = Lock(opened, Shared | AtOnce);
        }
        return new FolderClaim(opened);
    }

    public void Dispose()
    {
        if (_folder != None)
            _ = Close(_folder);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
