using System.Buffers;
using System.Globalization;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Reads the PLC's count of parts: a plain decimal number as controllers send it (<see cref="PlainText"/>), or JSON <c>{"count":n}</c>.
/// Trusts nothing.
/// </summary>
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
        if (text.StartsWith('{'))
            text = MessageFields.Read(text)?.Value("count", out _) ?? "";
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 0 and <= Most;
    }
}
