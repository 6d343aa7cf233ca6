using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.TestSupport;

/// <summary>
/// A certificate authority that lives as long as a test: a root, or an intermediate below another. All dates are days from now.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>What a certificate may be used for.</summary>
    public const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="name">The common name of the authority.</param>
    /// <param name="above">Who vouches for the authority; null: nobody, it is a root.</param>
    /// <param name="until">Until when the authority is valid.</param>
    public CertificateAuthority(string name, CertificateAuthority? above = null, int until = 730)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = Create(request, above?.Certificate.SubjectName ?? request.SubjectName, above?._key ?? _key, -730, until);
    }

    /// <summary>The certificate of the authority, without its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Writes the certificate of the authority as PEM, and gives the file.</summary>
    public string WriteTo(string file)
    {
        File.WriteAllText(file, Certificate.ExportCertificatePem());
        return file;
    }

    /// <summary>
    /// Issues a certificate and writes <c>NAME.pem</c>, <c>NAME.key</c>, <c>NAME.secret.key</c> (password "secret") and <c>NAME.pfx</c>
    /// (same).
    /// </summary>
    /// <param name="folder">Where they are written.</param>
    /// <param name="name">The host name or address, or a client's name.</param>
    /// <param name="from">From when it is valid.</param>
    /// <param name="until">Until when it is valid.</param>
    /// <param name="curve">Where its key lies; null: on P-256.</param>
    public (string Certificate, string Key) Issue(string folder, string name, int from = -365, int until = 365, string? curve = null)
    {
        using var key = ECDsa.Create(curve is null ? ECCurve.NamedCurves.nistP256 : ECCurve.CreateFromFriendlyName(curve));
        using X509Certificate2 bare = Create(Request(name, name, key), Certificate.SubjectName, _key, from, until);
        using X509Certificate2 whole = bare.CopyWithPrivateKey(key);
        string certificateFile = Path.Combine(folder, $"{name}.pem"), keyFile = Path.Combine(folder, $"{name}.key");
        File.WriteAllText(certificateFile, bare.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(
            Path.Combine(folder, $"{name}.secret.key"),
            key.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllBytes(Path.Combine(folder, $"{name}.pfx"), whole.Export(X509ContentType.Pfx, "secret"));
        return (certificateFile, keyFile);
    }

    /// <summary>A certificate for a key, RSA or EC, of something on this machine.</summary>
    /// <param name="name">Its common name; its address is 127.0.0.1.</param>
    /// <param name="key">The key that it is for.</param>
    /// <param name="usage"><see cref="ForServers"/> or <see cref="ForClients"/>.</param>
    /// <param name="until">Until when it is valid.</param>
    public X509Certificate2 Sign(string name, AsymmetricAlgorithm key, string usage, int until = 200) =>
        SignAs(Certificate, _key, name, key, usage, until);

    /// <summary>The same by the owner of any certificate, authority or not.</summary>
    public static X509Certificate2 SignAs(
        X509Certificate2 issuer, ECDsa issuersKey, string name, AsymmetricAlgorithm key, string usage, int until = 200)
    {
        CertificateRequest request = Request(name, "127.0.0.1", key);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return Create(request, issuer.SubjectName, issuersKey, -380, until);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Request(string name, string host, AsymmetricAlgorithm key)
    {
        var subject = new X500DistinguishedName($"CN={name}");
        CertificateRequest request = key is RSA rsa
            ? new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out IPAddress? address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return request;
    }

    // Not by the issuer's certificate: .NET would refuse what these tests are about, such as an issuer that has expired.
    private static X509Certificate2 Create(CertificateRequest request, X500DistinguishedName issuer, ECDsa key, int from, int until)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.Create(
            issuer, X509SignatureGenerator.CreateForECDsa(key), now.AddDays(from), now.AddDays(until), RandomNumberGenerator.GetBytes(8));
    }
}
