using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>Events by HTTP POST, with the receiver of the documentation: a stranger's HTTP server and HMAC.</summary>
public sealed class WebhookTests : LineTest
{
    private const string Secret = "the plant's own secret";

    private string OurSecret => Path.Combine(Folder, "mes-secret");

    private string Received => Path.Combine(Folder, "received");

    [Fact]
    public async Task Every_event_reaches_a_receiver_that_was_away_also_when_the_agent_is_killed_meanwhile()
    {
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = WebhookSettings(broker.Port, port);
        for (int time = 1; time <= Asked("WEBHOOK_KILLS", otherwise: 3); time++)
        {
            ChildProcess killed = StartAgent(settings);
            client.WaitFor("event", time * 40);
            killed.Kill();
            killed.WaitForExit(Patience);
        }
        // What MQTT delivered was forgotten there; the receiver gets it all the same.
        Dictionary<string, List<string>> expected = ByStation(client.All("event").Select(one => (one["id"]!, one["station"]!)));

        ChildProcess receiver = StartReceiver(port);
        StartAgent(settings);
        await Eventually.TrueAsync(() => Arrived(receiver).Count > 40);
        // It dies in between, too, and may have taken an event that it could not say it had.
        receiver.Kill();
        receiver.WaitForExit(Patience);
        ChildProcess again = StartReceiver(port);
        int known = Directory.EnumerateFiles(Received, "*.json").Count();
        await Eventually.TrueAsync(() => Arrived(again).Count + known > expected.Values.Sum(station => station.Count) + 20);
        string[] files = [.. Directory.EnumerateFiles(Received, "*.json").OrderBy(File.GetLastWriteTimeUtc)
            .Select(file => Path.GetFileNameWithoutExtension(file))];
        foreach ((string station, List<string> ids) in expected)
        {
            string[] own = [.. files.Where(ids.Contains)];
            Assert.Equal(ids, own);
            Assert.True(own.Length > 10, $"{station} had {own.Length} events.");
        }
        Assert.Contains(Directory.EnumerateFiles(Received, "*.jpg"), file => File.ReadAllBytes(file) is [0xFF, 0xD8, .., 0xFF, 0xD9]);
    }

    [Fact]
    public async Task A_receiver_that_knows_another_secret_gets_nothing_and_the_line_goes_on()
    {
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = WebhookSettings(broker.Port, port);
        var figures = new Uri($"http://127.0.0.1:{Ports.Free()}/metrics");
        settings["Http"] = new JsonObject { ["Listen"] = figures.Authority };
        ChildProcess receiver = StartReceiver(port, "another secret altogether");
        ChildProcess agent = StartAgent(settings);
        agent.WaitFor("The webhook mes takes no events for now");
        client.WaitFor("event", 20);
        client.WaitFor("state", where: state => state["status"] == "online");
        Assert.Empty(Arrived(receiver));
        Assert.DoesNotContain(agent.Output, line => line.Contains(Secret, StringComparison.Ordinal));
        // The secret is mended while all run: nothing was lost.
        File.WriteAllText(OurSecret + ".theirs", Secret);
        await Eventually.TrueAsync(() => Arrived(receiver).Count >= 20);
        Assert.Equal(client.All("event").Take(20).Select(one => one["id"]!), Arrived(receiver).Take(20));
        using var watcher = new HttpClient();
        string read = await watcher.GetStringAsync(figures, TestContext.Current.CancellationToken);
        const string Sent = """edgeinspector_webhook_events_total\{[^}]*fate="sent"[^}]*webhook="mes"[^}]*\} [1-9]""";
        Assert.Matches(Sent, read);
        Assert.Contains("edgeinspector_webhook_events_waiting{", read, StringComparison.Ordinal);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
    }

    [Fact]
    public async Task Doctor_opens_a_connection_to_each_address_and_none_of_them_stops_the_line()
    {
        int port = Ports.Free();
        JsonObject settings = WebhookSettings(StartBroker().Port, port);
        settings["Webhooks"]!["away"] = new JsonObject { ["Url"] = $"http://127.0.0.1:{Ports.Free()}" };
        ChildProcess receiver = StartReceiver(port);
        await Eventually.TrueAsync(() => IsListening(port));
        (int exitCode, ChildProcess doctor) = Run("doctor", "--settings", Write(settings));
        Assert.True(exitCode == 0, doctor.Said);
        Assert.Contains($"http://127.0.0.1:{port} answers after", doctor.Said, StringComparison.Ordinal);
        Assert.Contains("can't be reached", doctor.Said, StringComparison.Ordinal);
        Assert.Empty(Arrived(receiver));
    }

    private static Dictionary<string, List<string>> ByStation(IEnumerable<(string Id, string Station)> events) =>
        // A process that is killed may send over MQTT what it had sent before.
        events.Distinct().GroupBy(one => one.Station)
            .ToDictionary(station => station.Key, station => station.Select(one => one.Id).ToList());

    private static bool IsListening(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static List<string> Arrived(ChildProcess receiver) => [.. receiver.Output.Select(line => line.Split(' ')[0])];

    private JsonObject WebhookSettings(int broker, int port)
    {
        File.WriteAllText(OurSecret, Secret + "\n");
        JsonObject settings = Settings(broker);
        JsonObject one = Station(settings);
        one["Model"] = Path.Combine(Packages, "quick");
        one["Camera"]!["Simulated"]!["Pace"] = "50ms";
        settings["Stations"]!["s2"] = one.DeepClone();
        settings["Images"] = new JsonObject { ["SpoolMinimumFree"] = 0, ["For"] = new JsonArray("Pass", "Reject", "Review", "None") };
        settings["Webhooks"] = new JsonObject
        {
            ["mes"] = new JsonObject
            {
                ["Url"] = $"http://127.0.0.1:{port}/events",
                ["SecretFile"] = OurSecret,
                ["Pictures"] = true,
                ["FirstPause"] = "50ms",
                ["LongestPause"] = "500ms",
            },
        };
        return settings;
    }

    /// <summary>The receiver that stands in docs/webhooks.md, word for word.</summary>
    private ChildProcess StartReceiver(int port, string secret = Secret)
    {
        string page = Repository.Read("docs/webhooks.md");
        string program = page.Split("```python receiver\n")[1].Split("```")[0];
        File.WriteAllText(Path.Combine(Folder, "receiver.py"), program);
        File.WriteAllText(OurSecret + ".theirs", secret);
        Directory.CreateDirectory(Received);
        return Opened(ChildProcess.Start(
            InstalledPrograms.Need("python3"), ["receiver.py", $"{port}", OurSecret + ".theirs", Received], Folder));
    }
}
