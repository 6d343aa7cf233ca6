using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>Challenge parts of a whole agent, as an independent client and the PLC's side see them.</summary>
public sealed class ChallengeLineTests : LineTest
{
    private static JsonObject Challenged(int port)
    {
        JsonObject settings = Settings(port);
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        Station(settings)["Challenge"] = new JsonObject { ["BadParts"] = new JsonArray("NOK-*"), ["AnswerNone"] = true };
        return settings;
    }

    private static Received Inspected(LineClient client, string part) =>
        client.WaitFor("event", where: e => e.Json.TryGetProperty("part", out JsonElement id) && id.GetString() == part)[0];

    [Fact]
    public async Task A_known_bad_part_that_passes_bars_the_others_over_a_kill_until_one_is_found()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        JsonObject settings = Challenged(broker.Port);
        ChildProcess agent = StartAgent(settings);
        client.WaitFor("state", where: s => s["status"] == "online");

        // From a threshold that nothing reaches nothing is bad; what the model is sure of passes.
        await asking.AskAsync("s1", "threshold", """{"threshold":0,"tag":"ok","by":"test"}""");
        foreach (string tag in (string[])["scratch", "dent", "misaligned", "missing-component"])
            await asking.AskAsync("s1", "threshold", $$"""{"threshold":1,"tag":"{{tag}}","by":"test"}""");
        await client.PublishAsync("edgeinspector/test/s1/trigger", "NOK-1");
        Received challenge = Inspected(client, "NOK-1");
        Assert.Equal(("challenge", "pass"), (challenge["kind"], challenge["verdict"]));
        Assert.False(challenge.Json.GetProperty("challenge").GetProperty("right").GetBoolean());
        client.WaitFor("signal", where: s => (s["part"], s["action"]) == ("NOK-1", "pass"));
        client.WaitFor("state", where: s => s["status"] == "degraded" && s.Text.Contains("NOK-1 passed", StringComparison.Ordinal));

        await client.PublishAsync("edgeinspector/test/s1/trigger", "A-1");
        Received other = Inspected(client, "A-1");
        Assert.Equal(("verdict", "none", "challenge", "reject"), (other["kind"], other["verdict"], other["reason"], other["action"]));

        agent.Kill();
        agent.WaitForExit(Patience);
        agent = StartAgent(settings);
        int before = client.All("state").Count;
        client.WaitFor("state", where: s => s["status"] == "degraded" && s.Text.Contains("NOK-1 passed", StringComparison.Ordinal)
            && client.All("state").ToList().IndexOf(s) >= before);
        await client.PublishAsync("edgeinspector/test/s1/trigger", "A-2");
        Assert.Equal("challenge", Inspected(client, "A-2")["reason"]);

        // Found: the next part is announced, and whatever it shows is thrown out.
        await asking.AskAsync("s1", "threshold", """{"threshold":1,"tag":"ok","by":"test"}""");
        await asking.AskAsync("s1", "threshold", """{"threshold":0,"tag":"scratch","by":"test"}""");
        Assert.Contains(
            "The next part is taken for a known-bad one",
            await asking.AskAsync("s1", "challenge", """{"by":"shift 2"}"""),
            StringComparison.Ordinal);
        await client.PublishAsync("edgeinspector/test/s1/trigger", "whatever");
        Received found = Inspected(client, "whatever");
        Assert.Equal(("challenge", "reject"), (found["kind"], found["verdict"]));
        Received state = client.WaitFor(
            "state", where: s => s["status"] == "online" && s.Text.Contains("\"part\":\"whatever\"", StringComparison.Ordinal))[0];
        JsonElement counters = state.Json.GetProperty("counters");
        Assert.Equal((1, 1), (counters.GetProperty("challenges").GetInt64(), counters.GetProperty("triggers").GetInt64()));
        await client.PublishAsync("edgeinspector/test/s1/trigger", "A-3");
        Assert.Equal("reject", Inspected(client, "A-3")["verdict"]);

        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        (int code, ChildProcess export) = Run("audit", "export", "--data", Path.Combine(Folder, "data"), "--part", "whatever");
        Assert.True(code == 0, export.Said);
        Assert.Contains(export.Output, line => line.Contains("\"kind\":\"challenge\"", StringComparison.Ordinal)
            && line.Contains("\"right\":true", StringComparison.Ordinal));
    }
}
