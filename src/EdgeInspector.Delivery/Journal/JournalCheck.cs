using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.Journal;

/// <summary>What a look at the journal gave.</summary>
/// <param name="IsGood">False when somebody should look, though the line runs.</param>
/// <param name="Message">What was found, and how to mend it.</param>
public sealed record JournalCheckResult(bool IsGood, string Message);

/// <summary>Looks at the journal for <c>doctor</c>, and changes nothing in it.</summary>
public static class JournalCheck
{
    /// <summary>Looks at the journal of a data folder, and at those that earlier starts have set aside.</summary>
    public static IEnumerable<JournalCheckResult> Run(string dataFolder)
    {
        string folder = Path.GetFullPath(dataFolder);
        yield return Look(Path.Combine(folder, JournalFile.FileName), folder);
        string[] others = Directory.Exists(folder) ? Directory.GetFiles(folder, "journal-*.db") : [];
        foreach (string aside in others.Order(StringComparer.Ordinal))
        {
            yield return new(
                false,
                $"{aside} was set aside by an earlier start, which could not use it. The log and an event of that start tell why and what was lost; "
                + "delete it, with the files '-wal' and '-shm' beside it, when nobody needs it any more.");
        }
    }

    private static JournalCheckResult Look(string path, string folder)
    {
        try
        {
            if (!File.Exists(path))
                return new(true, $"{path} will be begun at the first start");
            if (JournalFile.VersionOf(path) is { } version && version > JournalFile.Version)
            {
                return new(
                    false,
                    string.Create(CultureInfo.InvariantCulture, $"{path} was written by a newer version of the agent (its schema is {version}, this program knows {JournalFile.Version}). ")
                    + "The next start sets it aside untouched, and its events wait there. To have them delivered, install the newer version again.");
            }
            string waiting = Waiting(path);
            return new(true, DataFolderLock.IsHeld(folder) ? $"{path}, in use by a running agent, {waiting}" : $"{path}, {waiting}");
        }
        catch (SqliteException damaged) when (JournalFile.IsDamage(damaged))
        {
            return new(
                false,
                $"{path} is damaged ({damaged.Message.TrimEnd('.')}). The next start keeps it under another name, saves what can be read and says which events are lost. Look at the disk: "
                + "a journal does not break by itself.");
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            return new(false, $"{path} can't be read: {fault.Message.TrimEnd('.')}. Give the service's user the right to read and write it.");
        }
    }

    private static string Waiting(string path)
    {
        long count = JournalFile.CountWaiting(path);
        return string.Create(CultureInfo.InvariantCulture, $"{count} event{(count == 1 ? " waits" : "s wait")} to be delivered");
    }
}
