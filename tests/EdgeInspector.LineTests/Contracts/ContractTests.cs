using System.Text.Json.Nodes;
using EdgeInspector.Contracts;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Contracts;

/// <summary>What a real agent publishes in good and bad times is what <c>deploy/contracts</c> says.</summary>
public sealed class ContractTests : LineTest
{
    private static bool Is(Received message, string kind, string field, string value) => message["kind"] == kind && message[field] == value;

    [Fact]
    public async Task Every_message_of_an_agents_life_is_as_the_contract_says()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        string other = ModelPackages.Copy(
            Path.Combine(Models, "part-classifier"), Path.Combine(Folder, "other"), "bbbbbbbb-0000-0000-0000-000000000000");
        JsonObject settings = Settings(broker.Port);
        settings["DataFolder"] = Path.Combine(Folder, "data");
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        settings["Mqtt"]!["BareSignal"] = true;
        ChildProcess agent = StartAgent(settings);
        client.WaitFor("event", where: e => Is(e, "verdict", "verdict", "pass"));
        client.WaitFor("image");
        client.WaitFor("heartbeat");
        client.WaitFor("state", where: s => s["status"] == "online");

        var answers = new List<string>();
        async Task Ask(string command, string payload) => answers.Add(await asking.AskAsync("s1", command, payload));
        await Ask("threshold", """{"threshold":1,"by":"quality"}""");
        client.WaitFor("event", where: e => Is(e, "verdict", "verdict", "review"));
        await Ask("threshold", """{"threshold":null}""");
        await Ask("threshold", """{"tag":"bubble","threshold":0.5}""");
        await Ask("pause", """{"by":"shift 2","why":"the lamp is being changed"}""");
        client.WaitFor("event", where: e => Is(e, "verdict", "verdict", "none"));
        client.WaitFor("state", where: s => s["status"] == "degraded" && s.Text.Contains("the lamp", StringComparison.Ordinal));
        await Ask("resume", "");
        (int code, ChildProcess import) = Run("models", "import", other, "--settings", Path.Combine(Folder, "settings.json"), "--activate");
        Assert.True(code == 0, import.Said);
        client.WaitFor("event", where: e => Is(e, "model", "change", "activated"));
        await Ask("rollback", """{"by":"quality","why":"to try"}""");
        client.WaitFor("event", where: e => Is(e, "model", "change", "rolledBack"));

        agent.Kill();
        agent.WaitForExit(Patience);
        client.WaitFor("state", where: s => s["status"] == "offline" && s.Text.Contains("connection lost", StringComparison.Ordinal));

        // An old broker, and a journal that can't be read any more; its write-ahead log alone would bring it back.
        string journal = Path.Combine(Folder, "data", "journal.db");
        byte[] spoiled = new byte[100_000];
        new Random(1).NextBytes(spoiled);
        File.WriteAllBytes(journal, spoiled);
        File.Delete(journal + "-wal");
        File.Delete(journal + "-shm");
        settings["Mqtt"]!["Protocol"] = "3.1.1";
        int images = client.All("image").Count;
        agent = StartAgent(settings);
        client.WaitFor("event", where: e => e["kind"] == "eventsLost");
        client.WaitFor("image", images + 1);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        client.WaitFor("state", where: s => s.Text.Contains("\"stopped\"", StringComparison.Ordinal));

        Assert.All(client.Everything(), message => Assert.Null(Contract.FaultOf(message.Topic, message.Payload)));
        Assert.All(client.All("image").Take(images), image => Assert.Null(Contract.FaultOf(
            "image-properties",
            new JsonObject(image.Properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))).ToJsonString())));
        Assert.All(client.All("image").Skip(images), image => Assert.Empty(image.Properties));
        Assert.All(answers, answer => Assert.Null(Contract.FaultOf("command-answer", answer)));
        Assert.Contains(answers, answer => answer.Contains("\"ok\":false", StringComparison.Ordinal));
        Assert.Equal(
            ["bare", "event", "heartbeat", "image", "signal", "state"],
            client.Everything().Select(message => message.Kind).Distinct().Order());
    }
}
