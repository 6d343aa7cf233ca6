using System.Buffers.Binary;
using System.Globalization;
using EdgeInspector.Foundation.Files;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// The journal on disk: one SQLite file in WAL mode with <c>synchronous=FULL</c>, so that committed events survive a power cut. One user at
/// a time; every method may throw <see cref="SqliteException"/>.
/// </summary>
/// <remarks>See https://www.sqlite.org/pragma.html for the pragmas and https://www.sqlite.org/fileformat.html for the header.</remarks>
internal sealed class JournalFile : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "journal.db";

    /// <summary>The schema's version, kept in <c>user_version</c>.</summary>
    public const int Version = 1;

    // In a larger file, reading every page would delay the start by seconds; broken pages are then noticed when they are read.
    private const long CheckedUpTo = 64 * 1024 * 1024;

    private const int VersionAt = 60;

    private const string IntegrityFault = "The integrity check failed.";

    private readonly SqliteConnection _connection;

    private JournalFile(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the journal, or creates it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostPages">A limit of the file's size in pages of 4 KiB; 0: none.</param>
    /// <exception cref="SqliteException">
    /// The file can't be used; <see cref="SqliteFiles.IsDamage"/> tells whether the file is broken.
    /// </exception>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be used.</exception>
    public static JournalFile Open(string path, int mostPages)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SqliteConnection connection = SqliteFiles.Connection(path, patience: 1);
        var journal = new JournalFile(connection);
        try
        {
            connection.Open();
            // Checked before anything is written: a broken file must stay as it is.
            if (new FileInfo(path) is { Exists: true, Length: > 0 and <= CheckedUpTo }
                && journal._connection.Scalar("PRAGMA quick_check(1)") is not "ok")
                throw new SqliteException(IntegrityFault, 11);
            journal._connection.Execute("PRAGMA journal_mode=WAL");
            journal._connection.Execute("PRAGMA synchronous=FULL");
            if (mostPages > 0)
                journal._connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count={mostPages}"));
            journal._connection.Execute(
                """
                CREATE TABLE IF NOT EXISTS events (
                    position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, station TEXT NOT NULL, topic TEXT NOT NULL, json BLOB NOT NULL)
                """);
            if (journal._connection.Scalar("PRAGMA user_version") is 0L)
                journal._connection.Execute($"PRAGMA user_version={Version}");
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>The schema's version by the file's header, without opening the file as a database; null when there is none.</summary>
    public static int? VersionOf(string path)
    {
        Span<byte> head = stackalloc byte[VersionAt + 4];
        FileFacts.Demand(path);
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.StartsWith("SQLite format 3\0"u8)
            ? BinaryPrimitives.ReadInt32BigEndian(head[VersionAt..])
            : null;
    }

    /// <summary>How many events wait in a journal that another process may be using; the journal stays as it is.</summary>
    /// <exception cref="SqliteException">
    /// The file can't be read; <see cref="SqliteFiles.IsDamage"/> tells whether the file is broken.
    /// </exception>
    public static long CountWaiting(string path)
    {
        using JournalFile journal = OpenToLook(path);
        if (journal._connection.Scalar("PRAGMA quick_check(1)") is not "ok")
            throw new SqliteException(IntegrityFault, 11);
        return journal.HasEvents ? journal.Measure().Count : 0;
    }

    /// <summary>How many events wait for each topic, in a journal that another process may be using.</summary>
    /// <exception cref="SqliteException">The file can't be read.</exception>
    public static IReadOnlyList<(string Topic, long Count)> WaitingByTopic(string path)
    {
        using JournalFile journal = OpenToLook(path);
        var topics = new List<(string, long)>();
        if (!journal.HasEvents)
            return topics;
        using SqliteCommand command = journal._connection.Command("SELECT topic, count(*) FROM events GROUP BY topic");
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
            topics.Add((row.GetString(0), row.GetInt64(1)));
        return topics;
    }

    // An agent that was killed right after its start leaves a file without the table.
    private bool HasEvents => _connection.Scalar("SELECT 1 FROM sqlite_master WHERE name = 'events'") is not null;

    private static JournalFile OpenToLook(string path)
    {
        SqliteConnection connection = SqliteFiles.Connection(path, patience: 1, toLook: true);
        var journal = new JournalFile(connection);
        try
        {
            connection.Open();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>How many events wait, and the position of the last (0 without any).</summary>
    public (long Count, long Last) Measure()
    {
        using SqliteCommand command = _connection.Command("SELECT count(*), coalesce(max(position), 0) FROM events");
        using SqliteDataReader row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Bytes that events take; the file may be larger, since it keeps its free pages.</summary>
    public long UsedBytes =>
        (_connection.Number("page_count") - _connection.Number("freelist_count")) * _connection.Number("page_size");

    /// <summary>
    /// Adds events and forgets others, in one transaction that is on disk when this returns.
    /// An event whose id is there already is left out.
    /// </summary>
    public void Commit(IReadOnlyList<WaitingEvent> added, IReadOnlyList<long> delivered)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        if (added.Count > 0)
        {
            using SqliteCommand insert = _connection.Command(
                "INSERT INTO events VALUES ($position, $id, $station, $topic, $json) ON CONFLICT(id) DO NOTHING");
            insert.Transaction = transaction;
            foreach (WaitingEvent one in added)
            {
                insert.Parameters.Clear();
                insert.Parameters.AddWithValue("$position", one.Position);
                insert.Parameters.AddWithValue("$id", one.Id.ToByteArray(bigEndian: true));
                insert.Parameters.AddWithValue("$station", one.Station);
                insert.Parameters.AddWithValue("$topic", one.Topic);
                insert.Parameters.AddWithValue("$json", one.Json);
                insert.ExecuteNonQuery();
            }
        }
        if (delivered.Count > 0)
        {
            using SqliteCommand delete = _connection.Command("DELETE FROM events WHERE position = $position");
            delete.Transaction = transaction;
            SqliteParameter which = delete.Parameters.Add("$position", SqliteType.Integer);
            foreach (long position in delivered)
            {
                which.Value = position;
                delete.ExecuteNonQuery();
            }
        }
        transaction.Commit();
    }

    /// <summary>The next events after a position, in order.</summary>
    public List<WaitingEvent> Read(long after, int most, long now)
    {
        using SqliteCommand command = _connection.Command("SELECT * FROM events WHERE position > $from ORDER BY position LIMIT $most");
        command.Parameters.AddWithValue("$from", after);
        command.Parameters.AddWithValue("$most", most);
        var events = new List<WaitingEvent>();
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            byte[] id = row.GetFieldValue<byte[]>(1);
            if (id.Length == 16)
                events.Add(new WaitingEvent(
                    row.GetInt64(0), new Guid(id, bigEndian: true), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), now,
                    true));
        }
        return events;
    }

    /// <summary>True when an event with this id is there.</summary>
    public bool Contains(Guid id)
    {
        using SqliteCommand command = _connection.Command("SELECT 1 FROM events WHERE id = $id");
        command.Parameters.AddWithValue("$id", id.ToByteArray(bigEndian: true));
        return command.ExecuteScalar() is not null;
    }

    /// <summary>Closes the file; the content of the WAL goes into it.</summary>
    public void Dispose() => _connection.Dispose();
}
