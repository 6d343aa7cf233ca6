using System.Buffers.Binary;
using System.Globalization;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.History;

/// <summary>Looks into a history that an agent may be writing; changes nothing.</summary>
public sealed class HistoryReader : IDisposable
{
    private const long NearId = 60_000;
    private const int AtOnce = 1000;

    private readonly SqliteConnection _connection;

    private HistoryReader(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the history of a data folder; null when there is none.</summary>
    /// <exception cref="HistoryException">It can't be read.</exception>
    public static HistoryReader? Open(string dataFolder)
    {
        string path = Path.GetFullPath(Path.Combine(dataFolder, HistoryFile.FileName));
        if (!File.Exists(path))
            return null;
        SqliteConnection connection = SqliteFiles.Connection(path, patience: 5, toLook: true);
        try
        {
            connection.Open();
            return (long)connection.Scalar("PRAGMA user_version")! is var found && found == HistoryFile.Version
                ? new HistoryReader(connection)
                : throw new HistoryException(
                    $"{path} was written by another version of the agent (its schema is {found}, this program knows "
                    + $"{HistoryFile.Version}). Use the program that wrote it.");
        }
        catch (Exception fault) when (fault is SqliteException or HistoryException)
        {
            connection.Dispose();
            throw fault is HistoryException ? fault : new HistoryException($"{path} can't be read: {fault.Message}", fault);
        }
    }

    /// <summary>The parts, the newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="most">So many at most; null: all.</param>
    /// <exception cref="HistoryException">They can't be read.</exception>
    public IEnumerable<PastPart> Parts(HistoryQuery query, int? most = null)
    {
        // Piece by piece: whoever reads slowly, such as a pager, must hold no read open, behind which the agent's file would grow.
        RowPlace? after = null;
        for (int left = most ?? int.MaxValue; left > 0;)
        {
            int asked = Math.Min(left, AtOnce);
            (List<PastPart> parts, after) = Piece(query, after, asked);
            foreach (PastPart part in parts)
                yield return part;
            if (parts.Count < asked)
                yield break;
            left -= asked;
        }
    }

    /// <summary>The part of an event; null: it is not remembered, or not any more.</summary>
    /// <exception cref="HistoryException">It can't be read.</exception>
    public PastPart? Part(Guid id)
    {
        // The rows are found by time; the id, a UUIDv7, says the millisecond (RFC 9562, 5.7), give or take what passed before it was made.
        Span<byte> bytes = stackalloc byte[16];
        _ = id.TryWriteBytes(bytes, bigEndian: true, out _);
        long made = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        using SqliteCommand command = _connection.Command("SELECT * FROM parts WHERE at BETWEEN $from AND $to AND id = $id");
        command.Parameters.AddWithValue("$from", made - NearId);
        command.Parameters.AddWithValue("$to", made + NearId);
        command.Parameters.AddWithValue("$id", bytes.ToArray());
        using SqliteDataReader row = Run(command);
        return Next(row) ? Part(row) : null;
    }

    /// <summary>The sums by minute, the oldest first.</summary>
    /// <param name="query">Which; its part is not looked at.</param>
    /// <exception cref="HistoryException">They can't be read.</exception>
    public IEnumerable<MinuteSum> Minutes(HistoryQuery query)
    {
        using SqliteCommand command = Command("SELECT * FROM minutes", query, byMinute: true);
        command.CommandText += " ORDER BY at";
        using SqliteDataReader row = Run(command);
        while (Next(row))
            yield return new MinuteSum(
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), (VerdictKind)row.GetInt32(2),
                (NoneReason)row.GetInt32(3), row.GetString(4), row.GetInt64(5), row.GetDouble(6), row.GetDouble(7));
    }

    public void Dispose() => _connection.Dispose();

    private (List<PastPart> Parts, RowPlace? Last) Piece(HistoryQuery query, RowPlace? after, int most)
    {
        using SqliteCommand command = Command("SELECT *, rowid FROM parts", query, byMinute: false);
        if (query.Part is not null)
            Also(command, "part = $part", "$part", query.Part);
        if (query.PieceOfPart is { } piece)
            Also(command, "instr(lower(part), lower($piece)) > 0", "$piece", piece);
        if (query.LeastProbability is { } least)
            Also(command, "probability >= $least", "$least", least);
        if (query.MostProbability is { } largest)
            Also(command, "probability <= $largest", "$largest", largest);
        if (after is { } place)
        {
            Also(command, "(at, rowid) < ($after, $row)", "$after", place.At);
            command.Parameters.AddWithValue("$row", place.Row);
        }
        command.CommandText += string.Create(CultureInfo.InvariantCulture, $" ORDER BY at DESC, rowid DESC LIMIT {most}");
        using SqliteDataReader row = Run(command);
        var parts = new List<PastPart>();
        RowPlace? last = after;
        while (Next(row))
        {
            parts.Add(Part(row));
            last = new RowPlace(row.GetInt64(0), row.GetInt64(row.FieldCount - 1));
        }
        return (parts, last);
    }

    private SqliteCommand Command(string select, HistoryQuery query, bool byMinute)
    {
        SqliteCommand command = _connection.Command(select + " WHERE 1");
        if (query.Since is { } since)
            Also(command, "at >= $since", "$since", byMinute ? HistoryFile.MinuteOf(since) : since.ToUnixTimeMilliseconds());
        if (query.Until is { } until)
            Also(command, "at < $until", "$until", until.ToUnixTimeMilliseconds());
        if (query.Station is { } station)
            Also(command, "station = $station COLLATE NOCASE", "$station", station);
        if (query.Verdict is { } verdict)
            Also(command, "verdict = $verdict", "$verdict", (int)verdict);
        if (query.Tag is { } tag)
            Also(command, "tag = $tag COLLATE NOCASE", "$tag", tag);
        return command;
    }

    private static void Also(SqliteCommand command, string condition, string name, object value)
    {
        command.CommandText += $" AND {condition}";
        command.Parameters.AddWithValue(name, value);
    }

    private static SqliteDataReader Run(SqliteCommand command)
    {
        try
        {
            return command.ExecuteReader();
        }
        catch (SqliteException fault)
        {
            throw new HistoryException($"The history can't be read: {fault.Message}", fault);
        }
    }

    private static bool Next(SqliteDataReader row)
    {
        try
        {
            return row.Read();
        }
        catch (SqliteException fault)
        {
            throw new HistoryException($"The history can't be read on: {fault.Message}", fault);
        }
    }

    private static PastPart Part(SqliteDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new PastPart(
            new Guid(row.GetFieldValue<byte[]>(4), bigEndian: true), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
            row.GetString(1), row.GetString(2), Text(3), (VerdictKind)row.GetInt32(5), (NoneReason)row.GetInt32(6), Text(7),
            row.GetDouble(8), Text(9), (GateAction)row.GetInt32(10), (SignalOutcome)row.GetInt32(11), row.GetInt32(12) != 0,
            TimeSpan.FromMilliseconds(row.GetDouble(13)), Text(14), Text(15), row.GetString(16));
    }
}

/// <summary>A row in the order of time.</summary>
internal readonly record struct RowPlace(long At, long Row);

/// <summary>The history can't be read; the message says why and what to do.</summary>
public sealed class HistoryException(string message, Exception? inner = null) : Exception(message, inner);
