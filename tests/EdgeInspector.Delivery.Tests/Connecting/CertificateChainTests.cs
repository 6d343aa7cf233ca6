using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Tests.Support;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Against a real mosquitto: certificates that an intermediate authority issued, on both sides.</summary>
public sealed class CertificateChainTests : IDisposable
{
    private readonly CertificateAuthority _root = new("Root");
    private readonly CertificateAuthority _middle;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateChainTests() => _middle = new CertificateAuthority("Intermediate", _root);

    public void Dispose()
    {
        _root.Dispose();
        _middle.Dispose();
        _rsa.Dispose();
        _ec.Dispose();
    }

    [Theory]
    [InlineData("rsa", "pem")]
    [InlineData("ec", "pem")]
    [InlineData("rsa", "pem, intermediate first")]
    [InlineData("ec", "all in one pem")]
    [InlineData("rsa", "pfx")]
    [InlineData("ec", "pfx with another name")]
    public async Task The_intermediates_in_the_clients_file_are_sent_with_its_certificate(string kind, string form)
    {
        using Mosquitto broker = Broker(server => [server, _middle.Certificate], "require_certificate true");
        AsymmetricAlgorithm key = kind == "rsa" ? _rsa : _ec;
        using X509Certificate2 client = _middle.Sign("agent-7", key, CertificateAuthority.ForClients);
        string leaf = client.ExportCertificatePem(), middle = _middle.Certificate.ExportCertificatePem(),
            keyPem = key.ExportPkcs8PrivateKeyPem();
        var tls = new MqttTlsOptions { Enabled = true, CaFile = broker.In("ca.pem"), ClientCertificateFile = broker.In("agent.pem") };
        switch (form)
        {
            case "pfx" or "pfx with another name":
                string file = broker.In(form == "pfx" ? "agent.pfx" : "agent.bin");
                using (X509Certificate2 whole = key is RSA rsa ? client.CopyWithPrivateKey(rsa) : client.CopyWithPrivateKey((ECDsa)key))
                    await File.WriteAllBytesAsync(
                        file,
                        new X509Certificate2Collection { whole, _middle.Certificate }.Export(X509ContentType.Pfx, "secret")!,
                        TestContext.Current.CancellationToken);
                tls = tls with { ClientCertificateFile = file, ClientKeyPassword = "secret" };
                break;
            case "all in one pem":
                await Write(broker, "agent.pem", $"{leaf}\n{keyPem}\n{middle}\n");
                break;
            default:
                await Write(broker, "agent.pem", form == "pem" ? $"{leaf}\n{middle}\n" : $"{middle}\n{leaf}\n");
                await Write(broker, "agent.key", keyPem);
                tls = tls with { ClientKeyFile = broker.In("agent.key") };
                break;
        }
        BrokerCheckResult result = await Check(broker, tls);
        Assert.True(result.IsGood, result.Message);
    }

    [Fact]
    public async Task A_client_file_without_the_intermediate_is_refused_by_the_broker_and_the_missing_one_is_named()
    {
        using Mosquitto broker = Broker(server => [server, _middle.Certificate], "require_certificate true");
        using X509Certificate2 client = _middle.Sign("agent-7", _ec, CertificateAuthority.ForClients);
        await Write(broker, "agent.pem", $"{client.ExportCertificatePem()}\n{_ec.ExportPkcs8PrivateKeyPem()}");
        BrokerCheckResult result = await Check(
            broker, new() { Enabled = true, CaFile = broker.In("ca.pem"), ClientCertificateFile = broker.In("agent.pem") });
        Assert.False(result.IsGood);
        Assert.Contains(
            $"If \"CN=Intermediate\", which issued it, is an intermediate authority: put its certificate into {broker.In("agent.pem")} too",
            result.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intermediate")]
    [InlineData("intermediate as DER")]
    [InlineData("both")]
    [InlineData("the broker's own")]
    public async Task A_broker_that_sends_its_own_certificate_only_is_accepted_by_who_issued_it(string trusted)
    {
        X509Certificate2? own = null;
        using Mosquitto broker = Broker(server => [own = server]);
        string file = broker.In("trusted");
        if (trusted == "intermediate as DER")
            await File.WriteAllBytesAsync(file, _middle.Certificate.RawData, TestContext.Current.CancellationToken);
        else
            await Write(broker, "trusted", trusted switch
            {
                "intermediate" => _middle.Certificate.ExportCertificatePem(),
                "both" => $"{_root.Certificate.ExportCertificatePem()}\n{_middle.Certificate.ExportCertificatePem()}",
                _ => own!.ExportCertificatePem(),
            });
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = file });
        Assert.True(result.IsGood, result.Message);
    }

    [Fact]
    public async Task A_broker_that_does_not_send_the_intermediate_is_told_so_where_only_the_root_is_trusted()
    {
        using Mosquitto broker = Broker(server => [server]);
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") });
        Assert.False(result.IsGood);
        Assert.Contains(
            "Add the certificate of \"CN=Intermediate\" to that file, or have the broker send its whole chain",
            result.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intermediate_that_is_trusted_does_not_vouch_for_another_name()
    {
        using Mosquitto broker = Broker(server => [server]);
        await Write(broker, "middle.pem", _middle.Certificate.ExportCertificatePem());
        MqttOptions options = LineUnderTest.At(broker.Port) with
        {
            Host = "localhost",
            Tls = new() { Enabled = true, CaFile = broker.In("middle.pem") },
        };
        BrokerCheckResult result = await BrokerCheck.RunAsync(options, [], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(result.IsGood);
        Assert.Contains("is not for \"localhost\" but for \"127.0.0.1\"", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intermediate_that_is_trusted_does_not_vouch_for_an_expired_certificate_or_a_clients()
    {
        using Mosquitto expired = Broker(server => [server], until: -3);
        await Write(expired, "middle.pem", _middle.Certificate.ExportCertificatePem());
        BrokerCheckResult late = await Check(expired, new() { Enabled = true, CaFile = expired.In("middle.pem") });
        Assert.Contains("the broker's certificate expired on", late.Message, StringComparison.Ordinal);

        using Mosquitto client = Broker(server => [server], usage: CertificateAuthority.ForClients);
        await Write(client, "middle.pem", _middle.Certificate.ExportCertificatePem());
        BrokerCheckResult wrong = await Check(client, new() { Enabled = true, CaFile = client.In("middle.pem") });
        Assert.False(wrong.IsGood);
        Assert.Contains("may not be used for a server", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_intermediate_that_has_expired_is_trusted_no_more()
    {
        using var expired = new CertificateAuthority("Intermediate", _root, until: -3);
        using Mosquitto broker = Broker(server => [server], by: expired);
        await Write(broker, "middle.pem", expired.Certificate.ExportCertificatePem());
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("middle.pem") });
        Assert.False(result.IsGood);
        Assert.Contains("\"CN=Intermediate\" in its chain expired on", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_certificate_that_is_no_authority_vouches_for_nobody_else()
    {
        using X509Certificate2 neighbour = _middle.Sign("neighbour", _ec, CertificateAuthority.ForServers);
        using Mosquitto broker = Broker(
            server => [server, neighbour],
            sign: key => CertificateAuthority.SignAs(neighbour, _ec, "broker", key, CertificateAuthority.ForServers));
        await Write(broker, "neighbour.pem", neighbour.ExportCertificatePem());
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("neighbour.pem") });
        Assert.False(result.IsGood);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_that_only_bears_the_trusted_issuers_name_is_refused(bool sendsImpostor)
    {
        using var impostor = new CertificateAuthority("Intermediate");
        using Mosquitto broker = Broker(server => sendsImpostor ? [server, impostor.Certificate] : [server], by: impostor);
        await Write(broker, "middle.pem", _middle.Certificate.ExportCertificatePem());
        await Write(broker, "both.pem", $"{_middle.Certificate.ExportCertificatePem()}\n{_root.Certificate.ExportCertificatePem()}");
        foreach (string file in new[] { "middle.pem", "both.pem", "ca.pem" })
        {
            BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In(file) });
            Assert.False(result.IsGood, file);
        }
    }

    /// <summary>A broker with a certificate by the intermediate, or as the test says.</summary>
    private Mosquitto Broker(
        Func<X509Certificate2, X509Certificate2[]> sends,
        string more = "",
        int until = 200,
        string usage = CertificateAuthority.ForServers,
        CertificateAuthority? by = null,
        Func<ECDsa, X509Certificate2>? sign = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 server = sign?.Invoke(key) ?? (by ?? _middle).Sign("broker", key, usage, until);
        return Mosquitto.Start(folder =>
        {
            _root.WriteTo(Path.Combine(folder, "ca.pem"));
            File.WriteAllText(
                Path.Combine(folder, "server.pem"), string.Join('\n', sends(server).Select(one => one.ExportCertificatePem())));
            File.WriteAllText(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
            return $"allow_anonymous true\ncafile {folder}/ca.pem\ncertfile {folder}/server.pem\nkeyfile {folder}/server.key\n{more}";
        });
    }

    private static Task Write(Mosquitto broker, string name, string text) =>
        File.WriteAllTextAsync(broker.In(name), text, TestContext.Current.CancellationToken);

    private static Task<BrokerCheckResult> Check(Mosquitto broker, MqttTlsOptions tls) =>
        BrokerCheck.RunAsync(
            LineUnderTest.At(broker.Port) with { Tls = tls }, [], TimeProvider.System, TestContext.Current.CancellationToken);
}
