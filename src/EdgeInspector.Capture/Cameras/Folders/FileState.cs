using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>A file as it was seen.</summary>
/// <param name="Name">The file's name in the folder.</param>
/// <param name="Length">The file's size in bytes.</param>
/// <param name="Changed">The time of the file's last change by the file system, UTC.</param>
internal readonly record struct FileState(string Name, long Length, DateTime Changed)
{
    /// <summary>The present state of a file; null when the file is gone or can't be looked at.</summary>
    public static FileState? Of(string folder, string name)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, name));
            return file.Exists ? new FileState(name, file.Length, file.LastWriteTimeUtc) : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is ArgumentException)
        {
            return null;
        }
    }
}
