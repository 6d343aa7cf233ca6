using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Audit;

/// <summary>
/// A secret that seals entries by HMAC-SHA256 (RFC 2104, FIPS 198-1). Whoever knows the secret can check seals, and make them.
/// </summary>
public sealed class AuditKey
{
    /// <summary>A shorter secret could be guessed.</summary>
    public const int LeastCharacters = 16;

    private readonly byte[] _secret;

    private AuditKey(string secret)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        Id = Convert.ToHexStringLower(SHA256.HashData(SHA256.HashData(_secret)).AsSpan(0, 4));
    }

    /// <summary>Tells keys apart: 8 hexadecimal digits from which nobody can compute the secret.</summary>
    public string Id { get; }

    /// <summary>The key of the settings; null when the settings name none.</summary>
    /// <exception cref="SecretFileException">The key's file can't be used.</exception>
    public static AuditKey? Of(AuditOptions options) => options switch
    {
        { Key: { } key } => new AuditKey(key),
        { KeyFile: { } file } => FromFile(file, "Audit:KeyFile"),
        _ => null,
    };

    /// <summary>The keys that were used before the key of the settings.</summary>
    /// <exception cref="SecretFileException">A file can't be used.</exception>
    public static IReadOnlyList<AuditKey> EarlierOf(AuditOptions options) =>
        [.. options.EarlierKeyFiles.Select(file => FromFile(file, "Audit:EarlierKeyFiles"))];

    /// <summary>The key in the first line of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="setting">The setting that names the file, for messages.</param>
    /// <exception cref="SecretFileException">The file can't be used.</exception>
    public static AuditKey FromFile(string file, string setting)
    {
        string secret = SecretFile.Read(file, setting);
        return secret.Length >= LeastCharacters
            ? new AuditKey(secret)
            : throw new SecretFileException(
                $"{setting}: the first line of {Path.GetFullPath(file)} has {secret.Length} characters; a key of fewer than "
                    + $"{LeastCharacters} could be guessed. "
                + "Make one by 'openssl rand -hex 32'.");
    }

    /// <summary>The seal of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="seal">32 bytes.</param>
    internal void Seal(ReadOnlySpan<byte> bytes, Span<byte> seal) => HMACSHA256.HashData(_secret, bytes, seal);
}
