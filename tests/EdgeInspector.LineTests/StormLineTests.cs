using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>A storm of rejects at a whole agent, as an independent client sees it.</summary>
public sealed class StormLineTests : LineTest
{
    [Fact]
    public async Task From_the_storm_on_the_gate_is_told_to_stop_until_somebody_says_who_and_why()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        settings["Mqtt"]!["BareSignal"] = true;
        Station(settings)["RejectStorm"] = new JsonObject { ["InARow"] = 6, ["Stop"] = true };
        ChildProcess agent = StartAgent(settings);
        client.WaitFor("event", 3, e => e["kind"] == "verdict");

        // From now on everything is a scratch.
        await asking.AskAsync("s1", "threshold", """{"threshold":0,"tag":"scratch","by":"test"}""");
        client.WaitFor("signal", 3, s => (s["verdict"], s["action"]) == ("reject", "stop"));
        client.WaitFor("bare", 3, s => s.Text == "1");
        Received began = client.WaitFor("event", where: e => e["kind"] == "storm")[0];
        Assert.Equal("began", began["change"]);
        Assert.True(began.Json.GetProperty("stops").GetBoolean());
        client.WaitFor("state", where: s => s["status"] == "degraded" && s.Text.Contains("Too many rejects: ", StringComparison.Ordinal));

        // A crash does not let the line scrap on.
        string commanded = Path.Combine(Folder, "data", "commanded.json");
        Assert.True(SpinWait.SpinUntil(
            () => File.Exists(commanded) && File.ReadAllText(commanded).Contains("Too many rejects", StringComparison.Ordinal), Patience));
        agent.Kill();
        agent.WaitForExit(Patience);
        int stopped = client.All("signal").Count(s => s["action"] == "stop");
        agent = StartAgent(settings);
        client.WaitFor("signal", stopped + 3, s => s["action"] == "stop");

        Assert.Contains("both of them", await asking.AskAsync("s1", "endstorm", """{"by":"mia"}"""), StringComparison.Ordinal);
        await asking.AskAsync("s1", "threshold", """{"threshold":null,"tag":"scratch","by":"test"}""");
        Assert.Contains(
            "is over",
            await asking.AskAsync("s1", "endstorm", """{"by":"mia","why":"the threshold was wrong"}"""),
            StringComparison.Ordinal);
        Received ended = client.WaitFor("event", where: e => e["kind"] == "storm" && e["change"] == "ended")[0];
        Assert.Equal(("mia", "the threshold was wrong"), (ended["by"], ended["why"]));
        client.WaitFor("state", where: s => s["status"] == "online" && !s.Text.Contains("Too many", StringComparison.Ordinal));

        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        (int code, ChildProcess export) = Run("audit", "export", "--data", Path.Combine(Folder, "data"));
        Assert.True(code == 0, export.Said);
        Assert.Equal(2, export.Output.Count(line => line.Contains("\"kind\":\"storm\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_line_that_would_stop_and_that_nobody_could_start_again_is_refused()
    {
        JsonObject settings = Settings(Ports.Free());
        Station(settings)["RejectStorm"] = new JsonObject { ["InARow"] = 6, ["Stop"] = true };
        (int code, ChildProcess check) = Run("config", "check", "--settings-only", "--settings", Write(settings));
        Assert.Equal(2, code);
        Assert.Contains("nobody could end it", check.Said, StringComparison.Ordinal);
    }
}
