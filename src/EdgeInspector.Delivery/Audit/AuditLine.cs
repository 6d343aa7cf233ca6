using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeInspector.Delivery.Audit;

/// <summary>
/// How an entry lies in its file: one line of JSON that ends with <c>"prev"</c>, the hash of the line before; <c>"seal"</c>, where there is
/// a key; and <c>"hash"</c>. The hash (SHA-256) covers all bytes of the line before <c>,"hash":</c>, the seal (HMAC-SHA256) all bytes
/// before <c>,"seal":</c>; both are written in lower-case hexadecimal digits.
/// </summary>
internal readonly ref struct AuditLine
{
    /// <summary>Hexadecimal digits of a hash.</summary>
    public const int HashLength = 64;

    /// <summary>The longest entry; an agent never wrote a longer one.</summary>
    public const int MostBytes = 64 * 1024;

    // Length of ,"hash":"…"} and similar ends.
    private const int HashTail = 9 + HashLength + 2, FieldTail = 9 + HashLength + 1;

    private readonly ReadOnlySpan<byte> _line;

    private AuditLine(ReadOnlySpan<byte> line, long number, bool isSealed)
    {
        _line = line;
        Number = number;
        IsSealed = isSealed;
    }

    /// <summary>The hash before the first entry of a chain: zeros.</summary>
    public static ReadOnlySpan<byte> Nothing => "0000000000000000000000000000000000000000000000000000000000000000"u8;

    /// <summary>The entry's number, from 1 on through all days.</summary>
    public long Number { get; }

    /// <summary>True when the entry carries a seal.</summary>
    public bool IsSealed { get; }

    /// <summary>The hash of the line, as the line says, 64 digits.</summary>
    public ReadOnlySpan<byte> Hash => _line[^(HashLength + 2)..^2];

    /// <summary>The hash of the line before, as the line says.</summary>
    public ReadOnlySpan<byte> Previous => Sealable[^(HashLength + 1)..^1];

    private ReadOnlySpan<byte> Hashed => _line[..^HashTail];

    private ReadOnlySpan<byte> Sealable => IsSealed ? Hashed[..^FieldTail] : Hashed;

    private ReadOnlySpan<byte> Seal => Hashed[^(HashLength + 1)..^1];

    /// <summary>True when the line has the hash that it says.</summary>
    public bool IsWhole
    {
        get
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Hashed, hash);
            return IsHex(hash, Hash);
        }
    }

    /// <summary>True when the seal was made with this key.</summary>
    public bool IsSealedBy(AuditKey key)
    {
        Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Seal(Sealable, seal);
        return IsHex(seal, Seal);
    }

    /// <summary>
    /// Takes a line without its line break apart; false when the text is no line. Trusts nothing; does not check the hash.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out AuditLine parts)
    {
        parts = default;
        if (line.Length is < HashTail + FieldTail + 6 or > MostBytes || !line.StartsWith("{\"n\":"u8) || !line.EndsWith("\"}"u8))
            return false;
        if (!Utf8Parser.TryParse(line[5..], out long number, out int digits) || number < 1 || line[5 + digits] != ',' || line[5] == '0')
            return false;
        if (!line[^HashTail..].StartsWith(",\"hash\":\""u8))
            return false;
        ReadOnlySpan<byte> hashed = line[..^HashTail];
        bool isSealed = IsField(hashed, ",\"seal\":\""u8);
        if (isSealed)
            hashed = hashed[..^FieldTail];
        if (!IsField(hashed, ",\"prev\":\""u8))
            return false;
        parts = new AuditLine(line, number, isSealed);
        return true;
    }

    /// <summary>Writes a line with its line break.</summary>
    /// <param name="to">Takes the bytes.</param>
    /// <param name="number">The entry's number.</param>
    /// <param name="json">The entry as a JSON object.</param>
    /// <param name="previous">The hash of the line before, 64 digits; replaced by the hash of the new line.</param>
    /// <param name="key">The key; null: no seal.</param>
    public static void Write(ArrayBufferWriter<byte> to, long number, ReadOnlySpan<byte> json, Span<byte> previous, AuditKey? key)
    {
        int began = to.WrittenCount;
        Span<byte> digits = stackalloc byte[20];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Utf8Formatter.TryFormat(number, digits, out int length);
        to.Write("{\"n\":"u8);
        to.Write(digits[..length]);
        to.Write(","u8);
        to.Write(json[1..^1]);
        to.Write(",\"prev\":\""u8);
        to.Write(previous);
        to.Write("\""u8);
        if (key is not null)
        {
            key.Seal(to.WrittenSpan[began..], hash);
            ToHex(hash, previous);
            to.Write(",\"seal\":\""u8);
            to.Write(previous);
            to.Write("\""u8);
        }
        SHA256.HashData(to.WrittenSpan[began..], hash);
        ToHex(hash, previous);
        to.Write(",\"hash\":\""u8);
        to.Write(previous);
        to.Write("\"}\n"u8);
    }

    /// <summary>Sixty-four digits as a text.</summary>
    public static string Text(ReadOnlySpan<byte> digits) => Encoding.ASCII.GetString(digits);

    private static bool IsField(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        text.Length > FieldTail && text[^FieldTail..].StartsWith(name) && text[^1] == '"';

    private static bool IsHex(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digits)
    {
        Span<byte> expected = stackalloc byte[HashLength];
        ToHex(bytes, expected);
        return CryptographicOperations.FixedTimeEquals(expected, digits);
    }

    private static void ToHex(ReadOnlySpan<byte> bytes, Span<byte> digits)
    {
        ReadOnlySpan<byte> alphabet = "0123456789abcdef"u8;
        for (int i = 0; i < bytes.Length; i++)
        {
            digits[2 * i] = alphabet[bytes[i] >> 4];
            digits[2 * i + 1] = alphabet[bytes[i] & 15];
        }
    }
}
