using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeInspector.Delivery.Audit;

namespace EdgeInspector.Web.Console.Acting;

/// <summary>An entry of the audit log as the page System shows it.</summary>
/// <param name="At">When; null where the entry does not say it.</param>
/// <param name="Kind">What kind of thing happened.</param>
/// <param name="What">What happened.</param>
/// <param name="About">What it was about: station, model, tag, part.</param>
/// <param name="By">Who did it.</param>
/// <param name="From">By what way, or from what address.</param>
/// <param name="Why">Why.</param>
internal sealed record AuditLine(DateTimeOffset? At, string Kind, string What, string About, string By, string From, string Why)
{
    private static readonly string[] Subjects = ["station", "name", "tag", "threshold", "part"];

    /// <summary>The last entries; verdicts are on other pages.</summary>
    public static AuditTail<AuditLine> Last(string dataFolder, int most) => AuditTail.Read<AuditLine>(
        dataFolder,
        line => line.IndexOf("\"kind\":\"verdict\""u8) < 0 ? Read(Encoding.UTF8.GetString(line)) : null,
        most);

    /// <summary>Reads an entry; null: the line is none, or was not written to its end.</summary>
    internal static AuditLine? Read(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object)
                return null;
            string about = string.Join(' ', Subjects.Select(name => Text(entry, name)).Where(text => text.Length > 0));
            return new AuditLine(
                Time(Text(entry, "at")), Text(entry, "kind"), Text(entry, "what"), about, Text(entry, "by"), Text(entry, "from"),
                Text(entry, "why"));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second one: half of a character of two, which is JSON but no text.
            return null;
        }
    }

    private static string Text(JsonElement entry, string name) => !entry.TryGetProperty(name, out JsonElement value) ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    // Not yet in the form of a language: entries are read on a thread that belongs to no page.
    private static DateTimeOffset? Time(string at) => DateTimeOffset.TryParse(
        at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
        ? time
        : null;
}
