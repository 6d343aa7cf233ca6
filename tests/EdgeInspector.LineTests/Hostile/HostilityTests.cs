using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeInspector.LineTests.Line;
using MQTTnet;
using MQTTnet.Formatter;

namespace EdgeInspector.LineTests.Hostile;

/// <summary>
/// Two stations are sent whatever chance makes up: triggers, commands, response topics, correlation data, counts of parts, files, packages.
/// A third inspects the parts of its PLC and must notice nothing. The long run is behind <c>tests/fuzz-agent.sh</c>.
/// </summary>
public sealed partial class HostilityTests(ITestOutputHelper output) : LineTest
{
    private const string Agent = "agent";
    private const string Prefix = "edgeinspector/test";
    private const string CanaryTopic = "canary";
    private const int PerSecond = 1_000;
    private const int FilesPerMessage = 40;
    private const int PackagesPerMessage = 1_000;
    private const double MostGrowth = 40;
    private static readonly TimeSpan PartPeriod = TimeSpan.FromMilliseconds(100);

    [GeneratedRegex("^T[0-9]{7}$")]
    private static partial Regex AnnouncedPart { get; }

    [Fact]
    public void Whatever_two_stations_are_sent_the_third_is_in_time_and_nothing_is_lost() =>
        Run(count: 4_000, seed: 20261128, mostOfHundred: 1);

    [Fact(Explicit = true)]
    public void For_as_long_as_asked() => Run(Asked("FUZZ_COUNT", 200_000), Asked("FUZZ_SEED", 1), mostOfHundred: 0);

    /// <param name="mostOfHundred">How many signals of a hundred may be late or missing: other tests' machines are busy.</param>
    private void Run(int count, int seed, int mostOfHundred)
    {
        var ledger = new Ledger();
        var connections = new AgentConnections(Agent);
        var tallies = new Dictionary<string, StationTally> { ["s2"] = new(), ["s3"] = new() };
        var strangers = new ConcurrentQueue<string>();
        var unprintable = new ConcurrentQueue<string>();
        using var online = new ManualResetEventSlim();
        Plc? plc = null;
        var log = new BrokerLog(Plc.Client, $"{Agent}-s1", length => plc!.LastOfLength(length));
        Mosquitto broker = StartBroker("allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000", line =>
        {
            log.Read(line);
            connections.Read(line);
        });

        void Receive(Arrival message)
        {
            if (message.Topic == CanaryTopic)
                ledger.Canary(new DateTime(BitConverter.ToInt64(message.Payload), DateTimeKind.Utc), message.At);
            else if (tallies.TryGetValue(message.Topic.Split('/')[2], out StationTally? tally))
                tally.Receive(message);
            else if (message.Kind != "state")
                ReceiveOrdinary(message);
            else if (message.Payload.AsSpan().IndexOf("\"online\""u8) >= 0)
                online.Set();
        }

        void ReceiveOrdinary(Arrival message)
        {
            ledger.Receive(message);
            using JsonDocument json = JsonDocument.Parse(message.Payload);
            if (!json.RootElement.TryGetProperty("part", out JsonElement part) || part.GetString() is not { } id
                || !AnnouncedPart.IsMatch(id))
                strangers.Enqueue(json.RootElement.GetRawText());
        }

        using var gate = new WireClient(broker.Port, "gate", clean: true, [$"{Prefix}/s1/signal", CanaryTopic], Receive);
        using var records = new WireClient(broker.Port, "records", clean: true, [$"{Prefix}/+/event", $"{Prefix}/+/state"], Receive);
        using var canary = new WireClient(broker.Port, "canary", clean: true, [], null);
        using var canaries = new Timer(
            _ => canary.TryPublish(CanaryTopic, BitConverter.GetBytes(DateTime.UtcNow.Ticks)),
            null,
            Ledger.CanaryPeriod,
            Ledger.CanaryPeriod);
        using Plc announcing = plc = new Plc(broker.Port, $"{Prefix}/s1/trigger", ledger);

        ChildProcess agent = StartAgent(AttackedSettings(broker.Port), listen: line =>
        {
            if (IsUnprintable(line))
                unprintable.Enqueue(line);
        });
        Assert.True(online.Wait(Patience), agent.Said);

        using var stop = new CancellationTokenSource();
        Task ordinary = Task.Run(() =>
        {
            for (long part = 1; !stop.IsCancellationRequested; part += 10)
                announcing.Run(part, 10, PartPeriod);
        });
        Attack(broker.Port, count, seed, agent, out double settled, out string figures);
        stop.Cancel();
        Assert.True(ordinary.Wait(Patience));

        SpinWait.SpinUntil(
            () => agent.HasExited || (ledger.Missing(log.Acknowledged).Count == 0 && tallies.Values.All(tally => tally.IsWhole)), Patience);
        Assert.False(agent.HasExited, agent.Said);
        double end = ProcessFigures.Of(agent).Resident;
        IReadOnlyList<string> ended = connections.Ended;
        agent.Terminate();
        int code = agent.WaitForExit(Patience);

        Judgement judgement = ledger.Judge(log.Acknowledged);
        string account = $"{figures}\n{judgement.Table}\n{string.Join('\n', tallies.Select(tally => $"{tally.Key}: {tally.Value}"))}\n"
            + string.Create(
                CultureInfo.InvariantCulture,
                $"memory {settled:0} MiB after a fifth, {end:0} MiB at the end; {connections.Clients} connections, {ended.Count} ended");
        output.WriteLine(account);
        Console.WriteLine(account);
        Assert.True(judgement.Broken.Count == 0, string.Join('\n', judgement.Broken));
        Assert.InRange(judgement.Late, 0, mostOfHundred == 0 ? 0 : Math.Max(1, mostOfHundred * ledger.Signals / 100));
        Assert.True(
            ledger.Signals >= log.Acknowledged.Count * (100 - mostOfHundred) / 100,
            $"{ledger.Signals} signals for {log.Acknowledged.Count} parts");
        Assert.All(tallies, tally => Assert.True(tally.Value.IsWhole, $"{tally.Key}: {tally.Value}"));
        Assert.True(tallies["s2"].Verdicts > count / 10, $"s2 hardly inspected: {tallies["s2"]}");
        Assert.Empty(strangers.Take(3));
        Assert.Empty(ended);
        Assert.Empty(unprintable.Take(3));
        Assert.True(end < settled + MostGrowth, $"memory grew from {settled:0} to {end:0} MiB");
        Assert.Equal(0, code);
    }

    /// <summary>Sends it all at a steady pace; gives the agent's memory after a fifth of it, and what was sent.</summary>
    private void Attack(int port, int count, int seed, ChildProcess agent, out double settled, out string figures)
    {
        var random = new Random(seed);
        var messages = new HostileMessages(random, Prefix, ["s2", "s3"], ["s1"]);
        string zip = ModelPackages.Zip(Path.Combine(Packages, "quick"), Path.Combine(Folder, "quick.zip"));
        using var files = new HostileFiles(random, Pictures, Path.Combine(Data, "models", "inbox", "s3"), File.ReadAllBytes(zip));
        var sent = new SortedDictionary<string, int>(StringComparer.Ordinal);
        using IMqttClient attacker = new MqttClientFactory().CreateMqttClient();
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .Build();
        settled = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count && !agent.HasExited; i++)
        {
            if (TimeSpan.FromSeconds(i / (double)PerSecond) - Stopwatch.GetElapsedTime(start) is var left
                && left > TimeSpan.FromMilliseconds(5))
                Thread.Sleep(left);
            if (i == count / 5)
                settled = ProcessFigures.Of(agent).Resident;
            if (i % FilesPerMessage == 0)
                Count(sent, "file", files.AddPicture);
            if (i % PackagesPerMessage == 0)
                Count(sent, "package", files.AddPackage);
            MqttApplicationMessage message = messages.Next(out string kind);
            Count(sent, kind, () => Send(attacker, options, message));
        }
        figures = string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}, {sent.Values.Sum()} things in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: "
            + $"{string.Join(", ", sent.Select(kind => $"{kind.Value} × {kind.Key}"))}");
    }

    private static void Count(SortedDictionary<string, int> sent, string kind, Action send)
    {
        send();
        sent[kind] = sent.GetValueOrDefault(kind) + 1;
    }

    /// <summary>A broker that ends the attacker's connection over what it sent is asked again.</summary>
    private static void Send(IMqttClient attacker, MqttClientOptions options, MqttApplicationMessage message)
    {
        if (!attacker.IsConnected)
            attacker.ConnectAsync(options).Wait(Patience);
        try
        {
            attacker.PublishAsync(message).Wait(Patience);
        }
        catch (AggregateException)
        {
        }
    }

    private string Data => Path.Combine(Folder, "data");

    private string Pictures => Path.Combine(Folder, "pictures");

    private JsonObject AttackedSettings(int port)
    {
        Directory.CreateDirectory(Pictures);
        JsonObject settings = Settings(port);
        settings["DataFolder"] = Data;
        settings["Mqtt"]!["ClientId"] = Agent;
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        settings["Models"] = new JsonObject { ["StableFor"] = "300ms" };
        settings["Inference"] = new JsonObject { ["Threads"] = 1 };
        settings["Images"] = new JsonObject { ["SpoolMaxBytes"] = 50_000_000 };
        JsonObject ordinary = Station(settings);
        ordinary["Model"] = Path.Combine(Packages, "quick");
        ordinary["Deadline"] = "500ms";
        ordinary["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        ordinary["Camera"] = new JsonObject { ["Video"] = new JsonObject { ["File"] = Clip.Write(Folder, 200, 20, withDefects: true) } };
        JsonObject announced = ordinary.DeepClone().AsObject();
        announced["Reconciliation"] = new JsonObject { ["Enabled"] = true };
        JsonObject watched = announced.DeepClone().AsObject();
        watched["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame" };
        watched["Camera"] = new JsonObject
        {
            ["Folder"] = new JsonObject { ["Path"] = Pictures, ["Settle"] = "0s", ["AfterRead"] = "Delete" },
        };
        settings["Stations"]!["s2"] = announced;
        settings["Stations"]!["s3"] = watched;
        return settings;
    }

    private static bool IsUnprintable(string line) => line.EnumerateRunes().Any(rune =>
        System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
