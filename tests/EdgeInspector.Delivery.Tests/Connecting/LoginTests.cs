using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Tests.Support;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Against a real mosquitto: who is let in, and what is said when not.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task A_sound_broker_is_reported_with_its_version_and_round_trip()
    {
        using Mosquitto broker = Mosquitto.Start();
        BrokerCheckResult result = await Check(LineUnderTest.At(broker.Port));
        Assert.True(result.IsGood, result.Message);
        Assert.Contains("mosquitto version 2", result.Message, StringComparison.Ordinal);
        Assert.Contains("round trip", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_protocol_works_too()
    {
        using Mosquitto broker = Mosquitto.Start();
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
        using Mosquitto broker = Guarded();
        await File.WriteAllTextAsync(broker.In("secret"), "open sesame\n", TestContext.Current.CancellationToken);
        MqttOptions options = LineUnderTest.At(broker.Port) with
        {
            Protocol = protocol,
            UserName = "ali",
            PasswordFile = broker.In("secret"),
        };

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
    public async Task A_password_that_was_changed_in_its_file_counts_without_a_restart()
    {
        using Mosquitto broker = Guarded();
        await File.WriteAllTextAsync(broker.In("secret"), "open barley\n", TestContext.Current.CancellationToken);
        await using var line = new LineUnderTest(
            LineUnderTest.At(broker.Port) with { UserName = "ali", PasswordFile = broker.In("secret") });
        line.StartLink();
        await Eventually.TrueAsync(
            () => line.Log.Lines.Any(said => said.Contains("refused the login of user \"ali\"", StringComparison.Ordinal)), "a refusal");
        await File.WriteAllTextAsync(broker.In("secret"), "open sesame\n", TestContext.Current.CancellationToken);
        await line.Link.WaitConnected(TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.All(line.Log.Lines, said => Assert.DoesNotContain("barley", said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_lets_the_agent_in_but_not_listen_is_a_fault_with_the_topic()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        broker.Server.InterceptingSubscriptionAsync += subscription =>
        {
            if (subscription.TopicFilter.Topic.Contains("/command/", StringComparison.Ordinal))
                subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            return Task.CompletedTask;
        };
        IReadOnlyList<string> topics = BrokerCheck.Heard([new StationTopics("plant/weld-3")]);
        BrokerCheckResult result = await BrokerCheck.RunAsync(
            LineUnderTest.At(broker.Port), topics, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(result.IsGood);
        Assert.Contains(
            "not listen to plant/weld-3/command/+ (NotAuthorized). Check the broker's access rules.",
            result.Message,
            StringComparison.Ordinal);
    }

    /// <summary>A broker that lets in "ali" with "open sesame", and nobody else.</summary>
    private static Mosquitto Guarded() => Mosquitto.Start(folder =>
    {
        // The format of mosquitto_passwd: PBKDF2 with SHA-512.
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        byte[] hash = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(
            "open sesame", salt, 101, System.Security.Cryptography.HashAlgorithmName.SHA512, 64);
        string file = Path.Combine(folder, "passwords");
        File.WriteAllText(file, $"ali:$7$101${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
        return $"allow_anonymous false\npassword_file {file}";
    });

    private static Task<BrokerCheckResult> Check(MqttOptions options) =>
        BrokerCheck.RunAsync(options, [], TimeProvider.System, TestContext.Current.CancellationToken);
}
