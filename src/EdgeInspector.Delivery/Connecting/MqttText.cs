using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// The one rule for text that goes into an MQTT packet outside the payload: topics, user properties, client ids, user names. A broker may,
/// and mosquitto does, end the connection over U+0000, halves of surrogate pairs, control characters and noncharacters (MQTT 5, section
/// 1.5.4; MQTT 3.1.1, section 1.5.3).
/// </summary>
internal static class MqttText
{
    // Allowed, but some readers take this character for a byte order mark at the wrong place: paho for Python ends its connection over it.
    private const int ByteOrderMark = 0xFEFF;

    /// <summary>True for a character that a broker or a reader need not take.</summary>
    public static bool IsUnfit(int codePoint) =>
        codePoint is < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0xD800 and <= 0xDFFF) or (>= 0xFDD0 and <= 0xFDEF)
        || (codePoint & 0xFFFE) == 0xFFFE || codePoint == ByteOrderMark;

    /// <summary>Says which character of a text a broker need not take, as the end of a sentence; null: none.</summary>
    public static string? FaultOf(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int codePoint = Next(text, ref at);
            if (!IsUnfit(codePoint))
                continue;
            string kind = codePoint is >= 0xD800 and <= 0xDFFF ? "half a surrogate pair, which is not valid Unicode,"
                : codePoint is < 0x20 or (>= 0x7F and <= 0x9F) ? "the control character"
                : codePoint == ByteOrderMark ? "the byte order mark" : "the noncharacter";
            string code = string.Create(CultureInfo.InvariantCulture, $"U+{codePoint:X4}");
            return $"contains {kind} {code}, over which brokers end the connection. Remove it.";
        }
        return null;
    }

    /// <summary>
    /// The text with each unfit character written as JSON would escape it (<c>\uFFFF</c>); a text that is too long is cut between two
    /// characters.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <param name="mostBytes">The most bytes in UTF-8; the protocol allows no more than 65,535.</param>
    public static string Fit(string text, int mostBytes = 1024)
    {
        if (Encoding.UTF8.GetByteCount(text) <= mostBytes && FaultOf(text) is null)
            return text;
        var fit = new StringBuilder();
        int bytes = 0;
        for (int at = 0; at < text.Length;)
        {
            int from = at, codePoint = Next(text, ref at);
            string next = text[from..at];
            if (IsUnfit(codePoint))
                next = string.Concat(next.Select(half => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)half:X4}")));
            bytes += Encoding.UTF8.GetByteCount(next);
            if (bytes > mostBytes)
                break;
            fit.Append(next);
        }
        return fit.ToString();
    }

    // Half of a surrogate pair is returned as it is.
    private static int Next(string text, ref int at)
    {
        bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length) == OperationStatus.Done;
        int codePoint = isWhole ? rune.Value : text[at];
        at += isWhole ? length : 1;
        return codePoint;
    }
}
