using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery;

/// <summary>What holds of every SQLite file of the agent.</summary>
internal static class SqliteFiles
{
    // SQLITE_NOTADB
    private const int NotADatabase = 26;

    /// <summary>The endings of the files that belong together: the database, its log of changes, and the index of that log.</summary>
    public static IReadOnlyList<string> Companions { get; } = ["", "-wal", "-shm"];

    /// <summary>How a file is opened, without a pool that would keep the file open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="patience">How many seconds a lock of another process is waited for.</param>
    /// <param name="toLook">True: nothing is written, and no file is made.</param>
    public static SqliteConnection Connection(string path, int patience, bool toLook = false) => new(new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = toLook ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
        Pooling = false,
        DefaultTimeout = patience,
    }.ToString());

    /// <summary>
    /// Opens a file, or creates it, in WAL mode, for one who writes. A file of another version counts as broken, so that it is set aside.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="patience">How many seconds a lock of another process is waited for.</param>
    /// <param name="synchronous"><c>FULL</c>: what was committed outlives a power cut. <c>NORMAL</c>: the last seconds may go.</param>
    /// <param name="version">The schema's version, kept in <c>user_version</c>.</param>
    /// <param name="schema">Makes what is not there.</param>
    public static SqliteConnection Open(string path, int patience, string synchronous, int version, string schema)
    {
        SqliteConnection connection = Connection(path, patience);
        try
        {
            connection.Open();
            if (connection.Scalar("PRAGMA user_version") is long found && found != 0 && found != version)
                throw new SqliteException("The file was written by another version of the agent.", NotADatabase);
            connection.Execute("PRAGMA journal_mode=WAL");
            connection.Execute($"PRAGMA synchronous={synchronous}");
            connection.Execute(schema);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={version}"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A command. Only constants of the program come here; values from outside go in as parameters.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string text, SqliteTransaction? transaction = null)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        (command.CommandText, command.Transaction) = (text, transaction);
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Does something that gives no rows.</summary>
    public static void Execute(this SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.Command(text);
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row; null without any.</summary>
    public static object? Scalar(this SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.Command(text);
        return command.ExecuteScalar();
    }

    /// <summary>A pragma that is a number.</summary>
    public static long Number(this SqliteConnection connection, string pragma) => (long)connection.Scalar($"PRAGMA {pragma}")!;

    /// <summary>True when an exception says that the file itself is broken (SQLITE_CORRUPT, SQLITE_NOTADB).</summary>
    public static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is 11 or NotADatabase;

    /// <summary>Sets a file aside as <c>NAME-WHY-TIME.db</c> in its folder; gives where the file lies then.</summary>
    /// <exception cref="IOException">The file could not be set aside; nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file could not be set aside; nothing has changed.</exception>
    public static string SetAside(string path, string why, DateTimeOffset at)
    {
        string stamp = at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        string aside = Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-{why}-{stamp}.db");
        foreach (string companion in Companions.Where(companion => File.Exists(path + companion)))
            File.Move(path + companion, aside + companion);
        return aside;
    }
}
