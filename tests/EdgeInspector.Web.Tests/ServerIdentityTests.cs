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
    private DateTime _written = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

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

    [Fact]
    public void A_certificate_behind_links_is_taken_up_when_they_lead_elsewhere()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need rights there that a test has not.");
        // As Kubernetes mounts a secret: file -> ..data/file, and ..data -> a folder that changes.
        string first = RenewIn("one");
        Directory.CreateSymbolicLink(_folder["..data"], "one");
        File.CreateSymbolicLink(CertificateFile, Path.Combine("..data", "agent.pem"));
        using ServerIdentity identity = Read();
        Assert.Equal(first, identity.Shown.TargetCertificate.Thumbprint);
        string second = RenewIn("two");
        Directory.Delete(_folder["..data"]);
        Directory.CreateSymbolicLink(_folder["..data"], "two");
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(second, identity.Shown.TargetCertificate.Thumbprint);
    }

    [Fact]
    public void A_file_that_could_not_be_read_for_a_moment_is_read_again_though_it_has_not_changed()
    {
        string good = Renew();
        using ServerIdentity identity = Read();
        string renewed = RenewIn("next");
        byte[] whole = File.ReadAllBytes(Path.Combine(_folder["next"], "agent.pem"));
        File.WriteAllBytes(CertificateFile, new byte[whole.Length]);
        var written = new DateTime(2026, 11, 30, 12, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(CertificateFile, written);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(good, identity.Shown.TargetCertificate.Thumbprint);
        File.WriteAllBytes(CertificateFile, whole);
        File.SetLastWriteTimeUtc(CertificateFile, written);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(renewed, identity.Shown.TargetCertificate.Thumbprint);
    }

    [Fact]
    public void One_that_has_expired_is_a_fault()
    {
        Renew();
        var options = new HttpTlsOptions { CertificateFile = CertificateFile };
        Assert.Null(options.Fault(DateTimeOffset.UtcNow));
        Assert.Contains("expired on", options.Fault(DateTimeOffset.UtcNow.AddYears(30)), StringComparison.Ordinal);
        Assert.Contains("clock", options.Fault(DateTimeOffset.UtcNow.AddYears(-30)), StringComparison.Ordinal);
    }

    private string RenewIn(string folder)
    {
        Directory.CreateDirectory(_folder[folder]);
        return Renew(Path.Combine(_folder[folder], "agent.pem"));
    }

    private ServerIdentity Read() => ServerIdentity.Read(
        new HttpTlsOptions { CertificateFile = CertificateFile }, _time, new FaultLog(_log, "Taking up the renewed certificate", _time))!;

    private string Renew() => Renew(CertificateFile);

    private string Renew(string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = _authority.Sign("localhost", key, CertificateAuthority.ForServers);
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        // Two that are written within the same tick of the system's clock have one time, and often one length.
        File.SetLastWriteTimeUtc(file, _written += TimeSpan.FromSeconds(1));
        return certificate.Thumbprint;
    }
}
