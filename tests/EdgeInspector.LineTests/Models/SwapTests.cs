using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Models;

/// <summary>Models change while parts keep coming.</summary>
public sealed class SwapTests(ITestOutputHelper output) : ModelLine
{
    private const int Swaps = 20;

    // Two cores that other work shares must keep up with the parts while one of them is busy with the next model.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(66);

    [Fact]
    public async Task Twenty_swaps_by_every_way_cost_no_part_and_every_event_names_the_package_that_judged_it()
    {
        int least = int.TryParse(Environment.GetEnvironmentVariable("LINE_TEST_TRIGGERS"), out int asked) ? asked : 500;
        string a = Path.Combine(Models, "part-classifier");
        string b = ModelPackages.Copy(a, Path.Combine(Folder, "b"), "bbbbbbbb-0000-0000-0000-000000000000");
        string[] packages = [a, b];
        string[] hashes = [HashOf(a), HashOf(b)];
        Assert.NotEqual(hashes[0], hashes[1]);

        Mosquitto broker = StartBroker();
        using var camera = new HttpCamera();
        using var mailbox = new Mailbox(broker.Port, clean: true, "event", "signal", "state");
        JsonObject settings = ModelSettings(broker.Port, camera);
        string share = Path.Combine(Folder, "share");
        Directory.CreateDirectory(share);
        Station(settings)["Sync"] = new JsonObject { ["Folder"] = share, ["Every"] = "1s" };
        // Far above any inference: what gets none here is a part that a swap has cost.
        Station(settings)["Deadline"] = "2s";
        ChildProcess agent = StartAgent(settings);
        agent.WaitForLine(line => line.Contains("gives pictures", StringComparison.Ordinal), Patience);
        mailbox.WaitFor("state", where: state => Running(state) == hashes[0]);

        var ledger = new Ledger();
        using var plc = new Plc(broker.Port, "edgeinspector/test/s1/trigger", ledger);
        using var swapped = new ManualResetEventSlim();
        Task<int> parts = Task.Run(() => RunUntil(swapped, plc, least), TestContext.Current.CancellationToken);
        var ways = new Dictionary<string, Action<int, string>>
        {
            ["inbox"] = (i, package) => DropIntoInbox(i, package),
            ["command line"] = (i, package) => Import(package),
            ["file"] = (i, package) => ModelPackages.Overwrite(InPlace, package),
            ["mqtt"] = (i, package) => Activate(broker.Port, hashes[Array.IndexOf(packages, package)]),
            ["sync"] = (i, package) => Share(share, i, package),
        };
        for (int i = 0; i < Swaps; i++)
        {
            (string way, Action<int, string> swap) = ways.ElementAt(i % ways.Count);
            int wanted = (i + 1) % 2;
            int number = i + 1;
            swap(i, packages[wanted]);
            // Confirmed and refused are told too; activated once for each swap.
            JsonElement told = mailbox.WaitFor("event", number, e => Kind(e) == "model" && Text(e, "change") != "confirmed");
            Assert.True(
                Text(told, "change") == "activated" && told.GetProperty("package").GetProperty("hash").GetString() == hashes[wanted],
                $"{told.GetRawText()}\n{string.Join('\n', mailbox.Verdicts.Where(e => Text(e, "verdict") == "none").Take(5))}");
            Assert.Equal(way, Text(told, "from"));
            mailbox.WaitFor("state", where: state => Running(state) == hashes[wanted]);
            output.WriteLine($"swap {i + 1,2} by {way,-12} to {hashes[wanted][..12]}: {Text(told, "why")}");
        }
        swapped.Set();
        int triggers = await parts.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        mailbox.WaitFor("event", triggers, e => Kind(e) == "verdict", Patience);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));

        List<JsonElement> verdicts = [.. mailbox.Verdicts.OrderBy(e => e.GetProperty("seq").GetInt64())];
        Assert.Equal(triggers, verdicts.Count);
        Assert.Equal(triggers, verdicts.Select(e => Text(e, "part")).Distinct().Count());
        Assert.DoesNotContain(verdicts, e => Text(e, "verdict") == "none");
        Assert.Equal(triggers, mailbox.All("signal").Count);
        List<string> judges = [.. verdicts.Select(e => e.GetProperty("package").GetProperty("hash").GetString()!)];
        Assert.Equal(Swaps, judges.Zip(judges.Skip(1)).Count(pair => pair.First != pair.Second));
        double[] latencies = [.. verdicts.Select(e => e.GetProperty("latenciesMs").GetProperty("triggerToSignal").GetDouble()).Order()];
        output.WriteLine($"{triggers} parts, {Swaps} swaps, no none; trigger to signal p50 {latencies[triggers / 2]:0.0} ms, "
            + $"p99 {latencies[triggers * 99 / 100]:0.0} ms, longest {latencies[^1]:0.0} ms");
    }

    /// <summary>Announces parts until the last swap is over, and some after it; gives how many.</summary>
    private static int RunUntil(ManualResetEventSlim swapped, Plc plc, int least)
    {
        // A test that fails sets nothing.
        const int AtOnce = 15, Most = 5_000;
        int sent = 0;
        for (bool isLast = false; !isLast; sent += AtOnce)
        {
            isLast = (swapped.IsSet && sent + AtOnce >= least) || sent >= Most;
            plc.Run(sent + 1, AtOnce, Pace);
        }
        return sent;
    }

    private void DropIntoInbox(int i, string package)
    {
        switch (i / 5 % 3)
        {
            case 0:
                ModelPackages.Zip(package, Path.Combine(Inbox, "s1", "export.zip"));
                break;
            case 1:
                ModelPackages.Copy(package, Path.Combine(Inbox, "s1", "unpacked"));
                break;
            default:
                // As people copy: one file after the other, and not the labels first.
                foreach (string name in new[] { "model.onnx", "cvexport.manifest", "metadata_properties.json", "labels.txt" })
                    File.Copy(Path.Combine(package, name), Path.Combine(Inbox, name));
                break;
        }
    }

    private static void Share(string share, int i, string package)
    {
        string zip = Path.Combine(share, $"{i}.zip");
        ModelPackages.Zip(package, zip + ".part");
        File.SetLastWriteTimeUtc(zip + ".part", DateTime.UtcNow.AddSeconds(i));
        File.Move(zip + ".part", zip);
    }

    private void Import(string package)
    {
        (int code, string said) = Command("models", "import", package, "--activate", "--why", "shift change");
        Assert.True(code == 0, said);
    }

    private static void Activate(int port, string hash)
    {
        using var operatorClient = new WireClient(port, "operator", clean: true, [], null);
        Assert.True(operatorClient.TryPublish("edgeinspector/test/s1/command/activate", System.Text.Encoding.UTF8.GetBytes(hash[..10])));
    }

    private static string? Kind(JsonElement e) => e.TryGetProperty("kind", out JsonElement kind) ? kind.GetString() : null;

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();
}
