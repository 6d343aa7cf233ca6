using System.Globalization;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.Journal;

/// <summary>The result of a look at the journal.</summary>
/// <param name="IsGood">False when somebody should look, though the line runs.</param>
/// <param name="Message">What was found, and how to mend it.</param>
public sealed record JournalCheckResult(bool IsGood, string Message);

/// <summary>Looks at the journal for <c>doctor</c>, without changing it.</summary>
public static class JournalCheck
{
    /// <summary>Looks at the journal of a data folder, and at journals that earlier starts have set aside.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="topics">Where the stations of the settings publish their events.</param>
    public static IEnumerable<JournalCheckResult> Run(string dataFolder, IReadOnlyCollection<string> topics)
    {
        string folder = Path.GetFullPath(dataFolder);
        string path = Path.Combine(folder, JournalFile.FileName);
        JournalCheckResult found = Read(path, folder);
        yield return found;
        if (found.IsGood && File.Exists(path) && Strangers(path, topics) is { } strangers)
            yield return new(false, strangers);
        string[] others = Directory.Exists(folder) ? Directory.GetFiles(folder, "journal-*.db") : [];
        foreach (string aside in others.Order(StringComparer.Ordinal))
        {
            yield return new(
                false,
                $"{aside} was set aside by an earlier start, which could not use it. "
                + "The log and an event of that start tell why and what was lost; "
                + "delete it, with the files '-wal' and '-shm' beside it, when nobody needs it any more.");
        }
    }

    private static JournalCheckResult Read(string path, string folder)
    {
        try
        {
            if (!File.Exists(path))
                return new(true, $"{path} will be begun at the first start");
            if (JournalFile.VersionOf(path) is { } version && version > JournalFile.Version)
            {
                return new(
                    false,
                    string.Create(CultureInfo.InvariantCulture, $"{path} was written by a newer version of the agent "
                        + $"(its schema is {version}, this program knows {JournalFile.Version}). ")
                    + "The next start sets it aside untouched, and its events wait there. "
                    + "To have them delivered, install the newer version again.");
            }
            string waiting = Waiting(path);
            return new(true, DataFolderLock.IsHeld(folder) ? $"{path}, in use by a running agent, {waiting}" : $"{path}, {waiting}");
        }
        catch (SqliteException damaged) when (SqliteFiles.IsDamage(damaged))
        {
            return new(
                false,
                $"{path} is damaged ({damaged.Message.TrimEnd('.')}). The next start keeps it under another name, "
                + "saves what can be read and says which events are lost. Look at the disk: "
                + "a journal does not break by itself.");
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is SqliteException)
        {
            return new(
                false, $"{path} can't be read: {fault.Message.TrimEnd('.')}. Give the service's user the right to read and write it.");
        }
    }

    /// <summary>Events of another line or prefix: a broker with access rules may never take them.</summary>
    private static string? Strangers(string path, IReadOnlyCollection<string> topics)
    {
        try
        {
            List<(string Topic, long Count)> others = [.. JournalFile.WaitingByTopic(path).Where(topic => !topics.Contains(topic.Topic))];
            if (others.Count == 0)
                return null;
            long sum = others.Sum(topic => topic.Count);
            string events = sum == 1 ? "1 event waits" : string.Create(CultureInfo.InvariantCulture, $"{sum} events wait");
            return $"{events} for topics of no station of these settings, such as {PrintableText.Of(others[0].Topic, 100)}: "
                + "the agent ran with another Line, TopicPrefix or station. They go out where the broker lets the agent write there; "
                + "else give it that right for a moment, or stop the agent and move journal.db away.";
        }
        catch (SqliteException)
        {
            // A fault that keeps the journal from being read was told already, or will be over in a moment.
            return null;
        }
    }

    private static string Waiting(string path)
    {
        long count = JournalFile.CountWaiting(path);
        return string.Create(CultureInfo.InvariantCulture, $"{count} event{(count == 1 ? " waits" : "s wait")} to be delivered");
    }
}
