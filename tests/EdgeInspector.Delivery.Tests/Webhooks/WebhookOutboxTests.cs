using System.Collections.Concurrent;
using System.Text;
using EdgeInspector.Delivery.Webhooks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;

namespace EdgeInspector.Delivery.Tests.Webhooks;

public sealed class WebhookOutboxTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<LostPosts> _lost = new();
    private readonly ConcurrentQueue<Guid> _kept = new();
    private readonly ConcurrentQueue<string?> _complaints = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_wait_for_each_webhook_in_their_order_also_after_a_restart()
    {
        WebhookPost[] posts = [.. Enumerable.Range(0, 100).Select(i => Post(i, i % 2 == 0 ? "a" : "b"))];
        using (WebhookOutbox outbox = Opened())
        {
            foreach (WebhookPost post in posts)
                outbox.Add([post, post with { Webhook = post.Webhook == "a" ? "b" : "a" }]);
            await outbox.Flush();
            foreach (WebhookPost post in outbox.Read("a", 0, 30))
                outbox.Forget(post);
            Assert.Equal((70, 100), (outbox.Waiting("a").Count, outbox.Waiting("b").Count));
            await outbox.Flush();
        }
        using WebhookOutbox next = Opened();
        await next.Flush();
        Assert.Equal(posts.Skip(30).Select(post => post.Id), next.Read("a", 0, 1000).Select(post => post.Id));
        Assert.Equal(posts.Select(post => post.Id), next.Read("b", 0, 1000).Select(post => post.Id));
        Assert.All(next.Read("b", 0, 1000), post => Assert.True(post.IsOld));
        next.Add([Post(1000, "a")]);
        await next.Flush();
        Assert.False(next.Read("a", 0, 1000)[^1].IsOld);
        Assert.Equal((71, 100), (next.Waiting("a").Count, next.Waiting("b").Count));
        Assert.Empty(_lost);
    }

    [Fact]
    public async Task An_event_that_is_added_twice_waits_once()
    {
        using WebhookOutbox outbox = Opened();
        outbox.Add([Post(1, "a")]);
        outbox.Add([Post(1, "a"), Post(1, "b")]);
        await outbox.Flush();
        Assert.Equal((1, 1), (outbox.Waiting("a").Count, outbox.Waiting("b").Count));
        Assert.Equal(2, _kept.Count);
    }

    [Fact]
    public void Whatever_comes_and_goes_what_waits_is_what_a_list_would_hold() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps =>
        {
            string folder = _folder[Guid.NewGuid().ToString()];
            var model = new Dictionary<string, List<Guid>> { ["a"] = [], ["b"] = [] };
            int number = 0;
            WebhookOutbox outbox = Opened(folder);
            foreach (byte step in steps)
            {
                string name = step % 2 == 0 ? "a" : "b";
                if (step < 150)
                {
                    WebhookPost post = Post(number++, name);
                    outbox.Add([post]);
                    model[name].Add(post.Id);
                }
                else if (step < 220)
                {
                    outbox.Flush().GetAwaiter().GetResult();
                    if (outbox.Read(name, 0, 1) is [var first])
                    {
                        outbox.Forget(first);
                        model[name].Remove(first.Id);
                        outbox.Flush().GetAwaiter().GetResult();
                    }
                }
                else
                {
                    outbox.Flush().GetAwaiter().GetResult();
                    outbox.Dispose();
                    outbox = Opened(folder);
                }
            }
            outbox.Flush().GetAwaiter().GetResult();
            bool isAlike = model.All(one => outbox.Read(one.Key, 0, 10_000).Select(post => post.Id).SequenceEqual(one.Value)
                && outbox.Waiting(one.Key).Count == one.Value.Count);
            outbox.Dispose();
            return isAlike;
        }));

    [Fact]
    public async Task What_waits_for_a_webhook_that_is_away_takes_no_more_of_the_disk_than_the_settings_allow()
    {
        const long Most = 64 * 1024;
        using WebhookOutbox outbox = Opened(a: new() { MaxBytes = Most });
        for (int i = 0; i < 40; i++)
        {
            for (int j = 0; j < 25; j++)
                outbox.Add([Post((i * 25) + j, "a", 1000), Post((i * 25) + j, "b", 1000)]);
            await outbox.Flush();
            Assert.InRange(outbox.Waiting("a").Bytes, 0, Most);
        }
        IReadOnlyList<WebhookPost> left = outbox.Read("a", 0, 1000);
        // The newest stay, in their order, and each one that is gone was told.
        Assert.Equal(Enumerable.Range(1000 - left.Count, left.Count).Select(IdOf), left.Select(post => post.Id));
        Assert.Equal(1000 - left.Count, _lost.Where(lost => lost.Webhook == "a").Sum(lost => lost.Count));
        Assert.Equal(IdOf(999 - left.Count), _lost.Last().Last);
        Assert.All(_lost, lost => Assert.Contains("Webhooks:a:MaxBytes", lost.Reason, StringComparison.Ordinal));
        Assert.Equal(1000, outbox.Waiting("b").Count);
        // The file keeps its free pages, and does not grow with what is given up.
        Assert.InRange(new FileInfo(_folder[WebhookFile.FileName]).Length, 0, (1000 * 1300) + (3 * Most));
    }

    [Fact]
    public async Task An_event_that_is_too_old_is_given_up_unless_the_clock_may_be_wrong()
    {
        var time = new SetClock();
        using WebhookOutbox outbox = Opened(a: new() { MaxAge = TimeSpan.FromDays(2) }, time: time);
        outbox.Add([Post(1, "a")]);
        await outbox.Flush();
        time.Passed = TimeSpan.FromHours(2);
        await outbox.Flush();
        // Somebody sets the clock: whatever it says now, the event stays for a day.
        time.Set = TimeSpan.FromDays(300);
        await outbox.Flush();
        time.Passed = TimeSpan.FromHours(25);
        await outbox.Flush();
        Assert.Equal(1, outbox.Waiting("a").Count);
        time.Passed = TimeSpan.FromHours(27);
        await outbox.Flush();
        Assert.Contains("Webhooks:a:MaxAge", Assert.Single(_lost).Reason, StringComparison.Ordinal);
        Assert.Equal(0, outbox.Waiting("a").Count);
    }

    [Fact]
    public async Task How_long_the_oldest_event_has_waited_is_known_for_each_webhook_also_after_a_restart()
    {
        var time = new SetClock();
        using (WebhookOutbox outbox = Opened(time: time))
        {
            Assert.Equal(TimeSpan.Zero, outbox.OldestAge("a"));
            outbox.Add([Post(1, "a"), Post(1, "b")]);
            outbox.Add([Post(2, "a") with { At = Start.AddHours(1) }]);
            time.Passed = TimeSpan.FromHours(3);
            Assert.Equal(TimeSpan.FromHours(3), outbox.OldestAge("a"));
            await outbox.Flush();
            Assert.Equal((3, 3), (outbox.OldestAge("a").TotalHours, outbox.OldestAge("b").TotalHours));
            outbox.Forget(outbox.Read("a", 0, 1)[0]);
            outbox.Forget(outbox.Read("b", 0, 1)[0]);
            await outbox.Flush();
            Assert.Equal((2, 0), (outbox.OldestAge("a").TotalHours, outbox.OldestAge("b").TotalHours));
        }
        using WebhookOutbox next = Opened(time: time);
        await next.Flush();
        Assert.Equal((2, 0), (next.OldestAge("a").TotalHours, next.OldestAge("b").TotalHours));
        // A clock that was set back knows no age below zero.
        time.Set = TimeSpan.FromDays(-2);
        Assert.Equal(TimeSpan.Zero, next.OldestAge("a"));
    }

    [Fact]
    public async Task A_file_that_is_damaged_is_set_aside_and_the_loss_is_told()
    {
        await File.WriteAllBytesAsync(_folder[WebhookFile.FileName], RandomBytes(), TestContext.Current.CancellationToken);
        using WebhookOutbox outbox = Opened();
        outbox.Add([Post(1, "a")]);
        await Eventually.TrueAsync(() => outbox.Read("a", 0, 10).Count == 1);
        Assert.Single(Directory.EnumerateFiles(_folder.Path, "webhooks-damaged-*.db"));
        Assert.Equal(["a", "b"], _lost.Select(lost => lost.Webhook).Order());
    }

    [Fact]
    public void A_new_file_goes_on_where_a_damaged_one_ended_so_that_no_reader_misses_an_event()
    {
        using var file = WebhookFile.Open(_folder[WebhookFile.FileName]);
        file.GoOnAfter(100);
        file.Commit([Post(1, "a"), Post(2, "a")], []);
        Assert.Equal([101, 102], file.Read("a", 100, 10, 0).Select(post => post.Position));
        Assert.Equal(102, file.Last);
    }

    [Fact]
    public async Task A_file_that_is_found_damaged_after_the_disk_has_refused_costs_no_event_that_comes_later()
    {
        using WebhookOutbox outbox = Opened(time: new SetClock());
        long last = await TakeUntilTheDiskRefuses(outbox);
        await Break();
        await outbox.Flush();
        await outbox.Flush();
        // A reader has had all events up to the last one, and asks for those behind it.
        Assert.Equal(IdOf(100), Assert.Single(outbox.Read("a", last, 10)).Id);
        Assert.Equal(100, Assert.Single(_lost, lost => lost.Webhook == "a").Count);
    }

    [Fact]
    public async Task A_damaged_file_that_can_not_be_set_aside_at_once_costs_no_event_that_comes_later_and_its_loss_is_told_once()
    {
        using WebhookOutbox outbox = Opened(time: new SetClock());
        long last = await TakeUntilTheDiskRefuses(outbox);
        await Break();
        // The name is taken: the clock stands still.
        string aside = _folder[$"webhooks-damaged-{Start:yyyyMMdd-HHmmss-fff}.db"];
        await File.WriteAllTextAsync(aside, "in the way", TestContext.Current.CancellationToken);
        await outbox.Flush();
        await outbox.Flush();
        Assert.Empty(_lost);
        File.Delete(aside);
        await outbox.Flush();
        await outbox.Flush();
        Assert.Equal(IdOf(100), Assert.Single(outbox.Read("a", last, 10)).Id);
        Assert.Equal(100, Assert.Single(_lost, lost => lost.Webhook == "a").Count);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_begun_anew_where_it_ended()
    {
        using WebhookOutbox outbox = Opened(time: new SetClock());
        long last = await TakeUntilTheDiskRefuses(outbox);
        File.Delete(_folder[WebhookFile.FileName]);
        await outbox.Flush();
        Assert.Equal(IdOf(100), Assert.Single(outbox.Read("a", last, 10)).Id);
    }

    [Fact]
    public async Task While_the_disk_refuses_events_wait_in_memory_and_nothing_else_need_remember_them()
    {
        string folder = _folder["data"];
        await File.WriteAllTextAsync(folder, "in the way", TestContext.Current.CancellationToken);
        using WebhookOutbox outbox = Opened(folder);
        outbox.Add([Post(1, "a")]);
        await Eventually.TrueAsync(() => _kept.Contains(IdOf(1)));
        outbox.Add([Post(2, "a")]);
        await Eventually.TrueAsync(() => _kept.Contains(IdOf(2)));
        Assert.Empty(outbox.Read("a", 0, 10));
        Assert.Equal(2, outbox.Waiting("a").Count);
        File.Delete(folder);
        await Eventually.TrueAsync(() => outbox.Read("a", 0, 10).Count == 2);
        await Eventually.TrueAsync(() => _complaints.Count == 2);
        Assert.Contains(folder, _complaints.First(), StringComparison.Ordinal);
        Assert.Null(_complaints.Last());
    }

    [Fact]
    public async Task Events_for_a_webhook_that_the_settings_name_no_more_are_given_up_and_told()
    {
        using (WebhookOutbox outbox = Opened())
        {
            outbox.Add([Post(1, "a"), Post(1, "b")]);
            await outbox.Flush();
        }
        using var next = new WebhookOutbox(
            _folder.Path, new Dictionary<string, WebhookOptions> { ["a"] = new() }, TimeProvider.System, new RecordingLog())
        {
            Listener = new WebhookListener(_kept.Enqueue, _lost.Enqueue, complaint => _complaints.Enqueue(complaint?.Text)),
        };
        next.Start();
        await next.Flush();
        Assert.Equal(("b", 1), (Assert.Single(_lost).Webhook, _lost.First().Count));
        Assert.Equal(1, next.Waiting("a").Count);
    }

    /// <summary>Adds a hundred events, and one that the disk refuses; gives the position of the last that was kept.</summary>
    private async Task<long> TakeUntilTheDiskRefuses(WebhookOutbox outbox)
    {
        for (int i = 0; i < 100; i++)
            outbox.Add([Post(i, "a")]);
        await outbox.Flush();
        using var other = new SqliteConnection($"Data Source={_folder[WebhookFile.FileName]};Pooling=False");
        other.Open();
        using SqliteTransaction inTheWay = other.BeginTransaction();
        outbox.Add([Post(100, "a")]);
        await outbox.Flush();
        Assert.Single(_complaints);
        Assert.Equal(100, outbox.Waiting("a").Count - 1);
        return 100;
    }

    private async Task Break()
    {
        string path = _folder[WebhookFile.FileName];
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        await File.WriteAllBytesAsync(path, RandomBytes(), TestContext.Current.CancellationToken);
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public TimeSpan Set { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override DateTimeOffset GetUtcNow() => Start + Passed + Set;
    }

    private static byte[] RandomBytes()
    {
        byte[] bytes = new byte[20_000];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static Guid IdOf(int number) => new(number, 1, 2, new byte[8]);

    private static WebhookPost Post(int number, string webhook, int bytes = 100) => new(
        webhook, IdOf(number), "weld-3", Start, HasPicture: number % 2 == 0, Encoding.ASCII.GetBytes(new string('x', bytes)));

    private WebhookOutbox Opened(string? folder = null, WebhookOptions? a = null, TimeProvider? time = null)
    {
        var webhooks = new Dictionary<string, WebhookOptions> { ["a"] = a ?? new(), ["b"] = new() };
        var outbox = new WebhookOutbox(folder ?? _folder.Path, webhooks, time ?? TimeProvider.System, new RecordingLog())
        {
            Listener = new WebhookListener(_kept.Enqueue, _lost.Enqueue, complaint => _complaints.Enqueue(complaint?.Text)),
        };
        outbox.Start();
        return outbox;
    }
}
