
namespace EdgeInspector.Foundation.Files;

/// <summary>
/// Makes sure that only one agent uses a data folder. The lock belongs to the operating system (flock, on Windows the sharing mode),
/// so that it ends with the process however the process ends.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    /// <summary>The file that is locked; it stays when the agent has ended.</summary>
    public const string FileName = "agent.lock";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;
    private readonly LockHolder _holder;

    private DataFolderLock(FileStream file, LockHolder holder) => (_file, _holder) = (file, holder);

    /// <summary>Takes the lock, and waits for it where somebody else has it.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="who">What takes it, for others who wait: <see cref="LockHolder.Agent"/>, or a command.</param>
    /// <param name="patience">How long it is waited for.</param>
    /// <param name="onWait">Told once for whom it waits.</param>
    /// <exception cref="DataFolderException">
    /// Somebody else has it and keeps it (<see cref="DataFolderException.MayPass"/>), or what lies in its place is nothing that can be
    /// locked.
    /// </exception>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be used.</exception>
    public static DataFolderLock Take(string folder, string who = LockHolder.Agent, TimeSpan patience = default,
        Action<string>? onWait = null)
    {
        Directory.CreateDirectory(folder);
        long began = TimeProvider.System.GetTimestamp();
        bool isTold = false;
        while (true)
        {
            if (TryTake(folder) is { } file)
                return new DataFolderLock(file, LockHolder.Write(folder, who));
            string holder = LockHolder.Read(folder);
            if (TimeProvider.System.GetElapsedTime(began) >= patience)
            {
                throw new DataFolderException(
                    $"The data folder '{folder}' is in use by {holder}. Stop that one first, or give this one a DataFolder of its own.")
                {
                    MayPass = true,
                };
            }
            if (!isTold)
                onWait?.Invoke(holder);
            isTold = true;
            Thread.Sleep(LookEvery);
        }
    }

    /// <summary>True while an agent uses the folder; false while nobody does, or a command for the moment of a change.</summary>
    public static bool IsHeld(string folder)
    {
        try
        {
            if (!File.Exists(Path.Combine(folder, FileName)))
                return false;
            using FileStream? free = TryTake(folder);
            return free is null && !LockHolder.IsCommand(folder);
        }
        catch (Exception e) when (DiskFault.Is(e) || e is DataFolderException)
        {
            return false;
        }
    }

    /// <summary>Why the folder could never be locked, as a sentence; null: it can, or could but for somebody who has it.</summary>
    public static string? Complaint(string folder)
    {
        try
        {
            if (File.Exists(Path.Combine(folder, FileName)) || Directory.Exists(Path.Combine(folder, FileName)))
                TryTake(folder)?.Dispose();
            return null;
        }
        catch (DataFolderException never)
        {
            return never.Message;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _holder.Forget();
        _file.Dispose();
    }

    /// <summary>Null when somebody else has it.</summary>
    private static FileStream? TryTake(string folder)
    {
        string path = Path.Combine(folder, FileName);
        FileFacts? facts = FileFacts.Of(path);
        // Before it is opened: a pipe would be waited for, and without the lock two agents might run.
        if (facts is { IsFile: false })
            throw new DataFolderException($"The data folder can't be locked: {FileFacts.Complaint(path)}");
        try
        {
            return Open(path, FileAccess.ReadWrite);
        }
        catch (UnauthorizedAccessException) when (facts is not null)
        {
            return OpenToReadOnly(path, facts);
        }
    }

    // Made by somebody else, such as root with a command: to lock it, the right to read is enough.
    private static FileStream? OpenToReadOnly(string path, FileFacts facts)
    {
        try
        {
            return Open(path, FileAccess.Read);
        }
        catch (UnauthorizedAccessException)
        {
            throw new DataFolderException(
                $"The data folder can't be locked: '{path}' is a file{facts.OfWhom}, which {Environment.UserName} may not open. "
                + $"Give it to {Environment.UserName}, or remove it.");
        }
    }

    private static FileStream? Open(string path, FileAccess access)
    {
        try
        {
            return new FileStream(path, access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, access, FileShare.None);
        }
        catch (IOException taken) when (IsTaken(taken))
        {
            return null;
        }
    }

    // EWOULDBLOCK of flock(2): 11 on Linux, 35 on macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.
    private static bool IsTaken(IOException fault) =>
        OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) is 32 or 33 : fault.HResult is 11 or 35;
}
