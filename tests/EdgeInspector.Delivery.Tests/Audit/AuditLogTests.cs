using System.Collections.Concurrent;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Audit;

/// <summary>The log of a running agent: off the hot path, bounded, and never silent about a loss.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly AuditFixture _log = new();
    private readonly ConcurrentQueue<Guid> _settled = new();
    private volatile string? _complaint;

    public void Dispose() => _log.Dispose();

    [Fact]
    public void What_is_noted_is_in_the_chain_after_a_stop()
    {
        Guid[] ids;
        using (AuditLog log = Log())
        {
            log.Start();
            ids = [.. Enumerable.Range(1, 1000).Select(i => Note(log, $"P{i}"))];
            log.Note(new AuditEntry("command", _log.Time.GetUtcNow()) { Station = "weld-3", What = "pause", By = "shift 2" });
        }
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Equal(1002, report.Entries);
        Assert.Equal(ids, _settled);
    }

    [Fact]
    public async Task The_end_of_the_chain_is_told()
    {
        using AuditLog log = Log();
        log.Start();
        Note(log, "A");
        await Eventually.TrueAsync(() => log.Head is { Entry: 2 }, "the head");
        Assert.Equal(_log.Verify().LastHash, log.Head!.Hash);
    }

    [Fact]
    public void What_the_queue_could_not_take_is_counted_and_told_by_an_entry()
    {
        using (AuditLog log = Log(new AuditOptions { Queue = 100 }))
        {
            // Nobody writes yet.
            for (int i = 1; i <= 150; i++)
                Note(log, $"P{i}");
            // Verdicts leave room for the rest.
            log.Note(new AuditEntry("command", _log.Time.GetUtcNow()) { What = "pause" });
            Assert.Equal(50, log.EntriesLost);
            log.Start();
        }
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        string text = File.ReadAllText(_log.Files[0]);
        Assert.Contains("\"kind\":\"lost\"", text, StringComparison.Ordinal);
        Assert.Contains("\"count\":50", text, StringComparison.Ordinal);
        Assert.Contains("first that was lost: P101 at ", text, StringComparison.Ordinal);
        Assert.Contains("\"what\":\"pause\"", text, StringComparison.Ordinal);
        // The places of lost ones are not held for ever.
        Assert.Equal(150, _settled.Count);
    }

    [Fact]
    public async Task A_disk_that_refuses_is_a_complaint_and_mends_itself_without_a_gap()
    {
        File.WriteAllText(_log.Folder, "in the way");
        using (AuditLog log = Log())
        {
            log.Start();
            for (int i = 1; i <= 50; i++)
                Note(log, $"P{i}");
            await Eventually.TrueAsync(() => _complaint is not null, "the complaint");
            Assert.Contains("Verdicts go on", _complaint, StringComparison.Ordinal);
            File.Delete(_log.Folder);
            await Eventually.TrueAsync(() => _complaint is null, "the complaint to be withdrawn");
        }
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Equal(51, report.Entries);
    }

    [Fact]
    public async Task A_log_that_somebody_altered_is_a_complaint_from_the_start_on()
    {
        _log.ThreeDays();
        string text = File.ReadAllText(_log.Files[2]);
        File.WriteAllText(_log.Files[2], text.Replace("\"part\":\"day3-4\"", "\"part\":\"day3-5\"", StringComparison.Ordinal));
        using AuditLog log = Log();
        log.Start();
        await Eventually.TrueAsync(() => _complaint is not null, "the complaint");
        Assert.Contains("audit verify", _complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_can_not_be_read_is_a_complaint_and_stops_nothing()
    {
        using AuditLog log = Log(new AuditOptions { KeyFile = Path.Combine(_log.Data, "no such key") });
        log.Start();
        Note(log, "A");
        await Eventually.TrueAsync(() => _complaint is not null, "the complaint");
        Assert.StartsWith("The audit log is not sealed. Audit:KeyFile: there is no file", _complaint, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => log.Head is not null, "the entry");
    }

    [Fact]
    public void Noting_a_verdict_allocates_nothing_but_room_in_the_queue()
    {
        using AuditLog log = Log(new AuditOptions { Queue = 4000 });
        using InspectedPart part = Part("A");
        for (int i = 0; i < 2100; i++)
            log.Note(part);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            log.Note(part);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Through_the_evidence_come_verdicts_swaps_pauses_references_and_the_agents_start_and_end()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using (var line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), dataFolder: _log.Data, audit: new AuditOptions()).Connected())
        {
            line.Evidence.Accept(line.Part("A-4711"));
            line.Evidence.News.Tell(
                new ModelNews(LineUnderTest.Station, "activated", DateTimeOffset.UtcNow, "p2", "parts", "2", "p1", "inbox", "mia", null));
            line.Evidence.News.Tell(new CommandNews(LineUnderTest.Station, "pause", DateTimeOffset.UtcNow, null, null, "shift 2", "lamp"));
            line.Evidence.News.Tell(
                new ReferenceNews(LineUnderTest.Station, "learnt", DateTimeOffset.UnixEpoch, "A12", 50, "camera", "quality", "new lens"));
            await line.Evidence.StopAsync(TimeSpan.FromSeconds(10));
        }
        Assert.Null(_log.Verify().Misfit);
        string text = string.Concat(_log.Files.Select(File.ReadAllText));
        foreach (string said in (string[])
        [
            "\"what\":\"started\"",
            "\"part\":\"A-4711\"",
            "\"what\":\"activated\"",
            "\"by\":\"shift 2\"",
            "\"what\":\"stopped\"",
        ])
            Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Contains(
            $$"""
            "kind":"reference","at":"1970-01-01T00:00:00.000Z","station":"{{LineUnderTest.Station}}","type":"A12",
            "what":"learnt","from":"camera","by":"quality","why":"new lens","count":50,
            """.ReplaceLineEndings(""),
            text,
            StringComparison.Ordinal);
        // Nothing holds a place among the open parts any more.
        using OpenPartsFile open = OpenPartsFile.Open(_log.Data, DateTimeOffset.UtcNow, out IReadOnlyList<OpenPart> left, out _);
        Assert.Empty(left);
    }

    [Fact]
    public async Task A_part_of_a_killed_agent_whose_event_is_safe_is_told_to_the_log_alone()
    {
        Guid safe = Guid.CreateVersion7(), open = Guid.CreateVersion7();
        using (OpenPartsFile file = OpenPartsFile.Open(_log.Data, DateTimeOffset.UtcNow, out _, out _))
        {
            file.Note(safe, 1, LineUnderTest.Station, "A-1", DateTimeOffset.UtcNow);
            file.NoteOutcome(
                safe,
                new OpenPartOutcome(DateTimeOffset.UtcNow, VerdictKind.Pass, NoneReason.NotNone, GateAction.Pass, SignalOutcome.Sent));
            file.NoteSafe(safe);
            file.Note(open, 2, LineUnderTest.Station, "A-2", DateTimeOffset.UtcNow);
        }
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using (var line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), dataFolder: _log.Data, audit: new AuditOptions()).Connected())
        {
            await Eventually.TrueAsync(
                () => line.Counters.EventsPublished == 1 && line.Evidence.Waiting == 0, "the event of the other part");
            await line.Evidence.StopAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(1, line.Counters.EventsPublished);
        }
        string text = string.Concat(_log.Files.Select(File.ReadAllText));
        Assert.Contains($"\"id\":\"{safe}\",\"what\":\"pass\"", text, StringComparison.Ordinal);
        Assert.Contains($"\"id\":\"{open}\",\"what\":\"none\",\"reason\":\"interrupted\"", text, StringComparison.Ordinal);
        using OpenPartsFile after = OpenPartsFile.Open(_log.Data, DateTimeOffset.UtcNow, out IReadOnlyList<OpenPart> left, out _);
        Assert.Empty(left);
    }

    private AuditLog Log(AuditOptions? options = null) =>
        new(
            _log.Data, options ?? new AuditOptions(), complaint => _complaint = complaint?.Text, _settled.Enqueue, _log.Time,
            new RecordingLog());

    private static Guid Note(AuditLog log, string part)
    {
        using InspectedPart inspected = Part(part);
        log.Note(inspected);
        return inspected.Id;
    }

    private static InspectedPart Part(string part) => new()
    {
        Id = Guid.CreateVersion7(),
        Station = "weld-3",
        Part = part,
        Sequence = 1,
        TriggeredAt = DateTimeOffset.UnixEpoch,
        VerdictAt = DateTimeOffset.UnixEpoch,
        Verdict = new Verdict(VerdictKind.Pass, NoneReason.NotNone, null, "scratch", 0.1f),
        Action = GateAction.Pass,
        Signal = SignalOutcome.Sent,
        Predictions = [],
        TriggerToSignal = TimeSpan.FromMilliseconds(20),
    };
}
