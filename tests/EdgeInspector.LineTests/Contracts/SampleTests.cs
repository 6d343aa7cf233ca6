using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.LineTests.Contracts;

/// <summary>The sample subscribers at a broker with TLS and password, beside a real agent.</summary>
public sealed class SampleTests : LineTest
{
    private const string Password = "open-sesame-4711";

    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "contracts", "samples");

    // Debian's own, for which Debian's packages are; another one may come first in the path.
    private static readonly string Python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private string PasswordPath => Path.Combine(Folder, "pw");

    private string AuthorityPath => Path.Combine(Folder, "ca.pem");

    private Mosquitto StartGuardedBroker()
    {
        using var authority = new CertificateAuthority("Line CA");
        authority.WriteTo(AuthorityPath);
        (string certificate, string key) = authority.Issue(Folder, "localhost");
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        string hash = Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(Password, salt, 101, HashAlgorithmName.SHA512, 64));
        File.WriteAllText(PasswordPath, Password + "\n");
        File.WriteAllText(Path.Combine(Folder, "passwords"), $"line:$7$101${Convert.ToBase64String(salt)}${hash}\n");
        return StartBroker($"allow_anonymous false\npassword_file {Path.Combine(Folder, "passwords")}\ncafile {AuthorityPath}\n"
            + $"certfile {certificate}\nkeyfile {key}");
    }

    private JsonObject Guarded(int port)
    {
        JsonObject settings = Settings(port);
        settings["Mqtt"]!["Host"] = "localhost";
        settings["Mqtt"]!["UserName"] = "line";
        settings["Mqtt"]!["PasswordFile"] = PasswordPath;
        settings["Mqtt"]!["Tls"] = new JsonObject { ["Enabled"] = true, ["CaFile"] = AuthorityPath };
        return settings;
    }

    /// <summary>
    /// News, a picture, a second copy of an event, and an agent that is killed; gives the id of the event that came twice.
    /// </summary>
    private string LiveThrough(Mosquitto broker, ChildProcess sample)
    {
        sample.WaitForLine(line => line.StartsWith("connected", StringComparison.Ordinal), Patience);
        ChildProcess agent = StartAgent(Guarded(broker.Port));
        sample.WaitForLine(line => line == "edgeinspector/test/s1 is online", Patience);
        sample.WaitForLine(line => line.StartsWith("news test/s1 sim-20000-000003", StringComparison.Ordinal), Patience);
        string picture = sample.WaitForLine(line => line.StartsWith("picture of ", StringComparison.Ordinal), Patience);
        agent.Kill();
        sample.WaitForLine(line => line == "edgeinspector/test/s1 is offline · broker: connection lost", Patience);

        string id = picture["picture of ".Length..];
        string again = JsonSerializer.Serialize(new { kind = "verdict", id, line = "test", station = "s1", replayed = true });
        Publish(broker.Port, "edgeinspector/test/s1/event", again);
        sample.WaitForLine(line => line == $"duplicate {id}", Patience);
        Publish(broker.Port, "edgeinspector/test/s1/event", "{\"id\":");
        Publish(broker.Port, "edgeinspector/test/s1/event", "null");
        Publish(broker.Port, "edgeinspector/test/s1/event", again.Replace(id, Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
            .Replace("verdict", "calibration", StringComparison.Ordinal));
        sample.WaitForLine(line => line == "history calibration at s1", Patience);
        sample.Terminate();
        Assert.Equal(0, sample.WaitForExit(Patience));
        Assert.Equal(2, sample.Output.Count(line => line.EndsWith("skipped", StringComparison.Ordinal)));
        return id;
    }

    private void Publish(int port, string topic, string payload)
    {
        ChildProcess publish = Opened(ChildProcess.Start(
            "mosquitto_pub",
            [
                "-h", "localhost", "-p", $"{port}", "--cafile", AuthorityPath, "-u", "line", "-P", Password, "-q", "1", "-t", topic, "-m",
                payload,
            ],
            Folder));
        Assert.True(publish.WaitForExit(Patience) == 0, publish.Said);
    }

    [Fact]
    public void The_sample_for_node_keeps_each_event_once_with_its_picture_and_tells_of_a_dead_station()
    {
        Assert.SkipUnless(Npm.IsInstalled, "npm is not installed (Debian: nodejs, npm).");
        Mosquitto broker = StartGuardedBroker();
        string program = Npm.Install(Path.Combine(Samples, "node"), Path.Combine(Folder, "node")), parts = Path.Combine(Folder, "parts");
        ChildProcess sample = Opened(ChildProcess.Start(
            "node",
            [
                "subscriber.mjs", "--broker", $"mqtts://localhost:{broker.Port}", "--ca", AuthorityPath, "--user", "line",
                "--password-file", PasswordPath, "--out", parts,
            ],
            program));
        string id = LiveThrough(broker, sample);
        JsonNode kept = JsonNode.Parse(File.ReadAllText(Path.Combine(parts, $"{id}.json")))!;
        Assert.Equal((id, false), ((string?)kept["id"], (bool)kept["replayed"]!));
        Assert.Equal([0xFF, 0xD8, 0xFF], File.ReadAllBytes(Path.Combine(parts, $"{id}.jpg"))[..3]);
    }

    [Fact]
    public void The_sample_for_Python_keeps_each_event_once_with_its_picture_and_tells_of_a_dead_station()
    {
        using (ChildProcess paho = ChildProcess.Start(Python, ["-c", "import paho.mqtt.client"], Folder))
            Assert.SkipUnless(paho.WaitForExit(Patience) == 0, "paho is not installed (Debian: python3-paho-mqtt).");
        Mosquitto broker = StartGuardedBroker();
        string db = Path.Combine(Folder, "parts.db");
        ChildProcess sample = Opened(ChildProcess.Start(
            Python,
            [
                Path.Combine(Samples, "python", "subscriber.py"), "--broker", "localhost", "--port", $"{broker.Port}", "--ca",
                AuthorityPath, "--user", "line", "--password-file", PasswordPath, "--db", db,
            ],
            Folder));
        string id = LiveThrough(broker, sample);
        using var connection = new SqliteConnection($"Data Source={db};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), sum(replayed), length(jpeg) > 1000 FROM events JOIN images ON event_id = id WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        using SqliteDataReader row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal((1, 0, 1), (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
    }
}
