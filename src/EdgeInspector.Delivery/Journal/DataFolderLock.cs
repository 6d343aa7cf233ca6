using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// Makes sure that only one agent uses a data folder. The lock belongs to the operating system (flock, on Windows the sharing mode), so that it ends with the
/// process however the process ends.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    /// <summary>The file that is locked; it stays when the agent has ended.</summary>
    public const string FileName = "agent.lock";

    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="DeliveryException">Another agent has it.</exception>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be used.</exception>
    public static DataFolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        try
        {
            return new DataFolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException taken) when (IsTaken(taken))
        {
            throw new DeliveryException(
                $"The data folder '{folder}' is in use by another agent. Stop that one first, or give this one a DataFolder of its own.");
        }
    }

    /// <summary>True while an agent uses the folder.</summary>
    public static bool IsHeld(string folder)
    {
        try
        {
            if (!File.Exists(Path.Combine(folder, FileName)))
                return false;
            Take(folder).Dispose();
            return false;
        }
        catch (DeliveryException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK of flock(2): 11 on Linux, 35 on macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.
    private static bool IsTaken(IOException fault) =>
        OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) is 32 or 33 : fault.HResult is 11 or 35;
}
