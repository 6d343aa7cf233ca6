using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>Text as controllers and scanners send it. One rule for each of their habits; docs/plc.md tells them.</summary>
internal static class PlainText
{
    private const byte Erased = 0xFF;

    // Windows-1252's characters in the places where Latin-1 has the control characters U+0080 to U+009F; five of the bytes have no
    // character.
    private const string Windows = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    /// <summary>
    /// The text in a message: without the head of a Siemens STRING or WSTRING, without a byte order mark, up to the first NUL, without the
    /// bytes 0xFF of erased memory at the end, and without blanks and control characters at either end. The text may be UTF-8, also with
    /// its last character cut off; or UTF-16 with its byte order mark, or UTF-16 that holds Latin letters only. Any other text is read as
    /// Windows-1252.
    /// </summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> used = bytes.TrimEnd(Erased);
        // The whole message is checked first: if a variable is sent in its whole length, any bytes may follow the text.
        if (IsSiemensString(bytes) || IsSiemensString(used))
            used = bytes.Slice(2, bytes[1]);
        else if (IsSiemensWString(bytes) || IsSiemensWString(used))
            return Trimmed(
                UpToNul(Encoding.BigEndianUnicode.GetString(bytes.Slice(4, 2 * BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])))));
        return Trimmed(UpToNul(used switch
        {
            _ when IsWide(used, highByteAt: 1) => Encoding.Unicode.GetString(used[..(used.Length & ~1)]),
            _ when IsWide(used, highByteAt: 0) => Encoding.BigEndianUnicode.GetString(used[..(used.Length & ~1)]),
            [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(used[2..]),
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(used[2..]),
            [0xEF, 0xBB, 0xBF, .. var rest] => Decode(rest),
            _ => Decode(used),
        }));
    }

    private static string UpToNul(string text) => text.Split('\0', 2)[0];

    /// <summary>The text without blanks, and without control characters such as a scanner's STX and ETX, at either end.</summary>
    public static string Trimmed(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (rest.Length > 0 && IsEdge(rest[0]))
            rest = rest[1..];
        while (rest.Length > 0 && IsEdge(rest[^1]))
            rest = rest[..^1];
        return rest.ToString();
    }

    /// <summary>The text without a pair of quotes around it.</summary>
    public static string WithoutQuotes(string text) =>
        text is ['"', _, .., '"'] or ['\'', _, .., '\''] ? Trimmed(text[1..^1]) : text;

    // A variable of fixed length may hold older content after its NUL, which need not be UTF-8.
    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        if (end >= 0)
            bytes = EndOfQuoted(bytes, end) is var close and > 0 ? WithoutNuls(bytes[..close]) : bytes[..end];
        bytes = bytes.TrimEnd(Erased);
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        return WholeCharacters(bytes) is var whole and > 0 ? Encoding.UTF8.GetString(bytes[..whole]) : OfWindows(bytes);
    }

    /// <summary>
    /// Where the text ends into which an array filled up with NULs was put: at quotes or braces that open before the first NUL and close
    /// after it; 0: there are none.
    /// </summary>
    private static int EndOfQuoted(ReadOnlySpan<byte> bytes, int nul)
    {
        ReadOnlySpan<byte> before = bytes[..nul].Trim(" \t\r\n"u8);
        byte close = before is [var open, ..]
            ? open switch { (byte)'{' => (byte)'}', (byte)'"' or (byte)'\'' => open, _ => (byte)0 }
            : (byte)0;
        return close == 0 || (before.Length > 1 && before[^1] == close) ? 0
            : bytes[nul..].LastIndexOf(close) is var at and >= 0 ? nul + at + 1
            : 0;
    }

    private static byte[] WithoutNuls(ReadOnlySpan<byte> bytes) => [.. bytes.ToArray().Where(one => one != 0)];

    /// <summary>
    /// How many bytes of a text in UTF-8 are left without its last character, if the end of a variable has cut that character; 0: the text
    /// is not of this kind. The first byte of such a character alone tells too little, unless other characters of several bytes stand
    /// before it: Latin-1 has letters there (<c>Café</c>).
    /// </summary>
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (int cut = 1; cut <= 3 && cut < bytes.Length; cut++)
        {
            ReadOnlySpan<byte> last = bytes[^cut..], before = bytes[..^cut];
            if (Rune.DecodeFromUtf8(last, out _, out _) == OperationStatus.NeedMoreData && Utf8.IsValid(before))
                return cut > 1 || before.ContainsAnyInRange((byte)0x80, byte.MaxValue) ? before.Length : 0;
        }
        return 0;
    }

    private static string OfWindows(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte one in bytes)
        {
            if (one is not (>= 0x80 and < 0xA0))
                text.Append((char)one);
            else if (Windows[one - 0x80] is var letter and not '\0')
                text.Append(letter);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{one:X2}");
        }
        return text.ToString();
    }

    /// <summary>
    /// True for a STRING of an S7 controller sent as it lies in memory: greatest length, length, characters. Ordinary texts are told apart
    /// because their second byte is no control character, or because no text begins with the first byte.
    /// </summary>
    private static bool IsSiemensString(ReadOnlySpan<byte> bytes) =>
        bytes is [var most, var length, ..] && most > 0 && most <= 254 && length <= most
        && bytes.Length >= 2 + length
        && (bytes.Length == 2 + most || (length > 0 && bytes[(2 + length)..].IndexOfAnyExcept((byte)0) < 0))
        && (length < ' ' || most > '~') && !(most == 0xFE && length == 0xFF);

    /// <summary>
    /// True for a WSTRING of an S7 controller as it lies in memory: greatest length and length in two bytes each, then characters in
    /// UTF-16.
    /// </summary>
    private static bool IsSiemensWString(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 6)
            return false;
        int most = BinaryPrimitives.ReadUInt16BigEndian(bytes), length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            end = 4 + 2 * length;
        return length > 0 && length <= most && bytes.Length >= end
            && (bytes.Length == 4 + 2 * most || bytes[end..].IndexOfAnyExcept((byte)0) < 0)
            && IsWide(bytes[4..end], highByteAt: 0, leastLetters: 1);
    }

    /// <summary>
    /// True for UTF-16 without a byte order mark, as a WSTRING of CODESYS or a program for Windows sends it: two or more Latin letters,
    /// each with a zero as its high byte, to the end or to a NUL of two bytes, after which older content may follow. A text of single bytes
    /// has no such zeros, and a number of two bytes has no second letter.
    /// </summary>
    private static bool IsWide(ReadOnlySpan<byte> bytes, int highByteAt, int leastLetters = 2)
    {
        int letters = 0, at = 0;
        for (; at + 1 < bytes.Length && (bytes[at] | bytes[at + 1]) != 0; at += 2, letters++)
        {
            if (bytes[at + highByteAt] != 0 || bytes[at + 1 - highByteAt] < ' ' || bytes[at + 1 - highByteAt] is >= 0x7F and < 0xA0)
                return false;
        }
        return letters >= leastLetters && (at + 1 < bytes.Length || bytes[at..].IndexOfAnyExcept((byte)0) < 0);
    }

    private static bool IsEdge(char character) => char.IsWhiteSpace(character) || char.IsControl(character);
}
