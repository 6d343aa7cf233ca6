using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Tests.Support;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Something else than a broker listens at the port: it is named, and no other cause is.</summary>
public sealed class OtherProtocolTests
{
    [Theory]
    [InlineData("5", false)]
    [InlineData("5", true)]
    [InlineData("3.1.1", false)]
    [InlineData("3.1.1", true)]
    public async Task A_web_server_is_named_as_one_also_where_it_waits_for_the_end_of_a_line(string protocol, bool isPatient)
    {
        await using var server = new WebServer("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", isPatient);
        MqttOptions options = LineUnderTest.At(server.Port) with { Protocol = protocol, ConnectTimeout = TimeSpan.FromSeconds(1) };
        Assert.Equal(
            $"127.0.0.1, port {server.Port}, answers, but not as an MQTT broker: it looks like HTTP (\"HTTP/1.1 400 Bad Request\"). "
            + "Set Mqtt:Port to the broker's port for MQTT, mostly 1883, or 8883 with TLS. MQTT over WebSockets is not spoken here.",
            await Said(options));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_web_server_behind_tls_is_not_said_to_want_a_certificate(bool isPatient)
    {
        using var authority = new CertificateAuthority("Plant authority");
        using var folder = new TemporaryFolder();
        authority.Issue(folder.Path, "127.0.0.1");
        string ca = authority.WriteTo(folder["ca.pem"]);
        await using var server = new WebServer(
            "HTTP/1.1 400 Bad Request\r\n\r\n", isPatient, X509CertificateLoader.LoadPkcs12FromFile(folder["127.0.0.1.pfx"], "secret"));
        string said = await Said(
            LineUnderTest.At(server.Port) with { ConnectTimeout = TimeSpan.FromSeconds(1), Tls = new() { Enabled = true, CaFile = ca } });
        Assert.Contains("not as an MQTT broker: it looks like HTTP", said, StringComparison.Ordinal);
        Assert.Contains("mostly 8883 with TLS", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "it says \"SSH-2.0-OpenSSH_9.2p1 Debian-2\".")]
    [InlineData("220 mail.plant ESMTP\r\n", "it says \"220 mail.plant ESMTP\".")]
    public async Task What_says_a_line_is_quoted(string answer, string words)
    {
        await using var server = new WebServer(answer, isPatient: false);
        Assert.Contains(words, await Said(LineUnderTest.At(server.Port)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_brokers_own_port_for_websockets_is_named()
    {
        // With nothing but websockets to listen for, mosquitto 2.0.11 does not start.
        using Mosquitto broker = Mosquitto.Start(folder => $"protocol websockets\nallow_anonymous true\nlistener 0 {folder}/socket");
        Assert.Contains(
            "it looks like HTTP (\"HTTP/1.0 403 Forbidden\")", await Said(LineUnderTest.At(broker.Port)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_and_the_state_say_it_too()
    {
        await using var server = new WebServer("HTTP/1.1 404 Not Found\r\n\r\n", isPatient: false);
        await using var line = new LineUnderTest(LineUnderTest.At(server.Port));
        line.StartLink();
        await Eventually.TrueAsync(
            () => line.Log.Lines.Any(said => said.Contains("it looks like HTTP", StringComparison.Ordinal)), "the log to say so");
        await Eventually.TrueAsync(
            () => line.Health.Complaints.Any(complaint => complaint.Value.Contains("it looks like HTTP", StringComparison.Ordinal)),
            "the health to");
    }

    private static async Task<string> Said(MqttOptions options)
    {
        BrokerCheckResult result = await BrokerCheck.RunAsync(options, [], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(result.IsGood);
        return result.Message;
    }
}
