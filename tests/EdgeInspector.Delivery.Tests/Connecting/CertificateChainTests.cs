using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Tests.Support;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Against a real mosquitto: certificates that an intermediate authority issued, on both sides.</summary>
public sealed class CertificateChainTests : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly PlantAuthority _plant = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _plant.Dispose();
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
        await using Mosquitto broker = await Broker(_plant.Root, server => [server, _plant.Middle], "require_certificate true");
        AsymmetricAlgorithm key = kind == "rsa" ? _rsa : _ec;
        using X509Certificate2 client = _plant.Issue("agent-7", key, ForClients);
        string leaf = client.ExportCertificatePem(), middle = _plant.Middle.ExportCertificatePem(), keyPem = key.ExportPkcs8PrivateKeyPem();
        var tls = new MqttTlsOptions { Enabled = true, CaFile = broker.In("ca.pem"), ClientCertificateFile = broker.In("agent.pem") };
        switch (form)
        {
            case "pfx" or "pfx with another name":
                string file = broker.In(form == "pfx" ? "agent.pfx" : "agent.bin");
                using (X509Certificate2 whole = key is RSA rsa ? client.CopyWithPrivateKey(rsa) : client.CopyWithPrivateKey((ECDsa)key))
                    await File.WriteAllBytesAsync(file, new X509Certificate2Collection { whole, _plant.Middle }.Export(X509ContentType.Pfx, "secret")!, TestContext.Current.CancellationToken);
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
        await using Mosquitto broker = await Broker(_plant.Root, server => [server, _plant.Middle], "require_certificate true");
        using X509Certificate2 client = _plant.Issue("agent-7", _ec, ForClients);
        await Write(broker, "agent.pem", $"{client.ExportCertificatePem()}\n{_ec.ExportPkcs8PrivateKeyPem()}");
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("ca.pem"), ClientCertificateFile = broker.In("agent.pem") });
        Assert.False(result.IsGood);
        Assert.Contains($"If \"CN=Intermediate\", which issued it, is an intermediate authority: put its certificate into {broker.In("agent.pem")} too", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intermediate")]
    [InlineData("intermediate as DER")]
    [InlineData("both")]
    [InlineData("the broker's own")]
    public async Task A_broker_that_sends_its_own_certificate_only_is_accepted_by_who_issued_it(string trusted)
    {
        X509Certificate2? own = null;
        await using Mosquitto broker = await Broker(_plant.Root, server => [own = server]);
        string file = broker.In("trusted");
        if (trusted == "intermediate as DER")
            await File.WriteAllBytesAsync(file, _plant.Middle.RawData, TestContext.Current.CancellationToken);
        else
            await Write(broker, "trusted", trusted switch
            {
                "intermediate" => _plant.Middle.ExportCertificatePem(),
                "both" => $"{_plant.Root.ExportCertificatePem()}\n{_plant.Middle.ExportCertificatePem()}",
                _ => own!.ExportCertificatePem(),
            });
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = file });
        Assert.True(result.IsGood, result.Message);
    }

    [Fact]
    public async Task A_broker_that_does_not_send_the_intermediate_is_told_so_where_only_the_root_is_trusted()
    {
        await using Mosquitto broker = await Broker(_plant.Root, server => [server]);
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") });
        Assert.False(result.IsGood);
        Assert.Contains("Add the certificate of \"CN=Intermediate\" to that file, or have the broker send its whole chain", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intermediate_that_is_trusted_does_not_vouch_for_another_name()
    {
        await using Mosquitto broker = await Broker(_plant.Root, server => [server]);
        await Write(broker, "middle.pem", _plant.Middle.ExportCertificatePem());
        MqttOptions options = LineUnderTest.At(broker.Port) with { Host = "localhost", Tls = new() { Enabled = true, CaFile = broker.In("middle.pem") } };
        BrokerCheckResult result = await BrokerCheck.RunAsync(options, [], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(result.IsGood);
        Assert.Contains("is not for \"localhost\" but for \"127.0.0.1\"", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intermediate_that_is_trusted_does_not_vouch_for_an_expired_certificate_or_a_clients()
    {
        await using Mosquitto expired = await Broker(_plant.Root, server => [server], until: -3);
        await Write(expired, "middle.pem", _plant.Middle.ExportCertificatePem());
        BrokerCheckResult late = await Check(expired, new() { Enabled = true, CaFile = expired.In("middle.pem") });
        Assert.Contains("the broker's certificate expired on", late.Message, StringComparison.Ordinal);

        await using Mosquitto client = await Broker(_plant.Root, server => [server], usage: ForClients);
        await Write(client, "middle.pem", _plant.Middle.ExportCertificatePem());
        BrokerCheckResult wrong = await Check(client, new() { Enabled = true, CaFile = client.In("middle.pem") });
        Assert.False(wrong.IsGood);
        Assert.Contains("may not be used for a server", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_intermediate_that_has_expired_is_trusted_no_more()
    {
        using var plant = new PlantAuthority(middleUntil: -3);
        await using Mosquitto broker = await Broker(plant.Root, server => [server], plant: plant);
        await Write(broker, "middle.pem", plant.Middle.ExportCertificatePem());
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("middle.pem") });
        Assert.False(result.IsGood);
        Assert.Contains("\"CN=Intermediate\" in its chain expired on", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_certificate_that_is_no_authority_vouches_for_nobody_else()
    {
        using X509Certificate2 neighbour = _plant.Issue("neighbour", _ec, ForServers);
        await using Mosquitto broker = await Broker(_plant.Root, server => [server, neighbour], signer: _ec, issuer: neighbour);
        await Write(broker, "neighbour.pem", neighbour.ExportCertificatePem());
        BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In("neighbour.pem") });
        Assert.False(result.IsGood);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_that_only_bears_the_trusted_issuers_name_is_refused(bool sendsImpostor)
    {
        using X509Certificate2 impostor = PlantAuthority.Impostor(out ECDsa key);
        using (key)
        {
            await using Mosquitto broker = await Broker(_plant.Root, server => sendsImpostor ? [server, impostor] : [server], signer: key);
            await Write(broker, "middle.pem", _plant.Middle.ExportCertificatePem());
            await Write(broker, "both.pem", $"{_plant.Middle.ExportCertificatePem()}\n{_plant.Root.ExportCertificatePem()}");
            foreach (string file in new[] { "middle.pem", "both.pem", "ca.pem" })
            {
                BrokerCheckResult result = await Check(broker, new() { Enabled = true, CaFile = broker.In(file) });
                Assert.False(result.IsGood, file);
            }
        }
    }

    private async Task<Mosquitto> Broker(
        X509Certificate2 root,
        Func<X509Certificate2, X509Certificate2[]> sends,
        string more = "",
        int until = 200,
        string usage = ForServers,
        PlantAuthority? plant = null,
        ECDsa? signer = null,
        X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 server = (plant ?? _plant).Issue("broker", key, usage, until, signer, issuer);
        return await Mosquitto.StartAsync(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "ca.pem"), root.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "server.pem"), string.Join('\n', sends(server).Select(one => one.ExportCertificatePem())));
            File.WriteAllText(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
            return $"allow_anonymous true\ncafile {folder}/ca.pem\ncertfile {folder}/server.pem\nkeyfile {folder}/server.key\n{more}";
        });
    }

    private static Task Write(Mosquitto broker, string name, string text) => File.WriteAllTextAsync(broker.In(name), text, TestContext.Current.CancellationToken);

    private static Task<BrokerCheckResult> Check(Mosquitto broker, MqttTlsOptions tls) =>
        BrokerCheck.RunAsync(LineUnderTest.At(broker.Port) with { Tls = tls }, [], TimeProvider.System, TestContext.Current.CancellationToken);
}
