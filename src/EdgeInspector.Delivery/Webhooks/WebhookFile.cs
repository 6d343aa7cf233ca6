using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// The events that wait for webhooks, on disk: one SQLite file in WAL mode with <c>synchronous=FULL</c>, apart from the journal, so that
/// nothing here can hold the journal up or make it grow. One user at a time; every method may throw <see cref="SqliteException"/>.
/// </summary>
internal sealed class WebhookFile : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "webhooks.db";

    /// <summary>The schema's version, kept in <c>user_version</c>.</summary>
    public const int Version = 1;

    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS posts (
            position INTEGER PRIMARY KEY AUTOINCREMENT, webhook TEXT NOT NULL, id BLOB NOT NULL, station TEXT NOT NULL, at INTEGER NOT NULL,
            picture INTEGER NOT NULL, json BLOB NOT NULL, UNIQUE (webhook, id));
        CREATE INDEX IF NOT EXISTS posts_of ON posts (webhook, position);
        """;

    private const string Insert =
        "INSERT INTO posts (webhook, id, station, at, picture, json) VALUES ($webhook, $id, $station, $at, $picture, $json) "
        + "ON CONFLICT DO NOTHING";

    private const string Next =
        "SELECT position, id, station, at, picture, json FROM posts WHERE webhook = $webhook AND position > $after "
        + "ORDER BY position LIMIT $most";

    private const string Oldest =
        "SELECT position, id, at, length(json) FROM posts WHERE webhook = $webhook ORDER BY position LIMIT $most";

    private readonly SqliteConnection _connection;

    private WebhookFile(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file, or creates it.</summary>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be used.</exception>
    public static WebhookFile Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new WebhookFile(SqliteFiles.Open(path, patience: 1, synchronous: "FULL", Version, Schema));
    }

    /// <summary>The last position that was ever given, 0 when there was none.</summary>
    public long Last => _connection.Scalar("SELECT seq FROM sqlite_sequence WHERE name = 'posts'") is long last ? last : 0;

    /// <summary>Has a new file go on with its positions where a broken one ended, so that no reader sees a position twice.</summary>
    public void GoOnAfter(long last) => _connection.Execute(string.Create(
        CultureInfo.InvariantCulture,
        $"DELETE FROM sqlite_sequence WHERE name = 'posts'; INSERT INTO sqlite_sequence (name, seq) VALUES ('posts', {last})"));

    /// <summary>When the oldest event of a webhook was added; null: none waits.</summary>
    public DateTimeOffset? OldestOf(string webhook)
    {
        using SqliteCommand command = _connection.Command("SELECT at FROM posts WHERE webhook = $webhook ORDER BY position LIMIT 1");
        command.Parameters.AddWithValue("$webhook", webhook);
        return command.ExecuteScalar() is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }

    /// <summary>How much waits for each webhook.</summary>
    public Dictionary<string, WaitingPosts> Measure()
    {
        using SqliteCommand command = _connection.Command("SELECT webhook, count(*), sum(length(json)) FROM posts GROUP BY webhook");
        using SqliteDataReader row = command.ExecuteReader();
        var waiting = new Dictionary<string, WaitingPosts>(StringComparer.Ordinal);
        while (row.Read())
            waiting[row.GetString(0)] = new(row.GetInt64(1), row.GetInt64(2) + (row.GetInt64(1) * WebhookPost.BytesOf(0)));
        return waiting;
    }

    /// <summary>
    /// Adds events and forgets others, in one transaction that is on disk when this returns. An event that already waits for its webhook
    /// is left out.
    /// </summary>
    /// <returns>By how much more waits for each webhook; less than zero where more was forgotten.</returns>
    public Dictionary<string, WaitingPosts> Commit(IReadOnlyList<WebhookPost> added, IReadOnlyList<WebhookPost> sent)
    {
        var changes = new Dictionary<string, WaitingPosts>(StringComparer.Ordinal);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand insert = _connection.Command(Insert, transaction),
            delete = _connection.Command("DELETE FROM posts WHERE position = $at", transaction);
        foreach (WebhookPost post in added)
        {
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("$webhook", post.Webhook);
            insert.Parameters.AddWithValue("$id", post.Id.ToByteArray(bigEndian: true));
            insert.Parameters.AddWithValue("$station", post.Station);
            insert.Parameters.AddWithValue("$at", post.At.ToUnixTimeMilliseconds());
            insert.Parameters.AddWithValue("$picture", post.HasPicture ? 1 : 0);
            insert.Parameters.AddWithValue("$json", post.Json);
            if (insert.ExecuteNonQuery() > 0)
                changes[post.Webhook] = changes.GetValueOrDefault(post.Webhook) + new WaitingPosts(1, post.Bytes);
        }
        foreach (WebhookPost post in sent)
        {
            delete.Parameters.Clear();
            delete.Parameters.AddWithValue("$at", post.Position);
            if (delete.ExecuteNonQuery() > 0)
                changes[post.Webhook] = changes.GetValueOrDefault(post.Webhook) - new WaitingPosts(1, post.Bytes);
        }
        transaction.Commit();
        return changes;
    }

    /// <summary>The next events of a webhook after a position, in order.</summary>
    /// <param name="webhook">The webhook's name.</param>
    /// <param name="after">The position.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="old">Events up to this position are those of an earlier process.</param>
    public List<WebhookPost> Read(string webhook, long after, int most, long old)
    {
        using SqliteCommand command = _connection.Command(Next);
        command.Parameters.AddWithValue("$webhook", webhook);
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$most", most);
        var posts = new List<WebhookPost>();
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            posts.Add(new WebhookPost(
                webhook, IdOf(row.GetFieldValue<byte[]>(1)), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
                row.GetInt64(4) != 0, row.GetFieldValue<byte[]>(5))
            {
                Position = row.GetInt64(0),
                IsOld = row.GetInt64(0) <= old,
            });
        }
        return posts;
    }

    /// <summary>Gives up a webhook's oldest events, as long as they are to go.</summary>
    /// <param name="webhook">The webhook's name.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="goes">Told when an event was added and how many bytes it takes; false: this and all later ones stay.</param>
    /// <returns>What was given up, with the ids of the first and the last event, and the position of the last.</returns>
    public (WaitingPosts Gone, Guid First, Guid Last, long Position) GiveUp(string webhook, int most, Func<DateTimeOffset, long, bool> goes)
    {
        var gone = new WaitingPosts();
        (Guid first, Guid last, long position) = (default, default, 0);
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using (SqliteCommand command = _connection.Command(Oldest, transaction))
        {
            command.Parameters.AddWithValue("$webhook", webhook);
            command.Parameters.AddWithValue("$most", most);
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                long bytes = WebhookPost.BytesOf(row.GetInt64(3));
                if (!goes(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), bytes))
                    break;
                (position, last) = (row.GetInt64(0), IdOf(row.GetFieldValue<byte[]>(1)));
                if (gone.Count == 0)
                    first = last;
                gone += new WaitingPosts(1, bytes);
            }
        }
        if (gone.Count > 0)
        {
            using SqliteCommand delete = _connection.Command("DELETE FROM posts WHERE webhook = $webhook AND position <= $at", transaction);
            delete.Parameters.AddWithValue("$webhook", webhook);
            delete.Parameters.AddWithValue("$at", position);
            delete.ExecuteNonQuery();
        }
        transaction.Commit();
        return (gone, first, last, position);
    }

    /// <summary>Closes the file; the content of the WAL goes into it.</summary>
    public void Dispose() => _connection.Dispose();

    private static Guid IdOf(byte[] bytes) => bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : Guid.Empty;
}
