using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>What somebody commands of a station over MQTT: a pause, its end, a threshold.</summary>
public sealed class StationCommandTests : LineTest
{
    private static JsonObject Commanded(int port, bool enabled = true)
    {
        JsonObject settings = Settings(port);
        settings["Commands"] = new JsonObject { ["Enabled"] = enabled };
        return settings;
    }

    private static bool IsVerdict(Received e) => e["kind"] == "verdict";

    private static bool IsPaused(Received e) => IsVerdict(e) && (e["verdict"], e["reason"], e["action"]) == ("none", "paused", "reject");

    private static JsonElement Parse(string answer) => JsonDocument.Parse(answer).RootElement;

    [Fact]
    public async Task A_paused_station_gives_none_says_so_and_stays_paused_over_a_kill_until_it_is_resumed()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        ChildProcess agent = StartAgent(Commanded(broker.Port));
        client.WaitFor("event", 2, e => IsVerdict(e) && e["verdict"] != "none");

        JsonElement answer = Parse(await asking.AskAsync("s1", "pause", """{"by":"shift 2","why":"the lamp is being changed"}"""));
        Assert.True(answer.GetProperty("ok").GetBoolean(), answer.GetRawText());
        client.WaitFor("event", 3, IsPaused);
        client.WaitFor("signal", where: signal => (signal["verdict"], signal["action"]) == ("none", "reject"));
        Received state = client.WaitFor(
            "state", where: s => s["status"] == "degraded" && s.Text.Contains("Paused by shift 2 since", StringComparison.Ordinal))[0];
        Assert.Equal("shift 2", state.Json.GetProperty("commanded").GetProperty("pause").GetProperty("by").GetString());
        Received told = client.WaitFor("event", where: e => e["kind"] == "command")[0];
        Assert.Equal(("pause", "shift 2", "the lamp is being changed"), (told["command"], told["by"], told["why"]));
        Assert.Contains("paused already", await asking.AskAsync("s1", "pause", ""), StringComparison.Ordinal);

        agent.Kill();
        agent.WaitForExit(Patience);
        int before = client.All("event").Count;
        agent = StartAgent(Commanded(broker.Port));
        agent.WaitForLine(line => line.Contains("is still paused after the restart", StringComparison.Ordinal), Patience);
        client.WaitFor("event", before + 5);
        Assert.All(
            client.All("event").Skip(before).Where(e => IsVerdict(e) && !e.Json.GetProperty("recovered").GetBoolean()),
            e => Assert.True(IsPaused(e), e.Text));

        answer = Parse(await asking.AskAsync("s1", "resume", """{"by":"shift 3"}"""));
        Assert.True(answer.GetProperty("ok").GetBoolean(), answer.GetRawText());
        int seen = client.All("event").Count;
        client.WaitFor("event", 2, e => IsVerdict(e) && e["verdict"] != "none" && client.All("event").ToList().IndexOf(e) >= seen);
        client.WaitFor("event", where: e => e["kind"] == "command" && (e["command"], e["by"]) == ("resume", "shift 3"));
        client.WaitFor("state", where: s => s["status"] == "online" && s.Json.GetProperty("commanded").ValueKind == JsonValueKind.Null);
        Assert.Contains("was not paused", await asking.AskAsync("s1", "resume", ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commanded_threshold_judges_from_the_next_part_on_and_over_a_restart_until_it_is_given_back_to_the_settings()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        ChildProcess agent = StartAgent(Commanded(broker.Port));
        client.WaitFor("event", 2, e => IsVerdict(e) && e["verdict"] != "review");

        // Nothing is ever so sure, so that each part is a doubt.
        Assert.Contains(
            "the settings say 0.5",
            await asking.AskAsync("s1", "threshold", """{"threshold":1,"by":"quality","why":"to try"}"""),
            StringComparison.Ordinal);
        OnlyReviews(client, client.All("event").Count);
        JsonElement commanded = client.WaitFor(
            "state", where: s => s.Json.GetProperty("commanded").ValueKind == JsonValueKind.Object)[0].Json.GetProperty("commanded");
        JsonElement threshold = Assert.Single(commanded.GetProperty("thresholds").EnumerateArray());
        Assert.Equal(
            (1, 0.5, "quality"),
            (
                threshold.GetProperty("threshold").GetDouble(),
                threshold.GetProperty("inSettings").GetDouble(),
                threshold.GetProperty("by").GetString()));

        agent.Terminate();
        agent.WaitForExit(Patience);
        int before = client.All("event").Count;
        StartAgent(Commanded(broker.Port));
        client.WaitFor("event", before + 1);
        OnlyReviews(client, before);

        Assert.Contains(
            "'bubble'", await asking.AskAsync("s1", "threshold", """{"tag":"bubble","threshold":0.4}"""), StringComparison.Ordinal);
        Assert.Contains(
            "again that of the settings", await asking.AskAsync("s1", "threshold", """{"threshold":null}"""), StringComparison.Ordinal);
        int seen = client.All("event").Count;
        client.WaitFor("event", 2, e => IsVerdict(e) && e["verdict"] != "review" && client.All("event").ToList().IndexOf(e) >= seen);
    }

    // The part that was in work when it was commanded, and the one after it, may still have been judged by the old one.
    private static void OnlyReviews(LineClient client, int from)
    {
        client.WaitFor("event", from + 6);
        Assert.All(client.All("event").Skip(from + 2).Where(IsVerdict), e => Assert.True(e["verdict"] == "review", e.Text));
    }

    [Fact]
    public async Task Commands_that_are_off_retained_or_make_no_sense_change_nothing()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        ChildProcess agent = StartAgent(Commanded(broker.Port, enabled: false));
        client.WaitFor("event", where: IsVerdict);
        await client.PublishAsync("edgeinspector/test/s1/command/pause", "");
        int seen = client.All("event").Count;
        client.WaitFor("event", seen + 3);
        agent.Terminate();
        agent.WaitForExit(Patience);

        StartAgent(Commanded(broker.Port));
        client.WaitFor("event", seen + 5);
        Assert.Contains("There is no command 'halt'", await asking.AskAsync("s1", "halt", ""), StringComparison.Ordinal);
        Assert.Contains("from 0 to 1", await asking.AskAsync("s1", "threshold", """{"threshold":50}"""), StringComparison.Ordinal);
        Assert.Contains("'until'", await asking.AskAsync("s1", "pause", """{"until":"noon"}"""), StringComparison.Ordinal);
        seen = client.All("event").Count;
        client.WaitFor("event", seen + 3);
        Assert.All(client.All("event"), e => Assert.True(IsVerdict(e) && e["reason"] != "paused", e.Text));
    }
}
