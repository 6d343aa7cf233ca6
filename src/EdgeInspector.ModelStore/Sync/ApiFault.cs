using System.Text.Json;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>The answer of an API that refuses: <c>{"code","message"}</c>.</summary>
internal sealed record ApiFault(string Code, string Message)
{
    private const int MostCharacters = 200;

    /// <summary>Reads an answer; null when its body has another form.</summary>
    public static ApiFault? Read(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            return Text(document.RootElement, "code") is { } code
                ? new ApiFault(Short(code), Short(Text(document.RootElement, "message") ?? ""))
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A property's text; null when there is none.</summary>
    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            // The text has half a surrogate pair, or bytes that are not UTF-8.
            return null;
        }
    }

    // The message goes into logs and state: one line, not a page.
    private static string Short(string text) => new([.. text.Take(MostCharacters).Select(c => char.IsControl(c) ? ' ' : c)]);
}
