using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Reads the part id out of a trigger message: plain text as controllers and scanners send it (<see cref="PlainText"/>), or JSON
/// <c>{"part":"…"}</c>. Trusts nothing.
/// </summary>
internal static class TriggerPayload
{
    /// <summary>The largest payload that is looked at, in bytes.</summary>
    public const int MostBytes = 1024;

    /// <summary>The longest part id, in UTF-16 characters.</summary>
    public const int MostCharacters = 128;

    /// <summary>Gives the part id, or says why there is none. An empty message is legal and has none: a sensor that knows no ids.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="part">The id, 1 to <see cref="MostCharacters"/> characters without control characters; null when there is none.</param>
    /// <param name="wrong">What is wrong with the message; null for an empty one, which may be padded with NULs or blanks.</param>
    public static bool TryRead(in ReadOnlySequence<byte> payload, [NotNullWhen(true)] out string? part, out string? wrong)
    {
        part = null;
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
        string? id = text[0] == '{' ? FromJson(text, out wrong) : PlainText.WithoutQuotes(text);
        if (id is null)
            return false;
        wrong = Check(id);
        part = wrong is null ? id : null;
        return part is not null;
    }

    private static string? FromJson(string text, out string? wrong)
    {
        wrong = "it begins like JSON, but is not {\"part\":\"…\"}";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            JsonElement part = document.RootElement.EnumerateObject()
                .FirstOrDefault(property => property.Name.Equals("part", StringComparison.OrdinalIgnoreCase)).Value;
            string? id = part.ValueKind switch
            {
                JsonValueKind.String => PlainText.Trimmed(part.GetString()!),
                JsonValueKind.Number => part.GetRawText(),
                _ => null,
            };
            if (id is not null)
                wrong = null;
            return id;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return null;
        }
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
