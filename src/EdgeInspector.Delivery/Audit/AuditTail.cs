using System.Text.Json;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Audit;

/// <summary>The last entries of the audit log, for people who look; proves nothing (<c>audit verify</c> does).</summary>
/// <param name="Entries">Those that were wanted, the newest first.</param>
/// <param name="CompleteSince">From when on these are all; null: from the beginning of the log.</param>
public sealed record AuditTail<T>(IReadOnlyList<T> Entries, DateTimeOffset? CompleteSince);

/// <summary>Reads the audit log from its end.</summary>
public static class AuditTail
{
    /// <summary>Bytes that are read at most, about: some forty thousand entries, in a fraction of a second.</summary>
    public const int MostBytes = 20_000_000;

    /// <summary>The last wanted entries; none where there is no log.</summary>
    /// <param name="dataFolder">The agent's data folder.</param>
    /// <param name="read">Reads a line of JSON; null: it is not wanted.</param>
    /// <param name="most">So many at most.</param>
    public static AuditTail<T> Read<T>(string dataFolder, Func<ReadOnlySpan<byte>, T?> read, int most)
        where T : class
    {
        var entries = new List<T>();
        DateTimeOffset? since = null;
        try
        {
            long before = 0;
            foreach (AuditFile file in AuditFiles.In(AuditFiles.FolderOf(dataFolder)).AsEnumerable().Reverse())
            {
                using var lines = new AuditLinesBackwards(file.Path);
                while (lines.TryRead(out ReadOnlySpan<byte> line))
                {
                    since = TimeOf(line) ?? since;
                    if (read(line) is { } entry)
                        entries.Add(entry);
                    if (entries.Count >= most || before + lines.BytesRead >= MostBytes)
                        return new AuditTail<T>(entries, since);
                }
                before += lines.BytesRead;
            }
            return new AuditTail<T>(entries, null);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // What was read is shown: an old file may have gone for its age meanwhile.
            return new AuditTail<T>(entries, since);
        }
    }

    private static DateTimeOffset? TimeOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isTime = reader.ValueTextEquals("at"u8);
                reader.Read();
                if (isTime)
                    return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out DateTimeOffset at) ? at : null;
                reader.Skip();
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Torn, or altered.
        }
        return null;
    }
}
