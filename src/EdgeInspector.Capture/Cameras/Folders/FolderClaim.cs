using System.Runtime.InteropServices;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>
/// Keeps agents of this machine from taking each other's files: an agent that takes all files out of a folder must be the folder's only
/// reader. The claim is a lock on the folder itself (flock), which writes nothing and ends with the process. It exists on Linux only, and
/// not on network shares: a locked share could not be unmounted.
/// </summary>
internal sealed partial class FolderClaim : IDisposable
{
    private const int ReadOnly = 0, CloseInChildren = 0x80000, Shared = 1, Alone = 2, AtOnce = 4, IsTaken = 11, None = -1;

    private readonly int _folder;

    private FolderClaim(int folder) => _folder = folder;

    /// <summary>Claims a folder, where folders can be claimed; null when it can't be claimed now.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How the folder is read.</param>
    /// <param name="isContested">
    /// True when another agent reads the folder, and one of the two takes files away that the other wants.
    /// </param>
    public static FolderClaim? Take(string folder, FolderOptions options, out bool isContested)
    {
        isContested = false;
        if (!OperatingSystem.IsLinux())
            return new FolderClaim(None);
        if (!Directory.Exists(folder))
            return null;
        // The type of the drive does not change, but each look at a share asks its server, so a share is not claimed.
        if (new DriveInfo(folder).DriveType == DriveType.Network)
            return new FolderClaim(None);
        int opened = Open(folder, ReadOnly | CloseInChildren);
        if (opened < 0)
            return null;
        // With a pattern each agent may have its own files.
        bool takesAll = options is { AfterRead: not AfterRead.Keep, Pattern: "*" or "*.*" };
        if (Lock(opened, (takesAll ? Alone : Shared) | AtOnce) != 0)
        {
            isContested = Marshal.GetLastPInvokeError() == IsTaken;
            // Other agents must see that this agent reads the folder too.
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
