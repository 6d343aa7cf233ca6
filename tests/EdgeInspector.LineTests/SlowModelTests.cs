using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>A model that takes about half a second where the deadline is a tenth.</summary>
public sealed class SlowModelTests(ITestOutputHelper output) : LineTest
{
    private const int DeadlineMs = 100;

    private (Mailbox Mailbox, WireClient Plc, ChildProcess Agent) StartLine(
        string model, Action<JsonObject>? change = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        Mosquitto broker = StartBroker();
        HttpCamera camera = Opened(new HttpCamera());
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: true, "event", "signal", "state"));
        JsonObject settings = Settings(broker.Port);
        settings["Inference"] = new JsonObject { ["Threads"] = 1 };
        JsonObject station = Station(settings);
        station["Model"] = Path.Combine(Packages, model);
        station["Deadline"] = $"{DeadlineMs}ms";
        station["Trigger"] = new JsonObject { ["Kind"] = "Mqtt", ["QueueLength"] = 200 };
        station["Camera"] = new JsonObject { ["Url"] = new JsonObject { ["Address"] = camera.Address } };
        change?.Invoke(settings);
        ChildProcess agent = StartAgent(settings, environment);
        agent.WaitForLine(line => line.Contains("gives pictures", StringComparison.Ordinal), Patience);
        mailbox.WaitFor("state", where: state => state.GetProperty("status").GetString() == "online");
        return (mailbox, Opened(new WireClient(broker.Port, "plc", clean: true, [], null)), agent);
    }

    private static void Announce(WireClient plc, int number) =>
        Assert.True(plc.TryPublish("edgeinspector/test/s1/trigger", Encoding.ASCII.GetBytes($"P{number}")));

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    [Fact]
    public void Each_part_gets_its_none_at_the_deadline_and_what_the_model_says_later_is_in_its_event()
    {
        const int Parts = 6;
        (Mailbox mailbox, WireClient plc, _) = StartLine("slow");
        for (int i = 1; i <= Parts; i++)
        {
            Announce(plc, i);
            mailbox.WaitFor("signal", i);
            // Its event comes when the model has returned, so that each part meets an idle station.
            mailbox.WaitFor("event", i);
        }
        Assert.All(mailbox.All("signal"), signal => Assert.Equal(("none", "reject"), (Text(signal, "verdict"), Text(signal, "action"))));
        Assert.Equal(Enumerable.Range(1, Parts).Select(i => $"P{i}"), mailbox.All("signal").Select(signal => Text(signal, "part")));
        Assert.Equal(Enumerable.Range(1, Parts).Select(i => $"P{i}"), mailbox.Verdicts.Select(e => Text(e, "part")));
        Assert.All(mailbox.Verdicts, e =>
        {
            Assert.Equal(("none", "deadline"), (Text(e, "verdict"), Text(e, "reason")));
            JsonElement late = e.GetProperty("late");
            Assert.Matches("^(pass|reject)$", Text(late, "verdict")!);
            Assert.True(late.GetProperty("afterTriggerMs").GetDouble() > DeadlineMs);
        });
        double[] answered =
        [
            .. mailbox.Verdicts.Select(e => e.GetProperty("latenciesMs").GetProperty("triggerToSignal").GetDouble()).Order(),
        ];
        output.WriteLine($"answered after {string.Join(", ", answered)} ms; the deadline is {DeadlineMs} ms");
        // How closely is for the benchmark, on a machine of its own; here it must be the deadline that answered, not the model.
        Assert.InRange(answered[0], DeadlineMs * 0.5, DeadlineMs + 50);
        Assert.All(mailbox.Verdicts, e =>
            Assert.True(
                e.GetProperty("latenciesMs").GetProperty("triggerToSignal").GetDouble() < e.GetProperty("late")
                    .GetProperty("afterTriggerMs")
                    .GetDouble(),
                e.GetRawText()));
    }

    [Fact]
    public void Parts_that_come_ten_times_faster_than_the_model_are_all_answered_in_order()
    {
        const int Parts = 60;
        (Mailbox mailbox, WireClient plc, _) = StartLine("slow");
        for (int i = 1; i <= Parts; i++)
        {
            Announce(plc, i);
            Thread.Sleep(40);
        }
        mailbox.WaitFor("event", Parts, e => Text(e, "kind") == "verdict");
        // Where the whole machine stands still for longer than a signal is worth anything, it is not sent, and the event says so.
        string[] sent = [.. mailbox.Verdicts.OrderBy(e => e.GetProperty("seq").GetInt64())
            .Where(e => Text(e, "signal") == "sent")
            .Select(e => Text(e, "part")!)];
        Assert.InRange(sent.Length, Parts / 2, Parts);
        mailbox.WaitFor("signal", sent.Length);
        Assert.Equal(sent, mailbox.All("signal").Select(signal => Text(signal, "part")));
        Assert.All(mailbox.All("signal"), signal => Assert.Equal("none", Text(signal, "verdict")));
        Assert.Equal(Parts, mailbox.Verdicts.Select(e => Text(e, "part")).Distinct().Count());
        // Overload: said early, of a part that could not have made it.
        Assert.All(mailbox.Verdicts, e => Assert.Matches("^(deadline|overload)$", Text(e, "reason")!));
        mailbox.WaitFor("state", where: state => state.GetProperty("counters").GetProperty("none").GetInt64() == Parts);
    }

    [Fact]
    public void A_stop_with_parts_in_flight_answers_them_flushes_the_journal_and_says_offline_within_ten_seconds()
    {
        const int Parts = 5;
        (Mailbox mailbox, WireClient plc, ChildProcess agent) = StartLine("slow", settings => Station(settings)["Deadline"] = "3s");
        for (int i = 1; i <= Parts; i++)
            Announce(plc, i);
        mailbox.WaitFor("signal");
        agent.Terminate();
        int code = agent.WaitForExit(TimeSpan.FromSeconds(10));
        Assert.True(code == 0, $"It ended with code {code}:\n{agent.Said}");
        JsonElement offline = mailbox.WaitFor("state", where: state => Text(state, "status") == "offline");
        Assert.Contains("stopped", offline.GetRawText(), StringComparison.Ordinal);
        mailbox.WaitFor("event", Parts);
        mailbox.WaitFor("signal", Parts);
        Assert.Equal(
            mailbox.All("signal").Select(signal => (Text(signal, "part"), Text(signal, "verdict"))).Order(),
            mailbox.Verdicts.Select(e => (Text(e, "part"), Text(e, "verdict"))).Order());
        Assert.Equal(Parts, mailbox.Verdicts.Count);
    }

    [Fact]
    public void A_model_that_hangs_costs_no_answer_starves_the_watchdog_and_ends_the_process_with_a_code_of_its_own()
    {
        string path = Path.Combine(Folder, "notify.sock");
        using var watchdog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        watchdog.Bind(new UnixDomainSocketEndPoint(path));
        int fed = 0;
        var listening = new Thread(() =>
        {
            byte[] buffer = new byte[4096];
            try
            {
                while (true)
                {
                    if (Encoding.UTF8.GetString(buffer, 0, watchdog.Receive(buffer)).Contains("WATCHDOG=1", StringComparison.Ordinal))
                        Interlocked.Increment(ref fed);
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        })
        { IsBackground = true };
        listening.Start();
        // Fed every 200 ms while all is well.
        (Mailbox mailbox, WireClient plc, ChildProcess agent) = StartLine(
            "stuck",
            settings => Station(settings)["HungAfter"] = "2s",
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "400000" });
        int parts = 0;
        // One picture in ten is bright, which sends the model round for ever.
        while (mailbox.All("state").All(state => !state.GetRawText().Contains("\"component\":\"station\"", StringComparison.Ordinal))
            && parts < 300)
        {
            Announce(plc, ++parts);
            mailbox.WaitFor("signal", parts);
        }
        Assert.InRange(parts, 2, 299);
        int before = Volatile.Read(ref fed);
        Assert.InRange(before, 3, int.MaxValue);
        Assert.Equal(3, agent.WaitForExit(Patience));
        Assert.Equal(Enumerable.Range(1, parts).Select(i => $"P{i}"), mailbox.All("signal").Select(signal => Text(signal, "part")));
        // Two seconds or more lay between, ten times what would have been fed; the last one may have crossed the news.
        Assert.InRange(Volatile.Read(ref fed) - before, 0, 2);
    }
}
