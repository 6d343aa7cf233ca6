using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>Events outlast the broker, the process and the disk.</summary>
public sealed class JournalTests(ITestOutputHelper output) : LineTest
{
    private static JsonObject QuickSettings(int port, string clip, string pace)
    {
        JsonObject settings = Settings(port);
        settings["Mqtt"]!["FirstPause"] = "100ms";
        Station(settings)["Model"] = Path.Combine(Packages, "quick");
        Station(settings)["Camera"] = new JsonObject
        {
            ["Video"] = new JsonObject { ["File"] = clip, ["Pace"] = pace, ["AtEnd"] = "Loop" },
        };
        return settings;
    }

    /// <summary>A broker that has a mailbox's subscription, kept for when both are back.</summary>
    private (Mosquitto Broker, Mailbox Mailbox) StartBrokerWithMailbox()
    {
        Mosquitto broker = StartBroker(Persistent);
        return (broker, Opened(new Mailbox(broker.Port, clean: false, "event", "state")));
    }

    private static long Number(JsonElement verdict) => verdict.GetProperty("seq").GetInt64();

    private static List<long> Numbers(IEnumerable<JsonElement> events) => [.. events.Select(Number)];

    private static IEnumerable<long> UpTo(long last) => Enumerable.Range(1, (int)last).Select(number => (long)number);

    private static bool IsDegraded(JsonElement state) => state.GetProperty("status").GetString() == "degraded";

    private static bool IsOnline(JsonElement state) => state.GetProperty("status").GetString() == "online";

    private static bool Says(JsonElement state, params string[] components) =>
        state.GetProperty("reasons").EnumerateArray().Any(reason => components.Contains(reason.GetProperty("component").GetString()));

    [Fact]
    public void Ten_thousand_events_wait_for_the_broker_and_arrive_in_order_from_a_memory_that_stays_flat()
    {
        // The first thousands of parts cost memory once: compiled code, buffers that grow to their size.
        const int WarmUp = 3_000, Waiting = 10_000;
        (Mosquitto broker, Mailbox mailbox) = StartBrokerWithMailbox();
        string clip = Clip.Write(Folder, 1_000, 25, withDefects: false);
        var parts = new BlockingProgress();
        ChildProcess agent = StartAgent(QuickSettings(broker.Port, clip, "AsConsumed"), listen: line =>
        {
            if (line.Contains("clip.avi#", StringComparison.Ordinal))
                parts.Increment();
        });
        mailbox.WaitFor("event", WarmUp);
        broker.Stop();
        long left = parts.Reached;
        double before = ProcessFigures.Of(agent).Resident;
        Assert.True(parts.TryWait(left + Waiting, Patience), $"inspected only {parts.Reached}");
        double after = ProcessFigures.Of(agent).Resident;
        broker.StartAgain();
        mailbox.WaitFor("event", where: e => Number(e) == left + Waiting);
        double delivered = ProcessFigures.Of(agent).Resident;
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        output.WriteLine($"resident memory: {before:0.0} MiB before, {after:0.0} MiB with {Waiting} events waiting, "
            + $"{delivered:0.0} MiB after their delivery");

        // Those that came while the others were delivered are not all delivered yet.
        List<long> numbers = Numbers(mailbox.Verdicts);
        Assert.InRange(numbers.Count, left + Waiting, long.MaxValue);
        Assert.Equal(UpTo(numbers.Count), numbers);
        Assert.InRange(after - before, -1000, 30);
        Assert.InRange(delivered - before, -1000, 30);
    }

    [Fact]
    public void A_disk_that_is_full_costs_no_event_and_mends_itself_when_there_is_room_again()
    {
        string data = Path.Combine(Folder, "data");
        using SmallDisk disk = SmallDisk.Mount(data, "20m");
        (Mosquitto broker, Mailbox mailbox) = StartBrokerWithMailbox();
        JsonObject settings = QuickSettings(broker.Port, Clip.Write(Folder, 500, 25, withDefects: true), "Own");
        settings["Images"] = new JsonObject { ["SpoolMinimumFree"] = 1_000_000 };
        ChildProcess agent = StartAgent(settings);
        mailbox.WaitFor("event", 20);
        mailbox.WaitFor("state", where: IsOnline);

        disk.Fill();
        mailbox.WaitFor("state", where: state => IsDegraded(state) && Says(state, "journal", "spool"));
        long inspected = Numbers(mailbox.Verdicts)[^1];
        // With the broker away too, memory is all that is left to hold them.
        broker.Stop();
        agent.WaitForLine(
            line => line.Contains("clip.avi#", StringComparison.Ordinal)
                && agent.Output.Count(l => l.Contains("clip.avi#", StringComparison.Ordinal)) > inspected + 100,
            Patience);
        disk.Empty();
        broker.StartAgain();
        DateTime roomAgain = DateTime.UtcNow;
        mailbox.WaitFor("state", where: state => IsOnline(state) && state.GetProperty("at").GetDateTime() > roomAgain, timeout: Patience);

        Assert.False(agent.HasExited);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        long last = agent.Output.Count(line => line.Contains("clip.avi#", StringComparison.Ordinal));
        mailbox.WaitFor("event", where: e => e.TryGetProperty("seq", out JsonElement seq) && seq.GetInt64() == last);
        Assert.Equal(UpTo(last), Numbers(mailbox.Verdicts).Order());
        Assert.DoesNotContain(mailbox.All("event"), e => e.GetRawText().Contains("eventsLost", StringComparison.Ordinal));
    }

    [Fact]
    public void On_a_disk_that_can_not_be_written_the_line_is_inspected_all_the_same()
    {
        using SmallDisk disk = SmallDisk.Mount(Path.Combine(Folder, "data"), "20m");
        disk.MakeReadOnly();
        (Mosquitto broker, Mailbox mailbox) = StartBrokerWithMailbox();
        StartAgent(QuickSettings(broker.Port, Clip.Write(Folder, 500, 25, withDefects: true), "Own"));
        mailbox.WaitFor("state", where: state => IsDegraded(state) && Says(state, "journal"));
        mailbox.WaitFor("event", 50);
        Assert.Equal(UpTo(50), Numbers(mailbox.Verdicts).Take(50));
    }

    [Fact]
    public void Events_that_waited_on_disk_survive_a_kill()
    {
        (Mosquitto broker, Mailbox mailbox) = StartBrokerWithMailbox();
        broker.Stop();
        JsonObject settings = QuickSettings(broker.Port, Clip.Write(Folder, 500, 25, withDefects: true), "Own");
        ChildProcess killed = StartAgent(settings);
        killed.WaitForLine(line => line.Contains("clip.avi#60:", StringComparison.Ordinal), Patience);
        killed.Kill();
        killed.WaitForExit(Patience);
        // What the log shows was signalled, if there had been anybody: each has its event.
        int inspected = killed.Output.Count(line => line.Contains("clip.avi#", StringComparison.Ordinal));
        broker.StartAgain();
        StartAgent(settings);
        mailbox.WaitFor("event", inspected + 5);
        Assert.Empty(Enumerable.Range(1, inspected).Except(mailbox.Verdicts.Select(e => e.GetProperty("seq").GetInt32())));
        Assert.Equal(UpTo(inspected), Numbers(mailbox.Verdicts).Take(inspected));
        // The second agent counts from 1 again: its own events are news, those of the first are not.
        Assert.All(mailbox.Verdicts.Take(inspected), e => Assert.True(e.GetProperty("replayed").GetBoolean()));
    }

    /// <summary>Events wait in a journal that is whole; then somebody spoils it.</summary>
    private (Mailbox Mailbox, ChildProcess Agent, int Waited) StartOnSpoiled(Action<string> spoil)
    {
        (Mosquitto broker, Mailbox mailbox) = StartBrokerWithMailbox();
        broker.Stop();
        JsonObject settings = QuickSettings(broker.Port, Clip.Write(Folder, 500, 25, withDefects: false), "Own");
        ChildProcess before = StartAgent(settings);
        before.WaitForLine(line => line.Contains("clip.avi#120:", StringComparison.Ordinal), Patience);
        before.Terminate();
        Assert.Equal(0, before.WaitForExit(Patience));
        int waited = before.Output.Count(line => line.Contains("clip.avi#", StringComparison.Ordinal));
        Assert.True(
            File.Exists(Journal),
            $"no journal among {string.Join(", ", Directory.EnumerateFileSystemEntries(Path.Combine(Folder, "data")))}");
        spoil(Journal);
        broker.StartAgain();
        ChildProcess agent = StartAgent(settings);
        return (mailbox, agent, waited);
    }

    private string Journal => Path.Combine(Folder, "data", "journal.db");

    /// <summary>It inspects, tells of the loss in state and in an event, and has put the old file aside.</summary>
    private void IsSetAside(Mailbox mailbox, ChildProcess agent, byte[] spoiled)
    {
        mailbox.WaitFor("event", where: e => e.TryGetProperty("part", out _) && !e.GetProperty("replayed").GetBoolean());
        JsonElement lost = mailbox.WaitFor(
            "event", where: e => e.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "eventsLost");
        Assert.False(string.IsNullOrWhiteSpace(lost.GetProperty("reason").GetString()));
        mailbox.WaitFor("state", where: state => IsDegraded(state) && Says(state, "journal"));
        Assert.False(agent.HasExited);
        Assert.Contains(
            Directory.EnumerateFiles(Path.Combine(Folder, "data"), "journal*").Where(file => file != Journal),
            file => File.ReadAllBytes(file).AsSpan().SequenceEqual(spoiled));
        output.WriteLine(lost.GetRawText());
    }

    [Fact]
    public void A_journal_of_random_bytes_is_set_aside_and_the_loss_is_told()
    {
        byte[] spoiled = [];
        (Mailbox mailbox, ChildProcess agent, _) = StartOnSpoiled(journal =>
        {
            spoiled = new byte[new FileInfo(journal).Length];
            new Random(1).NextBytes(spoiled);
            File.WriteAllBytes(journal, spoiled);
        });
        IsSetAside(mailbox, agent, spoiled);
    }

    [Fact]
    public void Of_a_journal_that_was_cut_short_what_is_left_is_recovered_and_the_loss_is_told()
    {
        byte[] spoiled = [];
        (Mailbox mailbox, ChildProcess agent, int waited) = StartOnSpoiled(journal =>
        {
            spoiled = File.ReadAllBytes(journal)[..(int)(new FileInfo(journal).Length * 2 / 3)];
            File.WriteAllBytes(journal, spoiled);
        });
        IsSetAside(mailbox, agent, spoiled);
        // Neither all nor nothing: a third of the pages is gone.
        int recovered = mailbox.Verdicts.Count(e => e.GetProperty("replayed").GetBoolean());
        output.WriteLine($"{recovered} of {waited} recovered");
        Assert.InRange(recovered, 1, waited - 1);
    }

    [Fact]
    public void A_journal_from_a_newer_version_is_set_aside_untouched_and_the_loss_is_told()
    {
        byte[] newer = [];
        (Mailbox mailbox, ChildProcess agent, _) = StartOnSpoiled(journal =>
        {
            // SQLite keeps PRAGMA user_version at byte 60, big-endian.
            newer = File.ReadAllBytes(journal);
            (newer[60], newer[61]) = (0x7F, 0xFF);
            File.WriteAllBytes(journal, newer);
        });
        IsSetAside(mailbox, agent, newer);
    }
}
