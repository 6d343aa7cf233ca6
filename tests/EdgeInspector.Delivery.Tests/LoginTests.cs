using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Tests;

/// <summary>Against a real mosquitto: who is let in, and what is said when not.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task A_sound_broker_is_reported_with_its_version_and_round_trip()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port));
        Assert.True(result.IsGood, result.Message);
        Assert.Contains("mosquitto version 2", result.Message, StringComparison.Ordinal);
        Assert.Contains("round trip", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_protocol_works_too()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port) with { Protocol = "3.1.1" });
        Assert.True(result.IsGood, result.Message);
    }

    [Fact]
    public async Task Where_nothing_listens_the_message_names_host_and_port()
    {
        MqttOptions options = LineUnderTest.At(1);
        BrokerCheckResult result = await Check(options);
        Assert.False(result.IsGood);
        Assert.Equal("Nothing listens at 127.0.0.1, port 1. Is the broker running, and are Mqtt:Host and Mqtt:Port right?", result.Message);
    }

    [Fact]
    public async Task An_unknown_host_name_is_named()
    {
        BrokerCheckResult result = await Check(LineUnderTest.At(1883) with { Host = "broker.invalid" });
        Assert.False(result.IsGood);
        Assert.Contains("\"broker.invalid\" is not known", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_given_up_after_the_timeout()
    {
        using var deaf = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        deaf.Start();
        int port = ((System.Net.IPEndPoint)deaf.LocalEndpoint).Port;
        BrokerCheckResult result = await Check(LineUnderTest.At(port) with { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.False(result.IsGood);
        Assert.Contains("No answer", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_password_file_opens_the_door_and_a_wrong_password_does_not(string protocol)
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(folder =>
        {
            // The format of mosquitto_passwd: PBKDF2 with SHA-512.
            byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
            byte[] hash = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2("open sesame", salt, 101, System.Security.Cryptography.HashAlgorithmName.SHA512, 64);
            string file = Path.Combine(folder, "passwords");
            File.WriteAllText(file, $"ali:$7$101${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
            return $"allow_anonymous false\npassword_file {file}";
        });
        await File.WriteAllTextAsync(broker.In("secret"), "open sesame\n", TestContext.Current.CancellationToken);
        MqttOptions options = LineUnderTest.At(broker.Port) with { Protocol = protocol, UserName = "ali", PasswordFile = broker.In("secret") };

        Assert.True((await Check(options)).IsGood, (await Check(options)).Message);

        BrokerCheckResult wrong = await Check(options with { PasswordFile = null, Password = "open barley" });
        Assert.False(wrong.IsGood);
        Assert.Contains("refused the login of user \"ali\"", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("MQTT reason", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("barley", wrong.Message, StringComparison.Ordinal);

        BrokerCheckResult nobody = await Check(options with { PasswordFile = null, UserName = null });
        Assert.Contains("wants a user name and password", nobody.Message, StringComparison.Ordinal);

        BrokerCheckResult absent = await Check(options with { PasswordFile = broker.In("absent") });
        Assert.Contains("Mqtt:PasswordFile", absent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_with_the_right_authority_connects()
    {
        using var authority = new TestAuthority("Plant authority");
        await using Mosquitto broker = await WithTls(authority, "127.0.0.1");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.True(result.IsGood, result.Message);
        Assert.StartsWith("mqtts://", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_broker_of_another_authority()
    {
        using var authority = new TestAuthority("Plant authority");
        using var other = new TestAuthority("Other authority");
        await using Mosquitto broker = await WithTls(authority, "127.0.0.1");
        string file = other.WriteTo(broker.In("other.pem"));
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = file }));
        Assert.False(result.IsGood);
        Assert.Contains($"not signed by an authority in Mqtt:Tls:CaFile {file}", result.Message, StringComparison.Ordinal);
        Assert.Contains("CN=Plant authority", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_broker_whose_authority_the_machine_does_not_know()
    {
        using var authority = new TestAuthority("Plant authority");
        await using Mosquitto broker = await WithTls(authority, "127.0.0.1");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true }));
        Assert.False(result.IsGood);
        Assert.Contains("Set Mqtt:Tls:CaFile", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_an_expired_certificate()
    {
        using var authority = new TestAuthority("Plant authority");
        await using Mosquitto broker = await WithTls(authority, "127.0.0.1", expired: true);
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.False(result.IsGood);
        Assert.Contains("expired on", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_certificate_of_another_host()
    {
        using var authority = new TestAuthority("Plant authority");
        await using Mosquitto broker = await WithTls(authority, "broker.plant.example");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.False(result.IsGood);
        Assert.Contains("is not for \"127.0.0.1\" but for \"broker.plant.example\"", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_client_certificate_is_named_and_a_given_one_opens_the_door()
    {
        using var authority = new TestAuthority("Plant authority");
        await using Mosquitto broker = await WithTls(authority, "127.0.0.1", more: "require_certificate true\nuse_identity_as_username true");
        string folder = Path.GetDirectoryName(broker.In("x"))!;
        authority.Issue(folder, "agent-7");
        authority.Issue(folder, "agent-old", expired: true);
        var tls = new MqttTlsOptions { Enabled = true, CaFile = broker.In("ca.pem") };

        BrokerCheckResult missing = await Check(Tls(broker, tls));
        Assert.False(missing.IsGood);
        Assert.Contains("may want a client certificate (Mqtt:Tls:ClientCertificateFile)", missing.Message, StringComparison.Ordinal);

        MqttTlsOptions[] ways =
        [
            tls with { ClientCertificateFile = broker.In("agent-7.pem"), ClientKeyFile = broker.In("agent-7.key") },
            tls with { ClientCertificateFile = broker.In("agent-7.pem"), ClientKeyFile = broker.In("agent-7.secret.key"), ClientKeyPassword = "secret" },
            tls with { ClientCertificateFile = broker.In("agent-7.pfx"), ClientKeyPassword = "secret" },
        ];
        foreach (MqttTlsOptions way in ways)
        {
            BrokerCheckResult result = await Check(Tls(broker, way));
            Assert.True(result.IsGood, result.Message);
        }

        BrokerCheckResult wrongPassword = await Check(Tls(broker, ways[2] with { ClientKeyPassword = "wrong-one" }));
        Assert.Contains("agent-7.pfx could not be read", wrongPassword.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", wrongPassword.Message, StringComparison.Ordinal);

        BrokerCheckResult old = await Check(Tls(broker, tls with { ClientCertificateFile = broker.In("agent-old.pem"), ClientKeyFile = broker.In("agent-old.key") }));
        Assert.Contains("agent-old.pem expired on", old.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_to_a_plain_port_says_so_and_never_falls_back()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port) with { Tls = new() { Enabled = true } });
        Assert.False(result.IsGood);
        Assert.Contains("TLS", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_text_to_a_tls_port_says_so()
    {
        using var authority = new TestAuthority("Plant authority");
        await using Mosquitto broker = await WithTls(authority, "127.0.0.1");
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port));
        Assert.False(result.IsGood);
        Assert.Contains("TLS", result.Message, StringComparison.Ordinal);
    }

    private static Task<BrokerCheckResult> Check(MqttOptions options) =>
        BrokerCheck.RunAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);

    private static MqttOptions Tls(Mosquitto broker, MqttTlsOptions tls) => LineUnderTest.At(broker.Port) with { Tls = tls };

    private static Task<Mosquitto> WithTls(TestAuthority authority, string name, bool expired = false, string more = "") =>
        Mosquitto.StartAsync(folder =>
        {
            (string certificate, string key) = authority.Issue(folder, name, expired);
            string ca = authority.WriteTo(Path.Combine(folder, "ca.pem"));
            return $"allow_anonymous true\ncafile {ca}\ncertfile {certificate}\nkeyfile {key}\n{more}";
        });
}
