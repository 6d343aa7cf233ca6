using System.Diagnostics;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Tests.Support;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Against a real mosquitto with certificates: who is trusted, and what is said when somebody is not.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Tls_with_the_right_authority_connects()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.True(result.IsGood, result.Message);
        Assert.StartsWith("mqtts://", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_broker_of_another_authority()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using var other = new CertificateAuthority("Other authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1");
        string file = other.WriteTo(broker.In("other.pem"));
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = file }));
        Assert.False(result.IsGood);
        Assert.Contains($"not signed by an authority in Mqtt:Tls:CaFile {file}", result.Message, StringComparison.Ordinal);
        Assert.Contains("CN=Plant authority", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_in_a_strangers_certificate_does_not_reach_the_terminal_as_a_command()
    {
        using var stranger = new CertificateAuthority("Plant\u001b[2J authority");
        using Mosquitto broker = WithTls(stranger, "127.0.0.1");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true }));
        Assert.Contains("CN=Plant\\u001B[2J authority", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_broker_whose_authority_the_machine_does_not_know()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true }));
        Assert.False(result.IsGood);
        Assert.Contains("Set Mqtt:Tls:CaFile", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_an_expired_certificate()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", until: -3);
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.False(result.IsGood);
        Assert.Contains("expired on", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_certificate_of_another_host()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "broker.plant.example");
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.False(result.IsGood);
        Assert.Contains("is not for \"127.0.0.1\" but for \"broker.plant.example\"", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_client_certificate_is_named_and_a_given_one_opens_the_door()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", more: "require_certificate true\nuse_identity_as_username true");
        string folder = broker.Folder;
        authority.Issue(folder, "agent-7");
        authority.Issue(folder, "agent-old", until: -3);
        var tls = new MqttTlsOptions { Enabled = true, CaFile = broker.In("ca.pem") };

        BrokerCheckResult missing = await Check(Tls(broker, tls));
        Assert.False(missing.IsGood);
        Assert.Contains("it wants one of the agent too", missing.Message, StringComparison.Ordinal);

        MqttTlsOptions[] ways =
        [
            tls with { ClientCertificateFile = broker.In("agent-7.pem"), ClientKeyFile = broker.In("agent-7.key") },
            tls with
            {
                ClientCertificateFile = broker.In("agent-7.pem"),
                ClientKeyFile = broker.In("agent-7.secret.key"),
                ClientKeyPassword = "secret",
            },
            tls with { ClientCertificateFile = broker.In("agent-7.pfx"), ClientKeyPassword = "secret" },
        ];
        foreach (MqttTlsOptions way in ways)
        {
            BrokerCheckResult result = await Check(Tls(broker, way));
            Assert.True(result.IsGood, result.Message);
        }

        BrokerCheckResult wrongPassword = await Check(Tls(broker, ways[2] with { ClientKeyPassword = "wrong-one" }));
        Assert.Contains(
            "agent-7.pfx is a PKCS #12 store (PFX) that does not open with the password given",
            wrongPassword.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", wrongPassword.Message, StringComparison.Ordinal);

        BrokerCheckResult old = await Check(
            Tls(broker, tls with { ClientCertificateFile = broker.In("agent-old.pem"), ClientKeyFile = broker.In("agent-old.key") }));
        Assert.Contains("agent-old.pem expired on", old.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secp256k1")]
    [InlineData("brainpoolP256r1")]
    public async Task A_brokers_certificate_on_a_curve_that_TLS_does_not_take_is_named_and_no_authority_is_blamed(string curve)
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", curve: curve);
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.SkipWhen(result.IsGood, "This machine's TLS takes the curve.");
        Assert.Contains("speaks TLS, but has no certificate that this machine takes", result.Message, StringComparison.Ordinal);
        Assert.Contains("another curve than P-256, P-384 and P-521", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("authority", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secp256k1")]
    [InlineData("brainpoolP256r1")]
    public async Task A_client_certificate_on_a_curve_that_TLS_does_not_take_is_named_and_no_authority_is_blamed(string curve)
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", more: "require_certificate true");
        authority.Issue(broker.Folder, "agent-7", curve: curve);
        BrokerCheckResult result = await Check(Tls(broker, new()
        {
            Enabled = true,
            CaFile = broker.In("ca.pem"),
            ClientCertificateFile = broker.In("agent-7.pem"),
            ClientKeyFile = broker.In("agent-7.key"),
        }));
        Assert.SkipWhen(result.IsGood, "This machine's TLS takes the curve.");
        Assert.Contains(
            $"Its key lies on the curve {curve}, and in TLS P-256, P-384 and P-521 are common", result.Message, StringComparison.Ordinal);
        Assert.Contains("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("authority", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the broker's own")]
    [InlineData("the authority's")]
    public async Task A_certificate_with_explicit_parameters_is_named_as_that(string whose)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only OpenSSL refuses it.");
        using Mosquitto broker = Mosquitto.Start(folder =>
        {
            (string explicitOne, string named) = whose == "the broker's own" ? ("server", "ca") : ("ca", "server");
            OpenSsl(folder, $"ecparam -name prime256v1 -param_enc explicit -genkey -noout -out {explicitOne}.key");
            OpenSsl(folder, $"ecparam -name prime256v1 -genkey -noout -out {named}.key");
            File.WriteAllText(Path.Combine(folder, "names"), "subjectAltName=IP:127.0.0.1\n");
            OpenSsl(folder, "req -x509 -key ca.key -out ca.pem -subj /CN=Plant -days 9");
            OpenSsl(folder, "req -new -key server.key -out server.csr -subj /CN=broker");
            OpenSsl(folder, "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem -days 9");
            return $"allow_anonymous true\ncafile {folder}/ca.pem\ncertfile {folder}/server.pem\nkeyfile {folder}/server.key";
        });
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.False(result.IsGood);
        Assert.Contains("written out instead of named (explicit parameters)", result.Message, StringComparison.Ordinal);

        static void OpenSsl(string folder, string arguments)
        {
            using var process = Process.Start(
                new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, said);
        }
    }

    [Fact]
    public async Task Tls_to_a_plain_port_says_so_and_never_falls_back()
    {
        using Mosquitto broker = Mosquitto.Start();
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port) with { Tls = new() { Enabled = true } });
        Assert.False(result.IsGood);
        Assert.Contains("does not speak TLS on this port", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_text_to_a_tls_port_says_so()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1");
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port));
        Assert.False(result.IsGood);
        Assert.Contains("Does it expect TLS on this port (Mqtt:Tls:Enabled)?", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_certificate_that_is_not_valid_yet()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", from: 3);
        BrokerCheckResult result = await Check(Tls(broker, new() { Enabled = true, CaFile = broker.In("ca.pem") }));
        Assert.False(result.IsGood);
        Assert.Contains("is only valid from", result.Message, StringComparison.Ordinal);
        Assert.Contains("Check this machine's clock", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_of_a_wrong_authority_or_of_the_future_is_named()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using var other = new CertificateAuthority("Other authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", more: "require_certificate true");
        string folder = broker.Folder;
        var tls = new MqttTlsOptions { Enabled = true, CaFile = broker.In("ca.pem") };

        other.Issue(folder, "stranger");
        BrokerCheckResult wrong = await Check(
            Tls(broker, tls with { ClientCertificateFile = broker.In("stranger.pem"), ClientKeyFile = broker.In("stranger.key") }));
        Assert.False(wrong.IsGood);
        Assert.Contains($"does not accept the client certificate {broker.In("stranger.pem")}", wrong.Message, StringComparison.Ordinal);

        authority.Issue(folder, "early", from: 3);
        BrokerCheckResult early = await Check(
            Tls(broker, tls with { ClientCertificateFile = broker.In("early.pem"), ClientKeyFile = broker.In("early.key") }));
        Assert.Contains("early.pem is only valid from", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_of_the_key_comes_from_a_file_too()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", more: "require_certificate true");
        authority.Issue(broker.Folder, "agent-7");
        await File.WriteAllTextAsync(broker.In("key-password"), "secret\n", TestContext.Current.CancellationToken);
        var tls = new MqttTlsOptions
        {
            Enabled = true,
            CaFile = broker.In("ca.pem"),
            ClientCertificateFile = broker.In("agent-7.pem"),
            ClientKeyFile = broker.In("agent-7.secret.key"),
            ClientKeyPasswordFile = broker.In("key-password"),
        };
        BrokerCheckResult right = await Check(Tls(broker, tls));
        Assert.True(right.IsGood, right.Message);
        BrokerCheckResult absent = await Check(Tls(broker, tls with { ClientKeyPasswordFile = broker.In("absent") }));
        Assert.Equal($"Mqtt:Tls:ClientKeyPasswordFile: there is no file {broker.In("absent")}.", absent.Message);
    }

    [Theory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task An_old_version_of_tls_is_refused(string version)
    {
        using var authority = new CertificateAuthority("Plant authority");
        await using OldTlsServer server = await OldTlsServer.StartAsync(authority, version);
        BrokerCheckResult result = await Check(
            LineUnderTest.At(server.Port) with { Tls = new() { Enabled = true, CaFile = server.CaFile } });
        Assert.False(result.IsGood);
        Assert.Contains("does not speak TLS 1.2 or 1.3", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0020\u0003\0\0\0")]
    public async Task Nothing_is_ever_sent_in_plain_text_whatever_answers(string answer)
    {
        await using var peer = new RecordingPeer(answer);
        var options = LineUnderTest.At(peer.Port) with
        {
            UserName = "ali",
            Password = "open-sesame-4711",
            ConnectTimeout = TimeSpan.FromSeconds(1),
            Tls = new() { Enabled = true },
        };
        BrokerCheckResult looked = await Check(options);
        Assert.False(looked.IsGood);
        await using (var line = new LineUnderTest(options))
        {
            line.StartLink();
            await Eventually.TrueAsync(() => peer.Heard.Count >= 8, "several attempts");
            Assert.Contains(line.Log.Lines, said => said.Contains("does not speak TLS on this port", StringComparison.Ordinal));
        }
        Assert.All(peer.Heard, bytes =>
        {
            // A TLS record with a handshake (22, 3); a CONNECT of MQTT would begin with 16.
            Assert.Equal([22, 3], bytes.Take(2));
            Assert.DoesNotContain("MQTT", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Once_the_certificates_are_renewed_the_agent_connects_without_a_restart()
    {
        using var authority = new CertificateAuthority("Plant authority");
        using Mosquitto broker = WithTls(authority, "127.0.0.1", until: -3, more: "require_certificate true");
        string folder = broker.Folder;
        authority.Issue(folder, "agent-7", until: -3);
        await using var line = new LineUnderTest(Tls(broker, new()
        {
            Enabled = true,
            CaFile = broker.In("ca.pem"),
            ClientCertificateFile = broker.In("agent-7.pem"),
            ClientKeyFile = broker.In("agent-7.key"),
        }));
        line.StartLink();
        await Eventually.TrueAsync(
            () => line.Log.Lines.Any(said => said.Contains("agent-7.pem expired on", StringComparison.Ordinal)),
            "the agent's own certificate to be named");

        authority.Issue(folder, "agent-7");
        await Eventually.TrueAsync(
            () => line.Log.Lines.Any(said => said.Contains("the broker's certificate expired on", StringComparison.Ordinal)),
            "the broker's certificate to be named");

        broker.Kill();
        authority.Issue(folder, "127.0.0.1");
        broker.StartAgain();
        await line.Link.WaitConnected(TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
    }

    private static Task<BrokerCheckResult> Check(MqttOptions options) =>
        BrokerCheck.RunAsync(options, [], TimeProvider.System, TestContext.Current.CancellationToken);

    private static MqttOptions Tls(Mosquitto broker, MqttTlsOptions tls) => LineUnderTest.At(broker.Port) with { Tls = tls };

    private static Mosquitto WithTls(
        CertificateAuthority authority, string name, int from = -365, int until = 365, string more = "", string? curve = null) =>
        Mosquitto.Start(folder =>
        {
            (string certificate, string key) = authority.Issue(folder, name, from, until, curve);
            string ca = authority.WriteTo(Path.Combine(folder, "ca.pem"));
            return $"allow_anonymous true\ncafile {ca}\ncertfile {certificate}\nkeyfile {key}\n{more}";
        });
}
