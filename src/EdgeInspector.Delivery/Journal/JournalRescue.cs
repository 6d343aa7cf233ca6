using System.Buffers.Binary;
using System.Globalization;
using EdgeInspector.Foundation.Files;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.Journal;

/// <summary>Sets a journal aside that can't be used, and saves the readable events from a copy of it.</summary>
internal static class JournalRescue
{
    /// <summary>Which events were saved, and which loss is to be told.</summary>
    /// <param name="Saved">Events in order, with their old positions.</param>
    /// <param name="Lost">The lost events.</param>
    public sealed record Outcome(IReadOnlyList<WaitingEvent> Saved, LostEvents Lost);

    /// <summary>Sets a broken journal aside as <c>journal-corrupt-TIME.db</c> and reads the events that are left, from both ends.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="cause">What is wrong with the journal.</param>
    /// <param name="freeSpace">Asked for so many bytes when the copy does not fit on the disk.</param>
    /// <param name="at">The time in the name of the file that is set aside.</param>
    /// <param name="now">The present time, in ticks of the clock.</param>
    /// <exception cref="IOException">The journal could not be set aside; nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The journal could not be set aside; nothing has changed.</exception>
    public static Outcome FromBroken(string path, string cause, Func<long, long> freeSpace, DateTimeOffset at, long now)
    {
        string aside = SqliteFiles.SetAside(path, "corrupt", at), copy = path + ".rescue";
        string begin = $"The journal was damaged ({cause.TrimEnd('.')}). It is kept as {Path.GetFileName(aside)}, a new one was begun; ";
        try
        {
            CopyWithCompanions(aside, copy, freeSpace);
            MendLength(copy);
            (List<WaitingEvent> saved, long? lost, Guid? before, Guid? after) = ReadBothEnds(copy, now);
            string reason = $"{begin}{saved.Count.ToString(CultureInfo.InvariantCulture)} events could be saved from it"
                + (lost == 0 ? ", which is all."
                    : before is not null && after is not null ? ", those between the two named are lost."
                    : ", the rest is lost.");
            return new Outcome(saved, new LostEvents(null, lost, before, after, reason));
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            return new Outcome([], new LostEvents(
                null, null, null, null,
                $"{begin}it could not be copied to be read, so none of its events is delivered: {refused.Message}"));
        }
        finally
        {
            foreach (string companion in SqliteFiles.Companions)
                TryDelete(copy + companion);
        }
    }

    private static void CopyWithCompanions(string from, string to, Func<long, long> freeSpace)
    {
        FileInfo[] files = [.. SqliteFiles.Companions.Select(companion => new FileInfo(from + companion)).Where(file => file.Exists)];
        try
        {
            Copy();
        }
        catch (IOException)
        {
            // Pictures make room for events.
            freeSpace(files.Sum(file => file.Length));
            Copy();
        }

        void Copy()
        {
            foreach (FileInfo file in files)
                file.CopyTo(to + file.FullName[from.Length..], overwrite: true);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // The copy stays; the next rescue overwrites it.
        }
    }

    /// <summary>Sets the journal of a newer program aside as <c>journal-vN-TIME.db</c>, untouched.</summary>
    public static Outcome FromNewer(string path, int version, DateTimeOffset at)
    {
        string aside = SqliteFiles.SetAside(path, string.Create(CultureInfo.InvariantCulture, $"v{version}"), at);
        return new Outcome([], new LostEvents(
            null,
            null,
            null,
            null,
            $"The journal was written by a newer version of the agent (its schema is {version}, this program knows {JournalFile.Version}). "
            + $"It is kept untouched as {Path.GetFileName(aside)}; "
            + "install the newer version again and give it the file as journal.db to have its events delivered."));
    }

    /// <summary>
    /// SQLite reads nothing at all of a file that is shorter than its header says: the copy gets its full length back, and the missing
    /// pages are empty. See https://www.sqlite.org/fileformat.html, "The Database Header".
    /// </summary>
    private static void MendLength(string path)
    {
        Span<byte> head = stackalloc byte[32];
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            return;
        long pageSize = BinaryPrimitives.ReadUInt16BigEndian(head[16..]), pages = BinaryPrimitives.ReadUInt32BigEndian(head[28..]);
        // A header with random content must not make the copy fill the disk.
        if (pageSize is >= 512 and <= 32768 && pages * pageSize > file.Length && pages * pageSize < 4 * file.Length + (64 << 20))
            file.SetLength(pages * pageSize);
    }

    /// <summary>Reads row by row forwards until a page is broken, then backwards from the end; the rows between are lost.</summary>
    private static (List<WaitingEvent> Saved, long? Lost, Guid? Before, Guid? After) ReadBothEnds(string path, long now)
    {
        var front = new List<WaitingEvent>();
        var back = new List<WaitingEvent>();
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            if (Read(connection, "SELECT * FROM events ORDER BY position", front, long.MaxValue, now))
                return (front, 0, null, null);
            long reached = front.Count == 0 ? long.MinValue : front[^1].Position;
            Read(connection, "SELECT * FROM events ORDER BY position DESC", back, reached, now);
        }
        catch (SqliteException)
        {
            // The file is not even a database any more.
        }
        back.Reverse();
        long? lost = front.Count > 0 && back.Count > 0 ? back[0].Position - front[^1].Position - 1 : null;
        return ([.. front, .. back], lost, front.Count > 0 ? front[^1].Id : null, back.Count > 0 ? back[0].Id : null);
    }

    /// <summary>True when every row could be read.</summary>
    private static bool Read(SqliteConnection connection, string query, List<WaitingEvent> into, long until, long now)
    {
        try
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file come here.
            command.CommandText = query;
#pragma warning restore CA2100
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                long position = row.GetInt64(0);
                if (position <= until && until != long.MaxValue)
                    return true;
                if (row.GetValue(1) is byte[] { Length: 16 } id && row.GetValue(2) is string station && row.GetValue(3) is string topic
                    && row.GetValue(4) is byte[] json && json.AsSpan().StartsWith("{"u8) && json.AsSpan().EndsWith("}"u8))
                {
                    into.Add(new WaitingEvent(position, new Guid(id, bigEndian: true), station, topic, json, now, true));
                }
            }
            return true;
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
        {
            return false;
        }
    }
}
