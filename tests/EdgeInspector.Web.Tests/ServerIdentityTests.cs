using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Web.Tests;

public sealed class ServerIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CertificateAuthority _authority = new("plant");
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLog _log = new();

    private string CertificateFile => _folder["agent.pem"];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_renewed_certificate_is_shown_without_a_restart()
    {
        string first = Renew();
        using ServerIdentity identity = Read();
        Assert.Equal(first, identity.Shown.TargetCertificate.Thumbprint);
        string second = Renew(), third = "";
        Assert.Equal(first, identity.Shown.TargetCertificate.Thumbprint);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(second, identity.Shown.TargetCertificate.Thumbprint);
        for (int i = 0; i < 3; i++)
        {
            third = Renew();
            _time.Advance(TimeSpan.FromSeconds(11));
            Assert.Equal(third, identity.Shown.TargetCertificate.Thumbprint);
        }
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void One_that_cannot_be_used_is_told_and_the_one_from_before_is_shown_on()
    {
        string good = Renew();
        using ServerIdentity identity = Read();
        File.WriteAllText(CertificateFile, "half a fi");
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(good, identity.Shown.TargetCertificate.Thumbprint);
        Assert.Contains(_log.Lines, line => line.Contains("The certificate from before is shown on.", StringComparison.Ordinal));
        File.Delete(CertificateFile);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(good, identity.Shown.TargetCertificate.Thumbprint);
        string renewed = Renew();
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(renewed, identity.Shown.TargetCertificate.Thumbprint);
    }

    private ServerIdentity Read() => ServerIdentity.Read(
        new HttpTlsOptions { CertificateFile = CertificateFile }, _time, new FaultLog(_log, "Taking up the renewed certificate", _time))!;

    private string Renew()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = _authority.Sign("localhost", key, CertificateAuthority.ForServers);
        File.WriteAllText(CertificateFile, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return certificate.Thumbprint;
    }
}
