using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Reads the part id out of a trigger message: plain text as controllers and scanners send it (<see cref="PlainText"/>), or JSON
/// <c>{"part":"…","type":"…"}</c>, which may also name the type of part. Trusts nothing.
/// </summary>
internal static class TriggerPayload
{
    /// <summary>The largest payload that is looked at, in bytes.</summary>
    public const int MostBytes = 1024;

    /// <summary>The longest part id, in UTF-16 characters.</summary>
    public const int MostCharacters = 128;

    /// <summary>The longest type of a part, in UTF-16 characters.</summary>
    public const int MostTypeCharacters = Reference.LongestType;

    /// <summary>Gives the part id, or says why there is none. An empty message is legal and has none: a sensor that knows no ids.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="part">The id, 1 to <see cref="MostCharacters"/> characters without control characters; null when there is none.</param>
    /// <param name="type">What kind of part it is, 1 to <see cref="MostTypeCharacters"/> characters without control characters; null where the message does not say.</param>
    /// <param name="wrong">What is wrong with the message, even where it has an id; null for an empty one, which may be padded with NULs or blanks.</param>
    public static bool TryRead(in ReadOnlySequence<byte> payload, [NotNullWhen(true)] out string? part, out string? type, out string? wrong)
    {
        part = null;
        type = null;
        wrong = null;
        if (payload.Length > MostBytes)
        {
            wrong = $"it has {payload.Length} bytes, more than {MostBytes}";
            return false;
        }
        Span<byte> bytes = stackalloc byte[(int)payload.Length];
        payload.CopyTo(bytes);
        string text = PlainText.Read(bytes);
        if (text.Length == 0)
        {
            // A variable that is empty to its end holds no id, and there is nothing to tell of it; a number in binary looks like this.
            if (bytes is [0, ..] && bytes.ContainsAnyExcept((byte)0, (byte)' '))
                wrong = $"it begins with a NUL byte, which ends a text, and {payload.Length - 1} bytes follow; send the id as text";
            return false;
        }
        string? id = text[0] == '{' ? FromJson(text, out type, out wrong) : PlainText.WithoutQuotes(text);
        if (id is null)
            return false;
        if (Check(id) is { } unfit)
        {
            wrong = unfit;
            return false;
        }
        part = id;
        return true;
    }

    private static string? FromJson(string text, out string? type, out string? wrong)
    {
        type = null;
        wrong = "it begins like JSON, but is not {\"part\":\"…\"}";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            string? id = Text(document.RootElement, "part", out _);
            if (id is not null)
                wrong = null;
            type = Text(document.RootElement, "type", out bool isNamed);
            if (isNamed && (type is null || ReferenceFormat.TypeFault(type) is not null))
            {
                type = null;
                wrong ??= $"'type' is no text of 1 to {MostTypeCharacters} characters, so that the part has none";
            }
            return id;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return null;
        }
    }

    /// <summary>A text, or a number as it is written; null where there is none.</summary>
    private static string? Text(JsonElement message, string name, out bool isNamed)
    {
        List<JsonProperty> named = [.. message.EnumerateObject().Where(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        // Which of two is meant nobody can tell.
        JsonElement value = named.Count == 1 ? named[0].Value : default;
        isNamed = named.Count > 1 || value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
        return value.ValueKind switch
        {
            JsonValueKind.String => PlainText.Trimmed(value.GetString()!),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    // A scanner sends the code of a DataMatrix with the separators between its fields, and a person reads the code without them.
    private static bool IsRefused(char character) => char.IsControl(character) && character is not ('\t' or (>= '\u001C' and <= '\u001F'));

    private static string? Check(string id)
    {
        if (id.Length == 0)
            return "the part id is empty";
        if (id.Length > MostCharacters)
            return $"the part id has {id.Length} characters, more than {MostCharacters}";
        return id.Any(IsRefused) ? "the part id contains a control character" : null;
    }
}
