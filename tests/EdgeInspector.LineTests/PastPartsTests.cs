using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>What was yesterday: the agent remembers its parts, for those who keep no archive of their own.</summary>
public sealed class PastPartsTests : LineTest
{
    private const int Parts = 30;

    [Fact]
    public async Task What_is_remembered_agrees_with_the_events_also_while_the_agent_runs()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Camera"]!["Simulated"]!["Count"] = Parts;
        Station(settings)["Camera"]!["Simulated"]!["Pace"] = "50ms";
        StartAgent(settings);
        client.WaitFor("event", Parts);
        Dictionary<string, Received> events = client.All("event").ToDictionary(one => one["id"]!);

        List<JsonElement> remembered = [];
        await Eventually.TrueAsync(() => (remembered = Lines("--json-lines")).Count == Parts);
        foreach (JsonElement part in remembered)
        {
            Received told = events[part.GetProperty("id").GetString()!];
            foreach (string field in new[] { "part", "station", "verdict", "tag", "rule", "action", "signal" })
                Assert.Equal(told[field], part.GetProperty(field).GetString());
        }
        int scratched = events.Values.Count(one => one["verdict"] == "reject" && one["tag"] == "scratch");
        Assert.Equal(scratched, Lines("--json-lines", "--verdict", "reject", "--tag", "scratch", "--since", "yesterday").Count);
        List<JsonElement> days = Lines("--json-lines", "--per", "day");
        Assert.Equal(Parts, days.Sum(day => day.GetProperty("parts").GetInt32()));
        // The rejects of a tag are no yield of 0 %.
        Assert.All(
            Lines("--json-lines", "--per", "day", "--tag", "scratch"),
            day => Assert.Equal(JsonValueKind.Null, day.GetProperty("yield").ValueKind));
        Assert.Equal(
            events.Values.Count(one => one["verdict"] == "pass"), days.Sum(day => day.GetProperty("pass").GetInt32()));
    }

    [Fact]
    public void Where_there_is_no_history_it_is_said_what_would_write_one()
    {
        (int exitCode, ChildProcess parts) = Run("parts", "--data", Folder);
        Assert.Equal(2, exitCode);
        Assert.Contains("History:Enabled", parts.Said, StringComparison.Ordinal);
    }

    private List<JsonElement> Lines(params string[] arguments)
    {
        (_, ChildProcess parts) = Run(["parts", "--data", Path.Combine(Folder, "data"), .. arguments]);
        return [.. parts.Said.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
