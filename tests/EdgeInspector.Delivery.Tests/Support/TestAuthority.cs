using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.Delivery.Tests.Support;

/// <summary>A certificate authority that lives as long as a test, and writes PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
    }

    public string WriteTo(string file)
    {
        File.WriteAllText(file, _certificate.ExportCertificatePem());
        return file;
    }

    /// <summary>Issues a certificate and writes <c>NAME.pem</c>, <c>NAME.key</c>, <c>NAME.secret.key</c> (password "secret") and <c>NAME.pfx</c> (same).</summary>
    /// <param name="folder">Where they are written.</param>
    /// <param name="name">The host name or address, or a client's name.</param>
    /// <param name="from">Days from now from which it is valid.</param>
    /// <param name="until">Days from now until which it is valid.</param>
    /// <param name="curve">Where its key lies; null: on P-256.</param>
    public (string Certificate, string Key) Issue(string folder, string name, int from = -365, int until = 365, string? curve = null)
    {
        using var key = ECDsa.Create(curve is null ? ECCurve.NamedCurves.nistP256 : ECCurve.CreateFromFriendlyName(curve));
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 bare = request.Create(_certificate, now.AddDays(from), now.AddDays(until), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 whole = bare.CopyWithPrivateKey(key);
        string certificateFile = Path.Combine(folder, $"{name}.pem"), keyFile = Path.Combine(folder, $"{name}.key");
        File.WriteAllText(certificateFile, bare.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(
            Path.Combine(folder, $"{name}.secret.key"),
            key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllBytes(Path.Combine(folder, $"{name}.pfx"), whole.Export(X509ContentType.Pfx, "secret"));
        return (certificateFile, keyFile);
    }

    public void Dispose() => _certificate.Dispose();
}
