using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace EdgeInspector.Foundation.Certificates;

/// <summary>
/// A file with certificates or keys, by what it holds, whatever it is called: blocks of PEM (RFC 7468; text in UTF-8 or UTF-16,
/// with anything between the blocks), one block of DER, or a PKCS #12 store (PFX).
/// </summary>
internal sealed class PemFile
{
    private const int MostBytes = 4 << 20;
    private const byte Sequence = 0x30;
    private const string Pkcs7 = "PKCS7", Pkcs12Label = "PKCS12", SignedData = "1.2.840.113549.1.7.2",
        Pkcs12Versioned = "1.2.840.113549.1.7.";

    private PemFile(string path, string setting, IReadOnlyList<PemBlock> blocks)
    {
        (Path, Setting, Blocks) = (path, setting, blocks);
    }

    /// <summary>The file, as the settings name it.</summary>
    public string Path { get; }

    /// <summary>The setting that named it, for messages.</summary>
    public string Setting { get; }

    /// <summary>What it holds, in the order of the file; empty for a PKCS #12 store.</summary>
    public IReadOnlyList<PemBlock> Blocks { get; }

    /// <summary>The whole file when it is a PKCS #12 store, else null.</summary>
    public byte[]? Pkcs12 { get; private init; }

    /// <summary>
    /// True for a key that OpenSSL encrypted before it knew PKCS #8: its block begins with headers, which is no PEM of today.
    /// </summary>
    public bool HasTraditionalEncryption { get; private init; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file; at most 4 MiB.</param>
    /// <param name="setting">The setting that named it, for messages.</param>
    /// <exception cref="CertificateFileException">
    /// There is no such file, it can't be read, or it is a store of a kind that can't be opened here.
    /// </exception>
    public static PemFile Read(string file, string setting)
    {
        byte[] bytes = Bytes(file, setting);
        if (bytes is [0xFE, 0xED, 0xFE, 0xED, ..] or [0xCE, 0xCE, 0xCE, 0xCE, ..])
        {
            throw new CertificateFileException(
                $"{setting} {file} is a Java key store (JKS). Convert it: "
                + $"keytool -importkeystore -srckeystore {file} -destkeystore new.p12 -deststoretype PKCS12.");
        }
        if (bytes is [Sequence, ..])
        {
            return LabelOf(bytes) switch
            {
                Pkcs12Label => new PemFile(file, setting, []) { Pkcs12 = bytes },
                Pkcs7 => throw Pkcs7Fault(file, setting, "-inform der "),
                { } label => new PemFile(file, setting, [new PemBlock(label, bytes, IsDer: true)]),
                null => throw Damaged(file, setting),
            };
        }
        using var reader = new StreamReader(new MemoryStream(bytes), detectEncodingFromByteOrderMarks: true);
        string text = reader.ReadToEnd();
        var blocks = new List<PemBlock>();
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            blocks.Add(
                new PemBlock(rest[fields.Label].ToString(), Convert.FromBase64String(rest[fields.Base64Data].ToString()), IsDer: false));
            rest = rest[fields.Location.End..];
        }
        if (blocks.Exists(block => block.Label is Pkcs7 or "PKCS #7 SIGNED DATA"))
            throw Pkcs7Fault(file, setting, "");
        bool isTraditional = text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
        return blocks.Count > 0 || isTraditional || !text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? new PemFile(file, setting, blocks) { HasTraditionalEncryption = isTraditional }
            : throw Damaged(file, setting);
    }

    private static CertificateFileException Pkcs7Fault(string file, string setting, string form) =>
        new($"{setting} {file} is a PKCS #7 file (.p7b). Convert it: openssl pkcs7 {form}-print_certs -in {file} -out new.pem.");

    private static CertificateFileException Damaged(string file, string setting) =>
        new($"{setting} {file} is damaged, or ends too early. Copy it anew from where it came from.");

    /// <summary>What a block of DER holds, by its shape, in the words of PEM; null when it is none of what is looked for here.</summary>
    private static string? LabelOf(byte[] der)
    {
        try
        {
            AsnReader outer = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            Asn1Tag first = outer.PeekTag();
            if (first == Asn1Tag.ObjectIdentifier)
                return outer.ReadObjectIdentifier() == SignedData ? Pkcs7 : null;
            if (first == Asn1Tag.Integer)
                return AfterVersion(outer, outer.ReadInteger());
            AsnReader inner = outer.ReadSequence();
            bool isAlgorithm = inner.PeekTag() == Asn1Tag.ObjectIdentifier;
            Asn1Tag second = outer.PeekTag();
            return isAlgorithm && second == Asn1Tag.PrimitiveOctetString ? PemBlock.EncryptedKey
                : isAlgorithm && second == Asn1Tag.PrimitiveBitString ? PemBlock.PublicKey
                : second == Asn1Tag.Sequence ? PemBlock.Certificate
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string? AfterVersion(AsnReader outer, BigInteger version)
    {
        Asn1Tag next = outer.PeekTag();
        if (next == Asn1Tag.Integer)
            return PemBlock.RsaKey;
        if (next == Asn1Tag.PrimitiveOctetString)
            return PemBlock.EcKey;
        bool isStore = version == 3 && outer.ReadSequence().ReadObjectIdentifier().StartsWith(Pkcs12Versioned, StringComparison.Ordinal);
        return isStore ? Pkcs12Label : PemBlock.Key;
    }

    private static byte[] Bytes(string file, string setting)
    {
        string path = System.IO.Path.GetFullPath(file);
        if (Directory.Exists(path))
            throw new CertificateFileException($"{setting}: {path} is a folder. Name the file in it.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] bytes = new byte[Math.Min(stream.Length, MostBytes) + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count <= MostBytes
                ? bytes[..count]
                : throw new CertificateFileException($"{setting}: {path} has more than 4 MiB. Is it the right file?");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateFileException($"{setting}: there is no file {path}.", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new CertificateFileException(
                $"{setting}: the agent may not read {path}. Give its user, {Environment.UserName}, the right to.", fault);
        }
        catch (IOException fault)
        {
            throw new CertificateFileException($"{setting}: {path} can't be read: {fault.Message}", fault);
        }
    }
}
