using EdgeInspector.Inspection.Verdicts;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.History;

/// <summary>
/// The history on disk: one SQLite file in WAL mode with <c>synchronous=NORMAL</c>; a power cut may cost the last seconds, and never the
/// file. One writer; readers of other processes at any time. Every method may throw <see cref="SqliteException"/>.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "history.db";

    /// <summary>The schema's version, kept in <c>user_version</c>.</summary>
    public const int Version = 1;

    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS parts (
            at INTEGER NOT NULL, station TEXT NOT NULL, part TEXT NOT NULL, type TEXT, id BLOB NOT NULL, verdict INTEGER NOT NULL,
            reason INTEGER NOT NULL, tag TEXT, probability REAL NOT NULL, rule TEXT, action INTEGER NOT NULL, signal INTEGER NOT NULL,
            challenge INTEGER NOT NULL, milliseconds REAL NOT NULL, package TEXT, iteration TEXT, tags TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS parts_at ON parts (at);
        CREATE INDEX IF NOT EXISTS parts_part ON parts (part);
        CREATE TABLE IF NOT EXISTS minutes (
            at INTEGER NOT NULL, station TEXT NOT NULL, verdict INTEGER NOT NULL, reason INTEGER NOT NULL, tag TEXT NOT NULL,
            parts INTEGER NOT NULL, milliseconds REAL NOT NULL, slowest REAL NOT NULL,
            PRIMARY KEY (at, station, verdict, reason, tag)) WITHOUT ROWID;
        """;

    private const string AddPart =
        """
        INSERT INTO parts VALUES ($at, $station, $part, $type, $id, $verdict, $reason, $tag, $probability, $rule, $action, $signal,
            $challenge, $milliseconds, $package, $iteration, $tags)
        """;

    // Challenge parts count among no others.
    private const string AddToMinute =
        """
        INSERT INTO minutes VALUES ($minute, $station, $verdict, $reason, $key, 1, $milliseconds, $milliseconds)
        ON CONFLICT DO UPDATE SET parts = parts + 1, milliseconds = milliseconds + excluded.milliseconds,
            slowest = max(slowest, excluded.slowest)
        """;

    private const int BytesOfSum = 40;

    private readonly SqliteConnection _connection;

    private HistoryFile(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the history, or creates it.</summary>
    public static HistoryFile Open(string path) =>
        new(SqliteFiles.Open(path, patience: 2, synchronous: "NORMAL", Version, Schema));

    /// <summary>The beginning of a part's minute, in ms since 1970.</summary>
    public static long MinuteOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 60_000 * 60_000;

    /// <summary>Adds parts in one transaction, and counts them in their minutes.</summary>
    public void Add(IReadOnlyList<PastPart> parts)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand row = _connection.Command(AddPart, transaction), minute = _connection.Command(AddToMinute, transaction);
        foreach (PastPart part in parts)
        {
            Bind(row, part);
            row.ExecuteNonQuery();
            if (part.IsChallenge)
                continue;
            minute.Parameters.Clear();
            minute.Parameters.AddWithValue("$minute", MinuteOf(part.At));
            minute.Parameters.AddWithValue("$station", part.Station);
            minute.Parameters.AddWithValue("$verdict", (int)part.Verdict);
            minute.Parameters.AddWithValue("$reason", (int)part.Reason);
            // Of a pass the tag is only what came nearest.
            minute.Parameters.AddWithValue("$key", part.Verdict == VerdictKind.Pass ? "" : part.Tag ?? "");
            minute.Parameters.AddWithValue("$milliseconds", part.TriggerToSignal.TotalMilliseconds);
            minute.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    /// <summary>
    /// Forgets what is older than it may be; while the file is too large, the oldest sums as long as they take more than half of the room,
    /// else the oldest parts.
    /// </summary>
    /// <param name="oldestPart">Parts before this time go.</param>
    /// <param name="oldestSum">Sums before this time go.</param>
    /// <param name="mostBytes">The most bytes of the file that may be in use.</param>
    /// <returns>True when sums went for want of room.</returns>
    public bool Trim(DateTimeOffset oldestPart, DateTimeOffset oldestSum, long mostBytes)
    {
        Forget("DELETE FROM parts WHERE at < $before", oldestPart.ToUnixTimeMilliseconds());
        Forget("DELETE FROM minutes WHERE at < $before", oldestSum.ToUnixTimeMilliseconds());
        bool haveSumsGone = false;
        (long Count, long Bytes)? sums = null;
        while (UsedBytes > mostBytes)
        {
            (long count, long bytes) = sums ??= MeasureSums();
            if (bytes > mostBytes / 2 && count > 0)
            {
                // Whole minutes, so that none has lost a piece.
                ForgetOldest("DELETE FROM minutes WHERE at <= (SELECT at FROM minutes ORDER BY at LIMIT 1 OFFSET $most - 1)", count);
                (haveSumsGone, sums) = (true, null);
            }
            else if (_connection.Scalar("SELECT count(*) FROM parts") is long and > 0 and var parts)
            {
                ForgetOldest("DELETE FROM parts WHERE rowid IN (SELECT rowid FROM parts ORDER BY rowid LIMIT $most)", parts);
            }
            else
            {
                break;
            }
        }
        return haveSumsGone;
    }

    /// <summary>Bytes of the file in which something stands; pages that are free are used again.</summary>
    public long UsedBytes => (_connection.Number("page_count") - _connection.Number("freelist_count")) * _connection.Number("page_size");

    public void Dispose() => _connection.Dispose();

    private static void Bind(SqliteCommand row, PastPart part)
    {
        row.Parameters.Clear();
        void Add(string name, object? value) => row.Parameters.AddWithValue(name, value ?? DBNull.Value);
        Add("$at", part.At.ToUnixTimeMilliseconds());
        Add("$station", part.Station);
        Add("$part", part.Part);
        Add("$type", part.Type);
        Add("$id", part.Id.ToByteArray(bigEndian: true));
        Add("$verdict", (int)part.Verdict);
        Add("$reason", (int)part.Reason);
        Add("$tag", part.Tag);
        Add("$probability", Math.Round(part.Probability, 4));
        Add("$rule", part.Rule);
        Add("$action", (int)part.Action);
        Add("$signal", (int)part.Signal);
        Add("$challenge", part.IsChallenge ? 1 : 0);
        Add("$milliseconds", Math.Round(part.TriggerToSignal.TotalMilliseconds, 3));
        Add("$package", part.Package);
        Add("$iteration", part.Iteration);
        Add("$tags", part.Tags);
    }

    private void Forget(string text, long before)
    {
        using SqliteCommand command = _connection.Command(text);
        command.Parameters.AddWithValue("$before", before);
        command.ExecuteNonQuery();
    }

    private void ForgetOldest(string text, long ofSoMany)
    {
        using SqliteCommand command = _connection.Command(text);
        command.Parameters.AddWithValue("$most", Math.Max(ofSoMany / 20, 1));
        command.ExecuteNonQuery();
    }

    // SQLite counts the pages of a single table only where it was built for that. A row's numbers take about as much in each row.
    private (long Count, long Bytes) MeasureSums()
    {
        using SqliteCommand command = _connection.Command(
            "SELECT count(*), total(length(CAST(station AS BLOB)) + length(CAST(tag AS BLOB))) FROM minutes");
        using SqliteDataReader row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), (row.GetInt64(0) * BytesOfSum) + (long)row.GetDouble(1));
    }
}
