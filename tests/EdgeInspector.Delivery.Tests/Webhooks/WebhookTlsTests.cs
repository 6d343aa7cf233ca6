using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Delivery.Webhooks;

namespace EdgeInspector.Delivery.Tests.Webhooks;

/// <summary>TLS to a receiver is as strict as to the broker: no event leaves for one that is not trusted.</summary>
public sealed class WebhookTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CertificateAuthority _authority = new("plant"), _stranger = new("stranger");

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_receiver_with_a_certificate_of_the_plant_gets_events_and_sees_who_sends_them()
    {
        (string certificate, string key) = _authority.Issue(_folder.Path, "agent");
        await using var receiver = new HttpReceiver(certificate: Server(_authority), asksForCertificate: true);
        WebhookOptions options = To(receiver) with
        {
            Tls = new() { CaFile = Ca(_authority), ClientCertificateFile = certificate, ClientKeyFile = key },
        };
        await using LineUnderTest line = Line(options);
        line.Evidence.Accept(line.Part(withFrame: false));
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Sent == 1);
        Assert.Equal("CN=agent", receiver.Requests[0].Client);
        WebhookCheckResult check = await Check(options);
        Assert.True(check.IsGood, check.Message);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("stranger", "is not signed by an authority in")]
    [InlineData("system", "is not signed by an authority that this machine knows")]
    [InlineData("name", "is not for \"localhost\"")]
    [InlineData("expired", "expired on")]
    [InlineData("client", "may not be used for a server")]
    [InlineData("plain", "")]
    public async Task Nothing_is_sent_to_a_receiver_that_is_not_trusted_and_it_is_said_why(string fault, string why)
    {
        using X509Certificate2 shown = fault switch
        {
            "stranger" => Server(_stranger),
            "expired" => Server(_authority, until: -1),
            "client" => Server(_authority, CertificateAuthority.ForClients),
            _ => Server(_authority),
        };
        await using var receiver = new HttpReceiver(certificate: fault == "plain" ? null : shown);
        WebhookOptions options = To(receiver) with
        {
            Url = fault == "name" ? $"https://localhost:{receiver.Port}" : $"https://127.0.0.1:{receiver.Port}",
            Tls = new() { CaFile = fault == "system" ? null : Ca(_authority) },
        };
        await using LineUnderTest line = Line(options);
        line.Evidence.Accept(line.Part(withFrame: false));
        await Eventually.TrueAsync(() => line.Log.Lines.Any(
            said => said.Contains("takes no events for now", StringComparison.Ordinal)
                && said.Contains(why, StringComparison.Ordinal)), () => string.Join('\n', line.Log.Lines));
        WebhookCheckResult check = await Check(options);
        Assert.False(check.IsGood);
        Assert.Contains(why, check.Message, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
        Assert.Equal(1, line.Evidence.Webhooks[0].Waiting);
    }

    [Fact]
    public async Task A_certificate_that_was_mended_is_read_without_a_restart()
    {
        await using var receiver = new HttpReceiver(certificate: Server(_authority));
        string file = _stranger.WriteTo(_folder["ca.pem"]);
        await using LineUnderTest line = Line(To(receiver) with { Tls = new() { CaFile = file } });
        line.Evidence.Accept(line.Part(withFrame: false));
        await Eventually.TrueAsync(() => line.Log.Lines.Any(said => said.Contains("takes no events for now", StringComparison.Ordinal)));
        _authority.WriteTo(file);
        await Eventually.TrueAsync(() => receiver.Requests.Count == 1);
    }

    [Fact]
    public async Task Doctor_says_of_an_address_that_nobody_is_there_and_of_files_what_is_wrong_with_them()
    {
        var options = new WebhookOptions { Url = $"http://127.0.0.1:{Ports.Free()}" };
        WebhookCheckResult nobody = await Check(options);
        Assert.Contains("can't be reached", nobody.Message, StringComparison.Ordinal);
        WebhookCheckResult secret = await Check(options with { SecretFile = _folder["none"] });
        Assert.Contains("Webhooks:mes:SecretFile: there is no file", secret.Message, StringComparison.Ordinal);
        WebhookCheckResult authority = await Check(options with { Tls = new() { CaFile = _folder["none"] } });
        Assert.Contains("Webhooks:mes:Tls:CaFile", authority.Message, StringComparison.Ordinal);
    }

    private static Task<WebhookCheckResult> Check(WebhookOptions options) =>
        WebhookCheck.RunAsync("mes", options, TimeProvider.System, TestContext.Current.CancellationToken);

    private static WebhookOptions To(HttpReceiver receiver) => new()
    {
        Url = receiver.Url,
        FirstPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(50),
    };

    private static LineUnderTest Line(WebhookOptions options)
    {
        var line = new LineUnderTest(
            LineUnderTest.At(Ports.Free()), webhooks: new Dictionary<string, WebhookOptions> { ["mes"] = options });
        line.Evidence.Start([line.Link]);
        return line;
    }

    private static X509Certificate2 Server(
        CertificateAuthority authority, string usage = CertificateAuthority.ForServers, int until = 200)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = authority.Sign("receiver", key, usage, until);
        return bare.CopyWithPrivateKey(key);
    }

    private string Ca(CertificateAuthority authority) => authority.WriteTo(_folder["ca.pem"]);
}
