using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Calls;

/// <summary>Those who watch a hundred PCs: a real Prometheus fetches the figures, and a collector gets them.</summary>
public sealed partial class MetricsTests : CallsTest
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_Prometheus_scrapes_the_agent_and_its_rules_and_board_find_every_figure()
    {
        string? prometheus = InstalledPrograms.Find("prometheus"), promtool = InstalledPrograms.Find("promtool");
        Assert.SkipWhen(prometheus is null || promtool is null, "prometheus is not installed (Debian: prometheus).");
        (int port, int ownPort) = (Ports.Free(), Ports.Free());
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = CallSettings(broker.Port, port);
        // A station that complains, so that there is something to see of each kind.
        settings["Stations"]!["s2"]!["Camera"] = new JsonObject { ["Url"] = new JsonObject { ["Address"] = "rtsp://127.0.0.1:1/none" } };
        settings["Webhooks"] = new JsonObject { ["away"] = new JsonObject { ["Url"] = $"http://127.0.0.1:{Ports.Free()}" } };
        Uri address = StartListening(settings, port);
        plc.WaitFor("state", where: state => state["status"] == "online");
        for (int part = 1; part <= 5; part++)
        {
            await plc.PublishAsync("edgeinspector/test/s1/trigger", $"part-{part}");
            plc.WaitFor("signal", part);
        }

        string figures = "";
        while (!figures.Contains("station_complaint", StringComparison.Ordinal))
            figures = await Figures(address);
        File.WriteAllText(Path.Combine(Folder, "figures"), figures);
        using (ChildProcess lint = ChildProcess.Start("sh", ["-c", "promtool check metrics < figures"], Folder))
            Assert.True(lint.WaitForExit(Patience) == 0, lint.Said);
        string rules = Path.Combine(Repository.PathOf("deploy"), "prometheus", "rules.yaml");
        string board = Path.Combine(Repository.PathOf("deploy"), "prometheus", "grafana.json");
        foreach (Match name in FigureName().Matches(File.ReadAllText(rules) + File.ReadAllText(board)))
            Assert.True(
                IsLabel(name.Value) || figures.Contains($"\n{name.Value}", StringComparison.Ordinal), $"No figure is called {name.Value}.");

        File.WriteAllText(Path.Combine(Folder, "key"), Key);
        File.WriteAllText(Path.Combine(Folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{rules}}"]
            scrape_configs:
              - job_name: edgeinspector
                authorization: { credentials_file: key }
                static_configs: [ { targets: ["127.0.0.1:{{port}}"] } ]
            """);
        Opened(ChildProcess.Start(
            prometheus!, ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", $"--web.listen-address=127.0.0.1:{ownPort}"],
            Folder));
        await Eventually.TrueAsync(() => Asked(ownPort, "up") == 1);
        await Eventually.TrueAsync(() => Asked(ownPort, "sum(edgeinspector_verdicts_total{edgeinspector_station=\"s1\"})") == 5);
        const string Total = "edgeinspector_part_duration_seconds_count{edgeinspector_stage=\"total\",edgeinspector_station=\"s1\"}";
        Assert.Equal(5, Asked(ownPort, Total));
        await Eventually.TrueAsync(() => Asked(ownPort, "count(edgeinspector:part_duration:p99_5m)") >= 1);
    }

    [Fact]
    public void An_address_that_gets_few_events_is_told_when_one_of_them_waits_for_long()
    {
        Assert.SkipWhen(InstalledPrograms.Find("promtool") is null, "prometheus is not installed (Debian: prometheus).");
        string path = Repository.PathOf("tests", "EdgeInspector.LineTests", "Calls", "webhook-alerts.yaml");
        using ChildProcess test = ChildProcess.Start("promtool", ["test", "rules", path], Folder);
        Assert.True(test.WaitForExit(Patience) == 0, test.Said);
    }

    [Fact]
    public async Task Figures_ask_for_the_key_as_every_call_does()
    {
        int port = Ports.Free();
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        using HttpResponseMessage refused = await Client.GetAsync(new Uri(address, "metrics"), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("edgeinspector_", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_gets_the_figures_without_anybody_calling()
    {
        int port = Ports.Free();
        using var collector = new HttpListener();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        JsonObject settings = Settings(StartBroker().Port);
        settings["Metrics"] = new JsonObject { ["Otlp"] = $"http://127.0.0.1:{port}/v1/metrics", ["Every"] = "1s" };
        StartAgent(settings);
        bool found = false;
        while (!found)
        {
            HttpListenerContext call = await collector.GetContextAsync().WaitAsync(Patience, Stop);
            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body, Stop);
            Assert.Equal(("/v1/metrics", "application/x-protobuf"), (call.Request.Url!.AbsolutePath, call.Request.ContentType));
            found = Encoding.UTF8.GetString(body.ToArray()).Contains("edgeinspector.verdicts", StringComparison.Ordinal);
            call.Response.Close();
        }
    }

    // Names of attributes, which stand in the same places.
    private static bool IsLabel(string name) => Attribute().IsMatch(name);

    [GeneratedRegex("\\b(edgeinspector|dotnet)_[a-z_]+(?=[{\\[ )]|\"|$)", RegexOptions.Multiline)]
    private static partial Regex FigureName();

    [GeneratedRegex("^edgeinspector_(station|verdict|stage|fate|outcome|component|key)$")]
    private static partial Regex Attribute();

    private static async Task<string> Figures(Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "metrics"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        using HttpResponseMessage answer = await Client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    /// <summary>The value of a query of Prometheus; null while there is none.</summary>
    private static double? Asked(int port, string query)
    {
        try
        {
            string said = Client.GetStringAsync($"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(query)}")
                .GetAwaiter().GetResult();
            using JsonDocument json = JsonDocument.Parse(said);
            JsonElement results = json.RootElement.GetProperty("data").GetProperty("result");
            return results.GetArrayLength() == 0 ? null : double.Parse(
                results[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
