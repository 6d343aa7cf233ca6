using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>Text as controllers and scanners send it. One rule for each of their habits; docs/plc.md tells them.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text in a message: without the head of a Siemens STRING or WSTRING, without a byte order mark, up to the first NUL, and without blanks
    /// and control characters at either end. UTF-8; UTF-16 with its mark, or where it holds letters of Latin alone; what is no UTF-8 is read as
    /// Latin-1.
    /// </summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        if (IsSiemensString(bytes))
            bytes = bytes.Slice(2, bytes[1]);
        string text = bytes switch
        {
            _ when IsSiemensWString(bytes) => Encoding.BigEndianUnicode.GetString(bytes.Slice(4, 2 * BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]))),
            _ when IsWide(bytes, highByteAt: 1) => Encoding.Unicode.GetString(bytes[..(bytes.Length & ~1)]),
            _ when IsWide(bytes, highByteAt: 0) => Encoding.BigEndianUnicode.GetString(bytes[..(bytes.Length & ~1)]),
            [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes[2..]),
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes[2..]),
            [0xEF, 0xBB, 0xBF, .. var rest] => Decode(rest),
            _ => Decode(bytes),
        };
        return Trimmed(text.Split('\0', 2)[0]);
    }

    /// <summary>Without blanks, and without control characters such as the STX and ETX of a scanner, at either end.</summary>
    public static string Trimmed(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (rest.Length > 0 && IsEdge(rest[0]))
            rest = rest[1..];
        while (rest.Length > 0 && IsEdge(rest[^1]))
            rest = rest[..^1];
        return rest.ToString();
    }

    /// <summary>Without a pair of quotes around it.</summary>
    public static string WithoutQuotes(string text) =>
        text is ['"', _, .., '"'] or ['\'', _, .., '\''] ? Trimmed(text[1..^1]) : text;

    // A variable of fixed length may hold older content behind its NUL, which need not be UTF-8.
    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        if (end >= 0)
            bytes = bytes[..end];
        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
    }

    /// <summary>
    /// True for a STRING of an S7 controller sent as it lies in memory: its greatest length, its length, its characters. A second byte that is a control
    /// character, or a first one that begins no text, keeps ordinary texts out.
    /// </summary>
    private static bool IsSiemensString(ReadOnlySpan<byte> bytes) =>
        bytes is [var most, var length, ..] && most > 0 && most <= 254 && length <= most
        && bytes.Length >= 2 + length
        && (bytes.Length == 2 + most || (length > 0 && bytes[(2 + length)..].IndexOfAnyExcept((byte)0) < 0))
        && (length < ' ' || most > '~') && !(most == 0xFE && length == 0xFF);

    /// <summary>True for a WSTRING of an S7 controller as it lies in memory: its greatest length and its length in two bytes each, its characters in UTF-16.</summary>
    private static bool IsSiemensWString(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 6)
            return false;
        int most = BinaryPrimitives.ReadUInt16BigEndian(bytes), length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), end = 4 + 2 * length;
        return length > 0 && length <= most && bytes.Length >= end
            && (bytes.Length == 4 + 2 * most || bytes[end..].IndexOfAnyExcept((byte)0) < 0) && IsWide(bytes[4..end], highByteAt: 0, leastLetters: 1);
    }

    /// <summary>
    /// True for UTF-16 without a byte order mark, as a WSTRING of CODESYS or a program for Windows sends it: two or more letters of Latin, each with
    /// a zero as its high byte, then zeros alone. A text of single bytes has no such zeros, and a number of two bytes no second letter.
    /// </summary>
    private static bool IsWide(ReadOnlySpan<byte> bytes, int highByteAt, int leastLetters = 2)
    {
        int letters = 0, at = 0;
        for (; at + 1 < bytes.Length && (bytes[at] | bytes[at + 1]) != 0; at += 2, letters++)
        {
            if (bytes[at + highByteAt] != 0 || bytes[at + 1 - highByteAt] < ' ' || bytes[at + 1 - highByteAt] is >= 0x7F and < 0xA0)
                return false;
        }
        return letters >= leastLetters && bytes[at..].IndexOfAnyExcept((byte)0) < 0;
    }

    private static bool IsEdge(char character) => char.IsWhiteSpace(character) || char.IsControl(character);
}
