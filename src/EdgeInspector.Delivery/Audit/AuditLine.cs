using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeInspector.Delivery.Audit;

/// <summary>
/// How an entry lies in its file: one line of JSON that ends with <c>"prev"</c>, the hash of the line before; <c>"seal"</c>, where
/// there is a key; and
/// <c>"hash"</c>. The hash (SHA-256) is of all bytes of the line before <c>,"hash":</c>, the seal (HMAC-SHA256) of all before
/// <c>,"seal":</c>; both stand
/// in lower-case hexadecimal digits.
/// </summary>
internal readonly ref struct AuditLine
{
    /// <summary>Hexadecimal digits of a hash.</summary>
    public const int HashLength = 64;

    /// <summary>No entry is longer; what is, was not written by an agent.</summary>
    public const int MostBytes = 64 * 1024;

    // ,"hash":"…"} and its likes
    private const int HashTail = 9 + HashLength + 2, FieldTail = 9 + HashLength + 1;

    private readonly ReadOnlySpan<byte> _line;

    private AuditLine(ReadOnlySpan<byte> line, long number, bool isSealed)
    {
        _line = line;
        Number = number;
        IsSealed = isSealed;
    }

    /// <summary>Of what the first entry of a chain is the next: nothing.</summary>
    public static ReadOnlySpan<byte> Nothing => "0000000000000000000000000000000000000000000000000000000000000000"u8;

    /// <summary>The entry's number, from 1 on through all days.</summary>
    public long Number { get; }

    /// <summary>True when it carries a seal.</summary>
    public bool IsSealed { get; }

    /// <summary>The hash that it says of itself, 64 digits.</summary>
    public ReadOnlySpan<byte> Hash => _line[^(HashLength + 2)..^2];

    /// <summary>The hash that it says of the line before.</summary>
    public ReadOnlySpan<byte> Previous => Sealable[^(HashLength + 1)..^1];

    private ReadOnlySpan<byte> Hashed => _line[..^HashTail];

    private ReadOnlySpan<byte> Sealable => IsSealed ? Hashed[..^FieldTail] : Hashed;

    private ReadOnlySpan<byte> Seal => Hashed[^(HashLength + 1)..^1];

    /// <summary>True when the line is what its hash says.</summary>
    public bool IsWhole
    {
        get
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Hashed, hash);
            return IsHex(hash, Hash);
        }
    }

    /// <summary>True when the seal is of this key.</summary>
    public bool IsSealedBy(AuditKey key)
    {
        Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Seal(Sealable, seal);
        return IsHex(seal, Seal);
    }

    /// <summary>Takes a line apart, without its line break; false when it is none. Trusts nothing; says nothing of its hash.</summary>
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
    /// <param name="previous">The hash of the line before, 64 digits; replaced by this one's.</param>
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
