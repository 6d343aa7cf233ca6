using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>The whole agent at a broker that asks who it is. What can go wrong with logins and TLS is tested with the delivery.</summary>
public sealed class LoginTests : LineTest
{
    private const string Password = "open-sesame-4711";

    // The format of mosquitto_passwd: PBKDF2 with SHA-512.
    private Mosquitto StartGuardedBroker()
    {
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(Password, salt, 101, HashAlgorithmName.SHA512, 64);
        string file = Path.Combine(Folder, "passwords");
        File.WriteAllText(file, $"agent:$7$101${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
        return StartBroker($"allow_anonymous false\npassword_file {file}");
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("secret folder")]
    public async Task A_password_from_outside_the_settings_opens_the_broker_and_is_shown_nowhere(string place)
    {
        Mosquitto broker = StartGuardedBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port, "agent", Password);
        JsonObject settings = Settings(broker.Port);
        settings["Mqtt"]!["UserName"] = "agent";
        string secrets = Directory.CreateDirectory(Path.Combine(Folder, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "Mqtt__Password"), Password + "\n", TestContext.Current.CancellationToken);
        ChildProcess agent = StartAgent(settings, place == "environment"
            ? new Dictionary<string, string> { ["EDGEINSPECTOR_Mqtt__Password"] = Password }
            : new Dictionary<string, string> { ["CREDENTIALS_DIRECTORY"] = secrets });
        client.WaitFor("event", 2);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));

        Assert.DoesNotContain(Password, agent.Said, StringComparison.Ordinal);
        string[] written = Directory.GetFiles(Path.Combine(Folder, "data"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(written);
        Assert.All(written, file => Assert.DoesNotContain(Password, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_password_is_told_without_showing_it_and_the_line_is_inspected_all_the_same()
    {
        Mosquitto broker = StartGuardedBroker();
        JsonObject settings = Settings(broker.Port);
        settings["Mqtt"]!["UserName"] = "agent";
        ChildProcess agent = StartAgent(settings, new Dictionary<string, string> { ["EDGEINSPECTOR_Mqtt__Password"] = "open-barley-0815" });
        agent.WaitForLine(line => line.Contains("refused the login of user \"agent\"", StringComparison.Ordinal), Patience);
        agent.WaitForLine(line => line.Contains("sim-20000-000005", StringComparison.Ordinal), Patience);
        Assert.DoesNotContain("barley", agent.Said, StringComparison.Ordinal);
    }
}
