using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// The fields of a message that begins with a brace. The message is JSON, or the text of a controller that puts its texts together by hand,
/// one level deep: single quotes, no quotes at all, a comma too many, and, after a value in quotes, a message whose end is cut off.
/// </summary>
internal sealed partial class MessageFields
{
    private const string Field =
        """(?<name>'[^']*'|"[^"\\]*"|\w+)\s*:\s*(?<value>'[^'\\]*'|"[^"\\]*"|[^\s'",:{}\[\]]+)""";

    private readonly List<(string Name, string? Value, bool IsNull)> _fields = [];

    private MessageFields()
    {
    }

    /// <summary>Reads the fields; null when the text has neither form.</summary>
    public static MessageFields? Read(string text)
    {
        var fields = new MessageFields();
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                string? value = property.Value.ValueKind switch
                {
                    JsonValueKind.String => property.Value.GetString(),
                    JsonValueKind.Number => property.Value.GetRawText(),
                    _ => null,
                };
                fields._fields.Add((property.Name, value, property.Value.ValueKind == JsonValueKind.Null));
            }
            return fields;
        }
        catch (InvalidOperationException)
        {
            // The text has a string with half a surrogate pair.
            return null;
        }
        catch (JsonException)
        {
            fields._fields.Clear();
            return fields.ReadLoosely(text) ? fields : null;
        }
    }

    /// <summary>A text, or a number as it is written, without blanks around it; null where there is none.</summary>
    /// <param name="name">The field, in any case of letters.</param>
    /// <param name="isNamed">
    /// True when the message has the field, whatever its value. A field that stands in the message twice has no value.
    /// </param>
    public string? Value(string name, out bool isNamed)
    {
        List<(string Name, string? Value, bool IsNull)> named =
        [
            .. _fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)),
        ];
        isNamed = named.Count > 1 || (named.Count == 1 && !named[0].IsNull);
        return named.Count == 1 && named[0].Value is { } value ? PlainText.Trimmed(value) : null;
    }

    private bool ReadLoosely(string text)
    {
        Match match = Loose().Match(text);
        if (!match.Success)
            return false;
        // Where the end of the message is missing, a value without quotes may be cut too.
        bool isCut = !(text.EndsWith('}') || text.EndsWith(','));
        for (int at = 0; at < match.Groups["name"].Captures.Count; at++)
        {
            string name = match.Groups["name"].Captures[at].Value, value = match.Groups["value"].Captures[at].Value;
            bool isQuoted = value is ['"' or '\'', ..];
            if (isCut && !isQuoted && at == match.Groups["name"].Captures.Count - 1)
                return false;
            bool isNull = !isQuoted && value == "null";
            _fields.Add((Bare(name), isNull ? null : Bare(value), isNull));
        }
        return true;
    }

    private static string Bare(string text) => text is ['"' or '\'', ..] ? text[1..^1] : text;

    // No two runs of blanks stand side by side: otherwise the pattern would try all ways of dividing the blanks of a message.
    [GeneratedRegex($@"\A\{{\s*{Field}(?:\s*,\s*{Field})*\s*(?:,\s*)?(?:\}}\s*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Loose();
}
