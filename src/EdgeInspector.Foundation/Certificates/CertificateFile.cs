using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.Foundation.Certificates;

/// <summary>Certificates without keys, such as those of authorities.</summary>
public static class CertificateFile
{
    /// <summary>All certificates of a file, in its order: PEM with any number, DER, or a PKCS #12 store without a password.</summary>
    /// <param name="file">The file.</param>
    /// <param name="setting">The setting that named it, for messages.</param>
    /// <exception cref="CertificateFileException">It can't be read, or holds no certificate.</exception>
    public static X509Certificate2Collection Read(string file, string setting)
    {
        PemFile read = PemFile.Read(file, setting);
        if (read.Pkcs12 is not { } store)
            return Of(read);
        try
        {
            X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(store, null, X509KeyStorageFlags.EphemeralKeySet);
            return all.Count > 0
                ? all
                : throw new CertificateFileException($"{setting} {file} is a PKCS #12 store (PFX) without a certificate.");
        }
        catch (CryptographicException fault)
        {
            throw new CertificateFileException(
                $"{setting} {file} is a PKCS #12 store (PFX) that does not open without a password. Take the certificates out: "
                + $"openssl pkcs12 -in {file} -nokeys -out new.pem.",
                fault);
        }
    }

    /// <summary>The certificates among a file's blocks; at least one.</summary>
    /// <exception cref="CertificateFileException">There is none, or it is damaged.</exception>
    internal static X509Certificate2Collection Of(PemFile file)
    {
        var certificates = new X509Certificate2Collection();
        foreach (PemBlock block in file.Blocks.Where(block => block.IsCertificate))
        {
            try
            {
                // Behind a "trusted" certificate lies what it is trusted for.
                AsnDecoder.ReadEncodedValue(block.Der, AsnEncodingRules.BER, out _, out _, out int length);
                certificates.Add(X509CertificateLoader.LoadCertificate(block.Der.AsSpan(0, length)));
            }
            catch (Exception fault) when (fault is CryptographicException or AsnContentException)
            {
                throw new CertificateFileException(
                    $"{file.Setting} {file.Path}: certificate {certificates.Count + 1} in it is damaged: {fault.Message.TrimEnd('.')}. "
                    + "Get the file anew from who issued it.",
                    fault);
            }
        }
        return certificates.Count > 0
            ? certificates
            : throw new CertificateFileException($"{file.Setting} {file.Path} holds no certificate{InsteadOf(file)}.");
    }

    private static string InsteadOf(PemFile file)
    {
        if (file.Blocks.Any(block => block.Label.EndsWith("CERTIFICATE REQUEST", StringComparison.Ordinal)))
            return ", but a request for one (CSR). Send it to the authority; what comes back is the certificate";
        if (file.HasTraditionalEncryption || file.Blocks.Any(block => block.Label.EndsWith("KEY", StringComparison.Ordinal)))
            return ", but a key. Name the file with \"-----BEGIN CERTIFICATE-----\"";
        return ". It must be a PEM file with \"-----BEGIN CERTIFICATE-----\", or DER";
    }
}
