using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Models;

/// <summary>Models that did well in trial and probation and hang later, at a bright picture.</summary>
public sealed class HangingModelTests : ModelLine
{
    private WireClient? _plc;
    private int _parts;

    /// <summary>An agent whose last good model is <c>quick</c>, and which runs the other one, past its probation.</summary>
    private (Mailbox Mailbox, ChildProcess Agent, JsonObject Settings) StartLine(string model, string hungAfter, bool isOnly = false)
    {
        Mosquitto broker = StartBroker();
        JsonObject settings = ModelSettings(broker.Port, Opened(new HttpCamera()));
        JsonObject station = Station(settings);
        station["Model"] = Path.Combine(Packages, isOnly ? model : "quick");
        station["Deadline"] = "1500ms";
        station["HungAfter"] = hungAfter;
        station["Probation"] = new JsonObject { ["Parts"] = 0 };
        Write(settings);
        if (!isOnly)
        {
            string[][] commands =
            [
                ["import", Path.Combine(Packages, "quick")], ["activate", "line-tests-quick"],
                ["import", Path.Combine(Packages, model)], ["activate", $"line-tests-{model}"],
            ];
            foreach (string[] command in commands)
            {
                (int code, string said) = Command(["models", .. command]);
                Assert.True(code == 0, said);
            }
        }
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: true, "event", "signal", "state"));
        ChildProcess agent = StartAgent(settings);
        mailbox.WaitFor("state", where: state => Iteration(state) == $"line-tests-{model}" && Text(state, "status") == "online");
        _plc = Opened(new WireClient(broker.Port, "plc", clean: true, [], null));
        return (mailbox, agent, settings);
    }

    /// <summary>
    /// Sends parts, each answered, until one of them was given to the model as a bright picture and hangs: it gets no verdict in time.
    /// </summary>
    private void InspectUntilHung(Mailbox mailbox)
    {
        do
        {
            Assert.True(_plc!.TryPublish("edgeinspector/test/s1/trigger", Encoding.ASCII.GetBytes($"P{++_parts}")));
            mailbox.WaitFor("signal", _parts);
        }
        while (Text(mailbox.All("signal")[^1], "verdict") != "none" && _parts < 500);
        Assert.InRange(_parts, 1, 499);
    }

    private void InspectWell(Mailbox mailbox, int parts)
    {
        for (int well = 0; well < parts && _parts < 2000;)
        {
            Assert.True(_plc!.TryPublish("edgeinspector/test/s1/trigger", Encoding.ASCII.GetBytes($"P{++_parts}")));
            mailbox.WaitFor("signal", _parts);
            well += Text(mailbox.All("signal")[^1], "verdict") != "none" ? 1 : 0;
        }
    }

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static string? Iteration(JsonElement state) =>
        state.TryGetProperty("package", out JsonElement package) && package.ValueKind == JsonValueKind.Object
            ? package.GetProperty("iteration").GetString() : null;

    /// <summary>The agent listens for triggers from when it does not complain of the broker any more.</summary>
    private static bool Listens(JsonElement state) => !state.GetRawText().Contains("\"component\":\"broker\"", StringComparison.Ordinal);

    private static bool IsWayBack(JsonElement e) => Text(e, "kind") == "model" && Text(e, "change") == "rolledBack";

    [Fact]
    public void A_model_that_hangs_long_after_its_probation_is_ended_and_the_last_good_one_takes_over_without_a_new_start()
    {
        (Mailbox mailbox, ChildProcess agent, _) = StartLine("hung", "2s");
        InspectUntilHung(mailbox);
        JsonElement told = mailbox.WaitFor("event", where: IsWayBack);
        Assert.Contains("was given up: the model has not returned for 2 s.", Text(told, "why"), StringComparison.Ordinal);
        // States in between still tell of the model that hung.
        JsonElement state = mailbox.WaitFor("state", where: s => Iteration(s) == "line-tests-quick"
            && s.GetRawText().Contains("was given up: the model has not returned for 2 s.", StringComparison.Ordinal)
            && !s.GetRawText().Contains("The station is lost", StringComparison.Ordinal));
        Assert.Equal("degraded", Text(state, "status"));
        // Bright pictures among them.
        InspectWell(mailbox, 30);
        Assert.False(agent.HasExited, agent.Said);
    }

    [Fact]
    public void Where_there_is_no_other_model_one_that_hangs_is_ended_and_goes_on()
    {
        (Mailbox mailbox, ChildProcess agent, _) = StartLine("hung", "1s", isOnly: true);
        InspectUntilHung(mailbox);
        mailbox.WaitFor("state", where: s => s.GetRawText().Contains("But there is no way back", StringComparison.Ordinal));
        InspectWell(mailbox, 5);
        Assert.False(agent.HasExited, agent.Said);
    }

    [Fact]
    public void A_model_that_can_not_be_ended_costs_one_new_start_and_the_last_good_one_runs_then()
    {
        (Mailbox mailbox, ChildProcess agent, JsonObject settings) = StartLine("stuck", "2s");
        InspectUntilHung(mailbox);
        Assert.Equal(3, agent.WaitForExit(Patience));
        mailbox.WaitFor("event", where: IsWayBack);
        agent = StartAgent(settings);
        JsonElement state = mailbox.WaitFor("state", where: s => Iteration(s) == "line-tests-quick"
            && s.GetRawText().Contains("in the midst of a run", StringComparison.Ordinal)
            && Listens(s));
        Assert.Contains("which did not return, and runs package ", state.GetRawText(), StringComparison.Ordinal);
        InspectWell(mailbox, 30);
        Assert.False(agent.HasExited, agent.Said);
    }

    [Fact]
    public void A_model_in_whose_midst_the_process_ends_twice_is_not_started_a_third_time()
    {
        (Mailbox mailbox, ChildProcess agent, JsonObject settings) = StartLine("stuck", "5m");
        InspectUntilHung(mailbox);
        agent.Kill();
        agent = StartAgent(settings);
        string? first = Text(mailbox.All("state")[0], "startedAt");
        mailbox.WaitFor("state", where: s => Text(s, "status") == "online" && Text(s, "startedAt") != first
            && Iteration(s) == "line-tests-stuck");
        InspectUntilHung(mailbox);
        agent.Kill();
        StartAgent(settings);
        JsonElement told = mailbox.WaitFor("event", where: IsWayBack);
        Assert.StartsWith("The agent ended 2 times in the midst of a run of package ", Text(told, "why"), StringComparison.Ordinal);
        JsonElement state = mailbox.WaitFor("state", where: s => Iteration(s) == "line-tests-quick" && Listens(s));
        Assert.Equal("degraded", Text(state, "status"));
        InspectWell(mailbox, 30);
    }

    [Fact]
    public void A_kill_that_the_service_manager_tells_of_says_nothing_against_the_model()
    {
        (Mailbox mailbox, ChildProcess agent, JsonObject settings) = StartLine("stuck", "5m");
        for (int kills = 0; kills < 3; kills++)
        {
            InspectUntilHung(mailbox);
            string? before = Text(mailbox.All("state")[^1], "startedAt");
            agent.Kill();
            // As the unit leaves it: ExecStopPost in deploy/linux/edgeinspector.service.
            File.WriteAllText(Path.Combine(Data, "models", "runs", "last-end"), "signal killed KILL\n");
            agent = StartAgent(settings);
            mailbox.WaitFor("state", where: s => Text(s, "status") == "online" && string.CompareOrdinal(Text(s, "startedAt"), before) > 0
                && Iteration(s) == "line-tests-stuck");
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(Data, "models", "runs"), "last-end"));
    }
}
