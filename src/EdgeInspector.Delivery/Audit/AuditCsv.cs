using System.Text;
using System.Text.Json;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Audit;

/// <summary>Entries as CSV (RFC 4180): a column for each field, empty where it does not apply.</summary>
public static class AuditCsv
{
    private static readonly string[] Columns =
    [
        "n", "kind", "at", "station", "part", "type", "seq", "id", "known", "right", "what", "reason", "action", "signal", "tag",
        "probability", "threshold", "rule", "package", "name", "iteration", "before", "from", "by", "why", "count", "recovered", "prev",
        "seal", "hash",
    ];

    /// <summary>The first line.</summary>
    public static byte[] Heading { get; } = Encoding.UTF8.GetBytes(string.Join(',', Columns) + "\r\n");

    /// <summary>A whole line of the log as a row.</summary>
    public static byte[] Row(ReadOnlySpan<byte> line)
    {
        string[] cells = new string[Columns.Length];
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int column = Array.IndexOf(Columns, reader.GetString());
            reader.Read();
            if (column >= 0)
                cells[column] = reader.TokenType == JsonTokenType.String
                    ? Csv.Cell(reader.GetString()!)
                    : Encoding.UTF8.GetString(reader.ValueSpan);
        }
        return Encoding.UTF8.GetBytes(string.Join(',', cells) + "\r\n");
    }
}
