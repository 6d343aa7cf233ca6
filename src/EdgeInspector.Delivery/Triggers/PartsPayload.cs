using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>Reads the PLC's count of parts: a plain decimal number as controllers send it (<see cref="PlainText"/>), or JSON <c>{"count":n}</c>. Trusts nothing.</summary>
internal static class PartsPayload
{
    /// <summary>The largest payload that is looked at, in bytes.</summary>
    public const int MostBytes = 1024;

    /// <summary>The largest count, which JSON can still say exactly.</summary>
    public const long Most = 1L << 53;

    /// <summary>Gives the count, 0 to <see cref="Most"/>.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> payload, out long count)
    {
        count = 0;
        if (payload.Length > MostBytes)
            return false;
        Span<byte> bytes = stackalloc byte[(int)payload.Length];
        payload.CopyTo(bytes);
        string text = PlainText.WithoutQuotes(PlainText.Read(bytes));
        bool isRead = text.StartsWith('{')
            ? FromJson(text, out count)
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
        return isRead && count is >= 0 and <= Most;
    }

    private static bool FromJson(string text, out long count)
    {
        count = 0;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return document.RootElement.TryGetProperty("count", out JsonElement value)
                && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out count);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
