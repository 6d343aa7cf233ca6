using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>What an IT person sees of all agents at a broker.</summary>
public sealed class FleetTests : LineTest
{
    private const string Prefix = "plant/{area}/{line}-{station}";

    private ChildProcess StartAgent(int port, string station, string data, Action<JsonObject>? change = null)
    {
        JsonObject settings = Settings(port);
        settings["DataFolder"] = Path.Combine(Folder, data);
        settings["Mqtt"]!["ClientId"] = data;
        settings["Mqtt"]!["TopicPrefix"] = Prefix;
        settings["Mqtt"]!["TopicValues"] = new JsonObject { ["area"] = "body" };
        settings["Mqtt"]!["KeepAlive"] = "1s";
        settings["Stations"] = new JsonObject { [station] = Station(settings).DeepClone() };
        change?.Invoke(settings["Stations"]![station]!.AsObject());
        return Start(["run", "--settings", Write(settings, $"{data}.json")]);
    }

    private (int Code, string Said) Fleet(int port, params string[] more)
    {
        ChildProcess fleet = Opened(ChildProcess.Start(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"),
                "fleet",
                "--broker",
                $"127.0.0.1:{port}",
                "--prefix",
                Prefix,
                .. more,
            ],
            Folder));
        int code = fleet.WaitForExit(Patience);
        return (code, fleet.Said);
    }

    private static void Settle(ChildProcess watch, string line) =>
        watch.WaitForLine(said => said.EndsWith(line, StringComparison.Ordinal), Patience);

    private static JsonNode One(string json, string name) =>
        JsonNode.Parse(json)!["stations"]!.AsArray().Single(s => (string?)s!["name"] == name)!;

    [Fact]
    public async Task A_fleet_is_online_then_degraded_then_offline_and_the_exit_code_says_so()
    {
        Mosquitto broker = StartBroker();
        ChildProcess watch = Start(["fleet", "--watch", "--broker", $"127.0.0.1:{broker.Port}", "--prefix", "plant/+/+"]);
        ChildProcess first = StartAgent(broker.Port, "s1", "pc-1");
        ChildProcess second = StartAgent(broker.Port, "s2", "pc-2");
        Settle(watch, "test/s1 · online");
        Settle(watch, "test/s2 · online");
        (int code, string said) = Fleet(broker.Port, "--expect", "2");
        Assert.True(code == 0, said);
        Assert.Contains("2 online", said, StringComparison.Ordinal);

        // A station whose camera is not there.
        string expected = Path.Combine(Folder, "expected.txt");
        await File.WriteAllTextAsync(
            expected, "# body shop\ntest/s1\ntest/s2\nplant/body/test-s3\n", TestContext.Current.CancellationToken);
        (code, said) = Fleet(broker.Port, "--expect", expected);
        Assert.Equal(5, code);
        Assert.Contains("plant/body/test-s3 · missing", said, StringComparison.Ordinal);
        ChildProcess third = StartAgent(broker.Port, "s3", "pc-3", station => station["Camera"] = new JsonObject
        {
            ["Usb"] = new JsonObject { ["Device"] = "/dev/video99" },
        });
        watch.WaitForLine(line => line.Contains("test/s3 · degraded: camera: ", StringComparison.Ordinal), Patience);
        (code, said) = Fleet(broker.Port, "--expect", expected, "--json");
        Assert.True(code == 4, said);
        JsonNode s1 = One(said, "test/s1"), s3 = One(said, "test/s3");
        Assert.Equal(("online", "degraded"), ((string)s1["condition"]!, (string)s3["condition"]!));
        Assert.Equal(
            ("plant/body/test-s1", "part-classifier", "cpu"),
            ((string)s1["topic"]!, (string)s1["report"]!["package"]!["name"]!, (string)s1["report"]!["package"]!["provider"]!));
        Assert.InRange((long)s1["report"]!["counters"]!["triggers"]!, 1, 100_000);
        Assert.InRange((double)s1["report"]!["counters"]!["yield"]!, 0, 1);
        Assert.True((DateTimeOffset)s1["report"]!["startedAt"]! <= (DateTimeOffset)s1["report"]!["at"]!);

        first.Kill();
        Settle(watch, "test/s1 · offline: broker: connection lost");
        second.Terminate();
        Settle(watch, "test/s2 · offline: agent: stopped");
        (code, said) = Fleet(broker.Port, "--once");
        Assert.Equal(5, code);
        Assert.Contains("1 degraded, 2 offline", said, StringComparison.Ordinal);

        // Out of service: the broker forgets its state.
        using ChildProcess clear = ChildProcess.Start(
            "mosquitto_pub", ["-p", $"{broker.Port}", "-r", "-n", "-t", "plant/body/test-s1/state"], Folder);
        Assert.Equal(0, clear.WaitForExit(Patience));
        (_, said) = Fleet(broker.Port, "--once");
        Assert.DoesNotContain("test/s1", said, StringComparison.Ordinal);

        broker.Stop();
        // Between two looks the loss and the first attempt in vain may both have come; then only the latter is told.
        watch.WaitForLine(
            line => line.Contains("broker · The connection to the broker", StringComparison.Ordinal)
                || line.Contains("broker · Nothing listens", StringComparison.Ordinal),
            Patience);
        broker.StartAgain();
        watch.WaitForLine(line => watch.Output.Count(said => said.EndsWith("broker · connected", StringComparison.Ordinal)) == 2, Patience);
        watch.Terminate();
        Assert.NotEqual(0, watch.WaitForExit(Patience));
        third.Terminate();
    }

    [Fact]
    public async Task States_of_strangers_neither_break_the_table_nor_reach_the_terminal()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        string[] payloads =
        [
            "junk", "[]", "42", "{}", "{\"status\":\"online\"}", "{\"status\":7,\"station\":[]}", new string('[', 5000),
            new string('x', 200_000), """
            {"status":"online","station":"s\u001b[2J[red]\u202e","line":"l\u0007","reasons":{"a":1},
             "package":[],"counters":"many","at":"yesterday"}
            """, """
            {"status":"degraded","station":"s","line":"[/]","reasons":[7,{"component":null,"reason":"\u001b]0;owned\u0007 [bold]"}],
             "counters":{"triggers":-1,"pass":1e300,"none":"x"}}
            """,
        ];
        for (int i = 0; i < payloads.Length; i++)
            await client.PublishRetainedAsync($"plant/body/x-{i}/state", payloads[i]);
        (int code, string said) = Fleet(broker.Port, "--patience", "1");
        Assert.Equal(5, code);
        Assert.Contains("2 silent", said, StringComparison.Ordinal);
        Assert.Contains("[/]/s", said, StringComparison.Ordinal);
        Assert.Contains("[red]", said, StringComparison.Ordinal);
        Assert.DoesNotContain(said, c => c is '\u001b' or '\u0007' or '\u202e');
        (code, said) = Fleet(broker.Port, "--patience", "1", "--json");
        Assert.Equal(5, code);
        Assert.Equal(2, JsonNode.Parse(said)!["stations"]!.AsArray().Count);
    }

    [Theory]
    [InlineData(1, "Nothing listens at 127.0.0.1", "--broker", "127.0.0.1:1")]
    [InlineData(2, "is not host or host:port", "--broker", "a:b:c")]
    [InlineData(2, "contains \"#\"", "--broker", "127.0.0.1:1", "--prefix", "plant/#")]
    [InlineData(2, "is no number, and can't be read as a file", "--expect", "nowhere.txt")]
    [InlineData(2, "--patience must be between 1 and 3600", "--patience", "0")]
    [InlineData(2, "--watch does not go with", "--watch", "--json")]
    [InlineData(2, "is not of the broker", "--broker", "127.0.0.1:1", "--Line=x")]
    [InlineData(2, "does not exist", "--settings", "nowhere.json")]
    [InlineData(2, "Mqtt:Prot: this setting is not known", "--broker", "127.0.0.1:1", "--Mqtt:Prot=5")]
    public void What_can_not_be_looked_at_is_told_apart_from_a_fleet_that_is_not_well(int code, string reason, params string[] arguments)
    {
        (int ended, ChildProcess fleet) = Run(["fleet", "--once", .. arguments]);
        Assert.Equal(code, ended);
        Assert.Contains(reason, fleet.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", fleet.Said, StringComparison.Ordinal);
    }
}
