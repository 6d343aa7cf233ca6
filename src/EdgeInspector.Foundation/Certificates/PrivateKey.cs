using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EdgeInspector.Foundation.Certificates;

/// <summary>
/// Reads private keys as OpenSSL writes them: PKCS #1, SEC 1, PKCS #8, encrypted PKCS #8, as PEM or DER.
/// For what .NET can't read or use, the fault names the format and the line that mends it.
/// </summary>
internal static class PrivateKey
{
    private const string Rsa = "1.2.840.113549.1.1.1", Ec = "1.2.840.10045.2.1", Pbes2 = "1.2.840.113549.1.5.13",
        Scrypt = "1.3.6.1.4.1.11591.4.11";

    private static readonly Dictionary<string, string> Unusable = new()
    {
        ["1.3.101.112"] = "Ed25519",
        ["1.3.101.113"] = "Ed448",
        ["1.3.101.110"] = "X25519",
        ["1.3.101.111"] = "X448",
        ["1.2.840.113549.1.1.10"] = "RSA-PSS",
        ["1.2.840.10040.4.1"] = "DSA",
    };

    /// <summary>The first private key of a file, RSA or ECDSA; null when it holds none. The caller disposes it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="password">For a key that is encrypted; not looked at for others.</param>
    /// <param name="passwordSetting">The setting that gives a password, for messages.</param>
    /// <exception cref="CertificateFileException">There is one that can't be used.</exception>
    public static AsymmetricAlgorithm? Find(PemFile file, string? password, string passwordSetting)
    {
        if (file.HasTraditionalEncryption)
        {
            throw new CertificateFileException(
                $"The key in {file.Path} is encrypted in OpenSSL's traditional form (\"Proc-Type: "
                + $"4,ENCRYPTED\"), which can't be read here. {Convert(file.Path, "")}");
        }
        foreach (PemBlock block in file.Blocks)
        {
            switch (block.Label)
            {
                case PemBlock.RsaKey:
                    return Import<RSA>(RSA.Create(), key => key.ImportRSAPrivateKey(block.Der, out _), file.Path);
                case PemBlock.EcKey:
                    return Named(
                        Import<ECDsa>(ECDsa.Create(), key => key.ImportECPrivateKey(block.Der, out _), file.Path), block, file.Path);
                case PemBlock.Key:
                    return Plain(block, file.Path);
                case PemBlock.EncryptedKey when string.IsNullOrEmpty(password):
                    throw new CertificateFileException($"The key in {file.Path} is encrypted. Give its password: {passwordSetting}.");
                case PemBlock.EncryptedKey:
                    return Encrypted(block, file.Path, password, passwordSetting);
                case PemBlock.DsaKey:
                    throw NotUsable(file.Path, "DSA");
                case PemBlock.SshKey:
                    throw new CertificateFileException(
                        $"The key in {file.Path} has the form of OpenSSH. Convert a copy of it, which changes that file: "
                        + $"cp {file.Path} new.key && ssh-keygen -p -m PKCS8 -f new.key.");
            }
        }
        return null;
    }

    private static AsymmetricAlgorithm Plain(PemBlock block, string path) => AlgorithmOf(block.Der) switch
    {
        Rsa => Import<RSA>(RSA.Create(), key => key.ImportPkcs8PrivateKey(block.Der, out _), path),
        Ec => Named(Import<ECDsa>(ECDsa.Create(), key => key.ImportPkcs8PrivateKey(block.Der, out _), path), block, path),
        { } other => throw NotUsable(path, Unusable.GetValueOrDefault(other, other)),
        null => throw Damaged(path, null),
    };

    /// <summary>The object identifier of a PKCS #8 key's algorithm (RFC 5958).</summary>
    private static string? AlgorithmOf(byte[] der)
    {
        try
        {
            AsnReader key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            _ = key.ReadInteger();
            return key.ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static AsymmetricAlgorithm Encrypted(PemBlock block, string path, string password, string passwordSetting)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportEncryptedPkcs8PrivateKey(password, block.Der, out _);
            return rsa;
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
        }
        var ec = ECDsa.Create();
        try
        {
            ec.ImportEncryptedPkcs8PrivateKey(password, block.Der, out _);
            return Named(ec, block, path);
        }
        catch (CryptographicException fault)
        {
            ec.Dispose();
            string convert = Convert(path, block.IsDer ? "-inform der " : "");
            throw EncryptionOf(block.Der) is { } way
                ? new CertificateFileException($"The key in {path} is encrypted by {way}, which can't be read here. {convert}", fault)
                : new CertificateFileException(
                    $"The key in {path} does not open with the password given. Check {passwordSetting}. "
                    + "Where the password is right, it is a key of neither RSA nor EC, and can't be used here; of which kind it is says: "
                    + $"openssl pkey -in {path} -noout -text.",
                    fault);
        }
    }

    /// <summary>What a key was encrypted by, when .NET does not know it; null when it does.</summary>
    private static string? EncryptionOf(byte[] der)
    {
        try
        {
            AsnReader algorithm = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            string scheme = algorithm.ReadObjectIdentifier();
            if (scheme != Pbes2)
                return KnownSchemes.Contains(scheme) ? null : Name(scheme);
            AsnReader parameters = algorithm.ReadSequence();
            string derivation = parameters.ReadSequence().ReadObjectIdentifier(), cipher = parameters.ReadSequence().ReadObjectIdentifier();
            return derivation == Scrypt ? "scrypt" : KnownCiphers.Contains(cipher) ? null : Name(cipher);
        }
        catch (AsnContentException)
        {
            return "a way that is not known";
        }
    }

    // PBE by MD5 or SHA-1 with DES, 3DES or RC2 (RFC 8018, RFC 7292).
    private static readonly HashSet<string> KnownSchemes =
        [
            "1.2.840.113549.1.5.3",
            "1.2.840.113549.1.5.6",
            "1.2.840.113549.1.5.10",
            "1.2.840.113549.1.5.11",
            "1.2.840.113549.1.12.1.3",
            "1.2.840.113549.1.12.1.4",
            "1.2.840.113549.1.12.1.5",
            "1.2.840.113549.1.12.1.6",
        ];

    // AES of all three lengths, 3DES, RC2, DES, each in CBC.
    private static readonly HashSet<string> KnownCiphers =
        [
            "2.16.840.1.101.3.4.1.2",
            "2.16.840.1.101.3.4.1.22",
            "2.16.840.1.101.3.4.1.42",
            "1.2.840.113549.3.7",
            "1.2.840.113549.3.2",
            "1.3.14.3.2.7",
        ];

    private static string Name(string identifier) => new Oid(identifier).FriendlyName is { } name ? $"{name} ({identifier})" : identifier;

    private static T Import<T>(T key, Action<T> import, string path)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key;
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw Damaged(path, fault);
        }
    }

    /// <summary>A curve that is written out in full is another one than that of the certificate, which goes by its name.</summary>
    private static ECDsa Named(ECDsa key, PemBlock block, string path)
    {
        if (key.ExportParameters(false).Curve.IsNamed)
            return key;
        key.Dispose();
        string form = block.IsDer ? "-inform der " : "";
        throw new CertificateFileException(
            $"The key in {path} has its curve written out instead of named (explicit parameters), which can't be used here. Convert it: "
            + $"openssl ec {form}-in {path} -param_enc named_curve -out new.key.");
    }

    private static CertificateFileException Damaged(string path, Exception? fault) => new(
        $"The key in {path} is damaged, or of a curve that this machine does "
        + $"not know{(fault is null ? "" : $" ({fault.Message.TrimEnd('.')})")}. Look at it: openssl pkey -in {path} -noout -text.",
        fault);

    /// <summary>What to say when .NET's words name an algorithm that can't be used here; null when they don't.</summary>
    public static CertificateFileException? NotUsable(string path, CryptographicException fault) =>
        Unusable.FirstOrDefault(known => fault.Message.Contains($"'{known.Key}'", StringComparison.Ordinal)).Value is { } algorithm
            ? NotUsable(path, algorithm)
            : null;

    private static CertificateFileException NotUsable(string path, string algorithm) => new(
        $"The key in {path} is one of {algorithm}, which can't be used here. Have a certificate issued for a key of RSA or EC; "
        + $"a new key and the request for it: {KeyCurve.NewKey}.");

    private static string Convert(string path, string form) => $"Convert it: openssl pkcs8 -topk8 {form}-in {path} -out new.key.";
}
