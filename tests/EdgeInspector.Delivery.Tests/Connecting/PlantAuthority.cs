using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Root, intermediate, and what the intermediate issues, as a plant's authority does it.</summary>
internal sealed class PlantAuthority : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), _middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public PlantAuthority(int middleUntil = 300)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Root = Authority("Root", _rootKey).CreateSelfSigned(now.AddDays(-400), now.AddDays(400));
        Middle = Authority("Intermediate", _middleKey).Create(Root, now.AddDays(-390), now.AddDays(middleUntil), RandomNumberGenerator.GetBytes(8));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Middle { get; }

    /// <summary>An intermediate of the same name with another key, which the root never saw.</summary>
    public static X509Certificate2 Impostor(out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Authority("Intermediate", key).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-390), DateTimeOffset.UtcNow.AddDays(300));
    }

    /// <summary>A certificate by the intermediate, for a key of RSA or EC.</summary>
    public X509Certificate2 Issue(string name, AsymmetricAlgorithm key, string usage, int until = 200, ECDsa? signer = null, X509Certificate2? issuer = null)
    {
        var subject = new X500DistinguishedName($"CN={name}");
        CertificateRequest request = key is RSA rsa
            ? new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.Create(
            (issuer ?? Middle).SubjectName, X509SignatureGenerator.CreateForECDsa(signer ?? _middleKey), now.AddDays(-380), now.AddDays(until), RandomNumberGenerator.GetBytes(8));
    }

    public void Dispose()
    {
        Root.Dispose();
        Middle.Dispose();
        _rootKey.Dispose();
        _middleKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }
}
