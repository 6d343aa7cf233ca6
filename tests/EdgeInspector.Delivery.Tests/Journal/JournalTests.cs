using System.Buffers.Binary;
using System.Collections.Concurrent;
using EdgeInspector.Delivery.Journal;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Delivery.Tests.Journal;

public sealed class JournalTests : IDisposable
{
    private const string Topic = "edgeinspector/line-1/weld-3/event";

    private static readonly byte[] Json = "{\"a\":1}"u8.ToArray();

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<LostEvents> _lost = new();
    private readonly ConcurrentQueue<Guid> _safe = new();
    private volatile string? _complaint;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_committed_is_there_after_a_restart_in_order_and_what_was_acknowledged_is_not()
    {
        using (EventJournal journal = Start())
        {
            Guid[] ids = Add(journal, 1000);
            await Eventually.TrueAsync(() => journal.Committed == 1000, "the events to be on disk");
            for (long after = 0; after < 400;)
            {
                await journal.WaitForMore(after);
                if (journal.Peek(after) is not { } next)
                    continue;
                Assert.Equal(ids[(int)after], next.Id);
                after = next.Position;
                Assert.True(journal.Acknowledge(after));
            }
            await journal.Flush();
        }
        using EventJournal again = Start();
        Assert.Equal(Enumerable.Range(401, 600).Select(i => (long)i), await Drain(again));
        Assert.Empty(_lost);
    }

    [Fact]
    public async Task A_full_disk_costs_no_event_and_mends_itself()
    {
        // Pages of 4 KiB: full after some fifty events of 2 KiB.
        var full = new JournalOptions { MostPages = 40 };
        byte[] large = [.. "{"u8, .. Enumerable.Repeat((byte)' ', 2000), .. "}"u8];
        Guid[] ids = [.. Enumerable.Range(0, 200).Select(_ => Guid.CreateVersion7())];
        using EventJournal journal = Start(full);
        foreach (Guid id in ids)
            journal.Add(id, "weld-3", "t", large, false);
        await Eventually.TrueAsync(() => _complaint is not null, "the complaint");
        // All are published in order, from disk and memory; each acknowledged one makes room.
        var seen = new List<Guid>();
        for (long after = 0; seen.Count < 200;)
        {
            await journal.WaitForMore(after).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            if (journal.Peek(after) is not { } next)
                continue;
            after = next.Position;
            seen.Add(next.Id);
            journal.Acknowledge(after);
        }
        Assert.Equal(ids, seen);
        await Eventually.TrueAsync(() => _complaint is null, "the complaint to be withdrawn");
        Assert.Empty(_lost);
        Assert.Equal(ids.Order(), _safe.Distinct().Order());
    }

    [Fact]
    public async Task When_disk_and_memory_are_full_the_oldest_go_and_one_event_tells_of_all()
    {
        string file = _folder["no folder"];
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        using var journal = new EventJournal(file, new JournalOptions { MemoryEvents = 100 }, TimeProvider.System, new RecordingLog())
        {
            Listener = Listener,
        };
        journal.Start();
        await Eventually.TrueAsync(() => _complaint is not null, "the complaint");
        Guid[] ids = Add(journal, 130);
        Assert.Equal(ids[30], journal.Peek(0)!.Id);
        File.Delete(file);
        await Eventually.TrueAsync(() => _complaint is null, "the folder to be used");
        LostEvents lost = Assert.Single(_lost);
        Assert.Equal((30L, ids[0], ids[29]), (lost.Count!.Value, lost.First!.Value, lost.Last!.Value));
        Assert.Equal(100, (await Drain(journal)).Count);
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(8192, 4096)]
    [InlineData(0, int.MaxValue)]
    public async Task A_damaged_journal_is_set_aside_as_it_is_what_can_be_read_is_saved_and_the_loss_is_told(int from, int bytes)
    {
        await Fill(2000);
        byte[] damaged = await File.ReadAllBytesAsync(Journal, TestContext.Current.CancellationToken);
        new Random(4).NextBytes(damaged.AsSpan(from, Math.Min(bytes, damaged.Length - from)));
        await File.WriteAllBytesAsync(Journal, damaged, TestContext.Current.CancellationToken);
        using EventJournal journal = Start();
        await Eventually.TrueAsync(() => !_lost.IsEmpty && _complaint is not null, "the loss to be told");
        Assert.Contains("damaged", _complaint, StringComparison.Ordinal);
        string aside = Assert.Single(Directory.GetFiles(_folder.Path, "journal-corrupt-*.db"));
        Assert.Equal(damaged, await File.ReadAllBytesAsync(aside, TestContext.Current.CancellationToken));
        List<long> saved = await Drain(journal);
        Assert.Equal(saved.Order(), saved);
        if (from > 0)
            Assert.InRange(saved.Count, 1000, 2000);
    }

    [Fact]
    public async Task A_truncated_journal_gives_what_is_left()
    {
        await Fill(2000);
        using (FileStream file = File.OpenWrite(Journal))
            file.SetLength(file.Length * 2 / 3);
        using EventJournal journal = Start();
        await Eventually.TrueAsync(() => !_lost.IsEmpty, "the loss to be told");
        Assert.InRange((await Drain(journal)).Count, 100, 1999);
    }

    [Fact]
    public async Task A_journal_of_a_newer_schema_is_set_aside_untouched()
    {
        await Fill(10);
        byte[] newer = await File.ReadAllBytesAsync(Journal, TestContext.Current.CancellationToken);
        BinaryPrimitives.WriteInt32BigEndian(newer.AsSpan(60), 7);
        await File.WriteAllBytesAsync(Journal, newer, TestContext.Current.CancellationToken);
        using EventJournal journal = Start();
        await Eventually.TrueAsync(() => !_lost.IsEmpty && _complaint is not null, "the loss to be told");
        Assert.Contains("newer version", _complaint, StringComparison.Ordinal);
        Assert.Equal(newer, await File.ReadAllBytesAsync(
            Assert.Single(Directory.GetFiles(_folder.Path, "journal-v7-*.db")), TestContext.Current.CancellationToken));
        Add(journal, 1);
        await Eventually.TrueAsync(() => journal.Count == 1 && journal.Peek(0) is not null, "the new journal to work");
    }

    [Fact]
    public async Task What_was_saved_from_a_damaged_journal_waits_until_a_new_one_can_be_begun_and_the_loss_is_told_then()
    {
        await Fill(2000);
        byte[] damaged = await File.ReadAllBytesAsync(Journal, TestContext.Current.CancellationToken);
        new Random(4).NextBytes(damaged.AsSpan(8192, 4096));
        await File.WriteAllBytesAsync(Journal, damaged, TestContext.Current.CancellationToken);
        // Room for the beginning of a journal, and not for what was saved: as on a disk that is nearly full.
        var small = new JournalOptions { MostPages = 8 };
        using (EventJournal journal = Start(small))
        {
            await Eventually.TrueAsync(() => _complaint is not null, "the complaint");
            await journal.Flush();
            Assert.Single(Directory.GetFiles(_folder.Path, "journal-corrupt-*.db"));
            small.MostPages = 0;
            await Eventually.TrueAsync(() => !_lost.IsEmpty, "the loss to be told");
            Assert.InRange((await Drain(journal)).Count, 1000, 2000);
        }
        Assert.Single(_lost);
        Assert.Contains("damaged", _complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_journal_that_can_not_be_copied_is_set_aside_and_told_all_the_same()
    {
        await Fill(100);
        await File.WriteAllBytesAsync(Journal, [.. "no database"u8, .. new byte[4096]], TestContext.Current.CancellationToken);
        // In the way of the copy, as a full disk would be.
        Directory.CreateDirectory(Journal + ".rescue");
        using EventJournal journal = Start();
        await Eventually.TrueAsync(() => !_lost.IsEmpty, "the loss to be told");
        string aside = Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Path, "journal-corrupt-*.db")));
        Assert.Contains(aside, Assert.Single(_lost).Reason, StringComparison.Ordinal);
        Assert.Contains("damaged", _complaint, StringComparison.Ordinal);
        Add(journal, 1);
        await Eventually.TrueAsync(() => journal.Committed == 1, "the new journal to work");
    }

    [Fact]
    public async Task The_check_counts_what_waits_while_an_agent_runs_or_not()
    {
        Assert.Contains("will be begun", Look(), StringComparison.Ordinal);
        await Fill(2000);
        Assert.Contains(", 2000 events wait ", Look(), StringComparison.Ordinal);
        using EventJournal used = Start();
        Add(used, 1);
        await Eventually.TrueAsync(() => used.Committed == 1, "the event to be on disk");
        Assert.Contains(", 2001 events wait ", Look(), StringComparison.Ordinal);

        string Look()
        {
            JournalCheckResult look = Assert.Single(JournalCheck.Run(_folder.Path, [Topic]));
            Assert.True(look.IsGood, look.Message);
            return look.Message;
        }
    }

    /// <summary>A millisecond less than nothing is what the system takes for "for ever".</summary>
    [Fact]
    public async Task What_was_acknowledged_is_forgotten_on_disk_also_by_a_thread_that_wakes_a_millisecond_late()
    {
        var clock = new FakeTimeProvider();
        using var journal = new EventJournal(_folder.Path, new JournalOptions(), clock, new RecordingLog()) { Listener = Listener };
        journal.Start();
        Add(journal, 1);
        await Eventually.TrueAsync(() => journal.Committed == 1, "the event to be on disk");
        await Eventually.TrueAsync(() => journal.Peek(0) is not null, "the event to be seen");
        Assert.True(journal.Acknowledge(1));
        clock.Advance(TimeSpan.FromMilliseconds(201));
        await Eventually.TrueAsync(
            () => JournalCheck.Run(_folder.Path, [Topic]).All(look => look.Message.Contains(", 0 events wait ", StringComparison.Ordinal)),
            "the event to be forgotten on disk");
    }

    [Fact]
    public async Task The_check_warns_of_events_that_wait_for_topics_of_no_station()
    {
        await Fill(3);
        JournalCheckResult[] looks = [.. JournalCheck.Run(_folder.Path, ["edgeinspector/line-2/weld-3/event"])];
        Assert.Equal([true, false], looks.Select(look => look.IsGood));
        Assert.StartsWith(
            $"3 events wait for topics of no station of these settings, such as {Topic}: ", looks[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_warns_of_what_the_next_start_will_set_aside_or_an_earlier_one_did_and_changes_nothing()
    {
        await Fill(2000);
        byte[] whole = await File.ReadAllBytesAsync(Journal, TestContext.Current.CancellationToken);
        byte[] broken = [.. whole];
        new Random(4).NextBytes(broken.AsSpan(8192, 4096));
        await Warns(broken, "is damaged");
        await Warns(whole[..(whole.Length / 2)], "is damaged");
        await Warns([.. "no database"u8, .. new byte[4096]], "is damaged");
        byte[] newer = [.. whole];
        BinaryPrimitives.WriteInt32BigEndian(newer.AsSpan(60), 7);
        await Warns(newer, "newer version");

        using (Start())
            await Eventually.TrueAsync(() => !_lost.IsEmpty && File.Exists(Journal), "the newer journal to be set aside");
        Assert.Collection(
            JournalCheck.Run(_folder.Path, [Topic]),
            begun => Assert.True(begun.IsGood, begun.Message),
            aside => Assert.Contains("journal-v7-", aside.Message, StringComparison.Ordinal));

        async Task Warns(byte[] content, string says)
        {
            await File.WriteAllBytesAsync(Journal, content, TestContext.Current.CancellationToken);
            JournalCheckResult look = Assert.Single(JournalCheck.Run(_folder.Path, [Topic]));
            Assert.False(look.IsGood, look.Message);
            Assert.Contains(says, look.Message, StringComparison.Ordinal);
            Assert.Equal(content, await File.ReadAllBytesAsync(Journal, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Beyond_its_limit_the_oldest_events_go_and_that_is_told()
    {
        byte[] large = [.. "{"u8, .. Enumerable.Repeat((byte)' ', 4000), .. "}"u8];
        using EventJournal journal = Start(new JournalOptions { MaxBytes = 1024 * 1024 });
        for (int i = 0; i < 1000; i++)
            journal.Add(Guid.CreateVersion7(), "weld-3", "t", large, false);
        await Eventually.TrueAsync(() => !_lost.IsEmpty && journal.Bytes <= 1024 * 1024, "the oldest to go");
        await journal.Flush();
        Assert.Equal(1000, _lost.Sum(lost => lost.Count!.Value) + (await Drain(journal)).Count);
    }

    /// <summary>
    /// Whatever is added, acknowledged, flushed and reopened in whatever order: nothing that was committed and not acknowledged is lost,
    /// order is kept.
    /// </summary>
    [Fact]
    public void No_interleaving_of_adding_acknowledging_and_restarting_loses_an_event()
    {
        int run = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps =>
        {
            string folder = _folder[$"{run++}"];
            var expected = new Queue<Guid>();
            EventJournal journal = Start(folder: folder);
            try
            {
                foreach (byte step in steps)
                {
                    switch (step % 4)
                    {
                        case 0 or 1:
                            for (int i = 0; i < step; i++)
                                expected.Enqueue(Add(journal, 1)[0]);
                            break;
                        case 2:
                            for (int i = 0; i < step && expected.Count > 0; i++)
                            {
                                WaitingEvent next = First(journal);
                                if (next.Id != expected.Dequeue())
                                    return false;
                                journal.Acknowledge(next.Position);
                            }
                            break;
                        default:
                            journal.Flush().Wait();
                            journal.Dispose();
                            journal = Start(folder: folder);
                            break;
                    }
                }
                while (expected.Count > 0)
                {
                    WaitingEvent next = First(journal);
                    if (next.Id != expected.Dequeue())
                        return false;
                    journal.Acknowledge(next.Position);
                }
                return journal.WaitEmpty().Wait(Eventually.Patience);
            }
            finally
            {
                journal.Dispose();
            }
        }));
    }

    private string Journal => _folder[JournalFile.FileName];

    private static Guid[] Add(EventJournal journal, int count)
    {
        Guid[] ids = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
        foreach (Guid id in ids)
            journal.Add(id, "weld-3", Topic, Json, false);
        return ids;
    }

    private static WaitingEvent First(EventJournal journal)
    {
        while (true)
        {
            if (journal.Peek(0) is { } next)
                return next;
            if (!journal.WaitForMore(0).Wait(Eventually.Patience))
                throw new TimeoutException("no event came");
        }
    }

    private static async Task<List<long>> Drain(EventJournal journal)
    {
        var positions = new List<long>();
        await journal.Flush();
        while (journal.Count > 0)
        {
            await journal.WaitForMore(0).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            if (journal.Peek(0) is not { } next)
                continue;
            positions.Add(next.Position);
            journal.Acknowledge(next.Position);
        }
        return positions;
    }

    private async Task Fill(int count)
    {
        using EventJournal journal = Start();
        Add(journal, count);
        await Eventually.TrueAsync(() => journal.Committed == count, "the events to be on disk");
        await journal.Flush();
    }

    private JournalListener Listener => new(_safe.Enqueue, _lost.Enqueue, complaint => _complaint = complaint?.Text, _ => 0);

    private EventJournal Start(JournalOptions? options = null, string? folder = null)
    {
        var journal = new EventJournal(folder ?? _folder.Path, options ?? new JournalOptions(), TimeProvider.System, new RecordingLog())
        {
            Listener = Listener,
        };
        journal.Start();
        return journal;
    }
}
