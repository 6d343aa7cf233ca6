using System.Diagnostics;
using System.Globalization;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Foundation.Files;

/// <summary>
/// Who has the data folder's lock, in a file beside it that others can read, as they can't the locked one. It decides nothing: it is for
/// messages, and tells an agent from a command that takes the lock for a moment.
/// </summary>
/// <param name="path">The file; null when it could not be written.</param>
public sealed class LockHolder(string? path)
{
    /// <summary>What an agent calls itself.</summary>
    public const string Agent = "another agent";

    private const string FileName = "agent.lock.holder";
    private const int MostCharacters = 200;

    /// <summary>Writes down who has it; a disk that refuses costs only the name.</summary>
    public static LockHolder Write(string folder, string who)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            if (FileFacts.Of(path) is { IsFile: false })
                return new LockHolder(null);
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture,
                $"{who}\n{Environment.ProcessId}\n{Environment.MachineName}\n"));
            return new LockHolder(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return new LockHolder(null);
        }
    }

    /// <summary>Who has it, for a sentence: <c>models activate (process 4711 on line-pc-1)</c>.</summary>
    public static string Read(string folder) =>
        Lines(folder) is [var who, var process, var machine] ? $"{who} (process {process} on {machine})"
        : $"a program that does not say who it is ('fuser -v {Path.Combine(folder, DataFolderLock.FileName)}' shows it)";

    /// <summary>True when a command of ours has it.</summary>
    public static bool IsCommand(string folder) => Lines(folder) is [not Agent, _, _];

    /// <summary>Removes the name; called before the lock is given back.</summary>
    public void Forget()
    {
        try
        {
            if (path is not null)
                File.Delete(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // The next one writes over it.
        }
    }

    // Null when nobody wrote it, or a process that has ended: then somebody else has the lock.
    private static string[]? Lines(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            if (FileFacts.Of(path) is not { IsFile: true } || new FileInfo(path).Length > MostCharacters * 4)
                return null;
            string[] lines = [.. File.ReadLines(path).Take(3).Select(line => PrintableText.Of(line, MostCharacters))];
            return lines.Length == 3 && IsAlive(lines[1], lines[2]) ? lines : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    private static bool IsAlive(string process, string machine)
    {
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return false;
        // Of another machine or container nobody can say.
        if (machine != Environment.MachineName)
            return true;
        try
        {
            using var other = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
