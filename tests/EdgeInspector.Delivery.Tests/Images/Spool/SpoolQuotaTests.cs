using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

public sealed class SpoolQuotaTests : IDisposable
{
    private static readonly ImageOptions OneMegabyte = new() { SpoolMaxBytes = 1_000_000, SpoolMinimumFree = 0 };

    private readonly SpoolBench _bench = new();

    [Fact]
    public void Beyond_the_quota_the_oldest_delivered_go_first_then_passed_parts_then_the_oldest()
    {
        ImageSpool spool = _bench.Open(OneMegabyte);
        // Nine of about 100,000 bytes fit.
        Guid[] rejects = [.. Enumerable.Range(0, 6).Select(_ => _bench.Store(spool))];
        Guid[] passes = [_bench.Store(spool, VerdictKind.Pass), _bench.Store(spool, VerdictKind.Pass)];
        SpoolBench.DeliverNext(spool);
        SpoolBench.DeliverNext(spool);

        Guid next = _bench.Store(spool);
        Assert.Equal(9, _bench.Kept().Count());
        Assert.Null(_bench.Complaint);
        Guid[] more = [_bench.Store(spool), _bench.Store(spool)];
        Assert.Equal(
            new[] { rejects[2], rejects[3], rejects[4], rejects[5], passes[0], passes[1], next, more[0], more[1] }.Order(), _bench.Kept());
        Assert.Null(_bench.Complaint);
        Assert.Empty(_bench.Told);
        Assert.Equal(0, _bench.Counters.ImagesDropped);

        _bench.Store(spool);
        Assert.Equal([passes[0]], _bench.ToldIds);
        Assert.Contains("Images:SpoolMaxBytes", _bench.Complaint, StringComparison.Ordinal);
        _bench.Store(spool);
        _bench.Store(spool);
        Assert.Equal([passes[0], passes[1], rejects[2]], _bench.ToldIds);
        Assert.Equal(3, _bench.Counters.ImagesDropped);
        Assert.Equal(9, _bench.Kept().Count());
        Assert.InRange(_bench.Waiting.SpoolBytes, 900_000, 1_000_000);
    }

    [Fact]
    public void The_complaint_is_withdrawn_when_the_broker_has_taken_the_backlog()
    {
        ImageSpool spool = _bench.Open(OneMegabyte);
        for (int i = 0; i < 12; i++)
            _bench.Store(spool);
        Assert.NotNull(_bench.Complaint);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        spool.KeepHouse();
        Assert.NotNull(_bench.Complaint);
        SpoolBench.DeliverNext(spool);
        SpoolBench.DeliverNext(spool);
        spool.KeepHouse();
        Assert.True(_bench.Health.IsGood);
        Guid lost = _bench.ToldIds.Last();
        _bench.Store(spool);
        Assert.Equal(lost, _bench.ToldIds.Last());
        Assert.True(_bench.Health.IsGood);
    }

    [Fact]
    public void The_number_of_parts_is_bounded_too()
    {
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMaxParts = 10, SpoolMinimumFree = 0 });
        Guid[] ids = [.. Enumerable.Range(0, 15).Select(_ => _bench.Store(spool, bytes: 100))];
        Assert.Equal(ids[5..], _bench.Kept());
        Assert.Equal(ids[..5], _bench.ToldIds);
    }

    [Fact]
    public void Pictures_older_than_the_age_go_and_those_undelivered_are_told()
    {
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMaxAge = TimeSpan.FromDays(2), SpoolMinimumFree = 0 });
        _bench.Store(spool);
        Guid lost = _bench.Store(spool);
        SpoolBench.DeliverNext(spool);
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Guid kept = _bench.Store(spool);
        spool.KeepHouse();
        Assert.Equal(3, _bench.Kept().Count());
        _bench.Time.Advance(TimeSpan.FromDays(1.5));
        spool.KeepHouse();
        Assert.Equal([kept], _bench.Kept());
        Assert.Equal([lost], _bench.ToldIds);
        Assert.False(Directory.Exists(Path.Combine(_bench.Folder, "2026-11-23")));
    }

    [Fact]
    public void A_wall_clock_that_jumps_ahead_costs_no_picture_until_somebody_could_see_it()
    {
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMaxAge = TimeSpan.FromDays(2), SpoolMinimumFree = 0 });
        Guid[] ids = [_bench.Store(spool), _bench.Store(spool)];
        SpoolBench.DeliverNext(spool);
        _bench.Time.Advance(TimeSpan.FromHours(5));
        spool.KeepHouse();
        _bench.Clock.WallIsOff = TimeSpan.FromDays(400);
        spool.KeepHouse();
        _bench.Time.Advance(TimeSpan.FromHours(23));
        spool.KeepHouse();
        Assert.Equal(ids, _bench.Kept());
        Assert.Contains(_bench.Log.Lines, line => line.Contains("The wall clock jumped by 400.00:00:00", StringComparison.Ordinal));

        _bench.Clock.WallIsOff = TimeSpan.Zero;
        spool.KeepHouse();
        _bench.Time.Advance(TimeSpan.FromHours(23));
        spool.KeepHouse();
        Assert.Equal(ids, _bench.Kept());
        _bench.Time.Advance(TimeSpan.FromHours(2));
        spool.KeepHouse();
        Assert.Empty(_bench.Kept());
        Assert.Equal([ids[1]], _bench.ToldIds);
    }

    [Fact]
    public void After_a_long_standstill_the_broker_gets_its_chance_before_age_takes_a_picture()
    {
        var options = new ImageOptions { SpoolMaxAge = TimeSpan.FromDays(2), SpoolMinimumFree = 0 };
        ImageSpool before = _bench.Open(options);
        Guid[] ids = [_bench.Store(before), _bench.Store(before), _bench.Store(before)];
        SpoolBench.DeliverNext(before);
        _bench.Time.Advance(TimeSpan.FromDays(30));

        ImageSpool spool = _bench.Open(options);
        Assert.Equal(ids[1..], _bench.Kept());
        SpoolBench.DeliverNext(spool);
        spool.KeepHouse();
        Assert.Equal([ids[2]], _bench.Kept());
        Assert.Empty(_bench.ToldIds);
        _bench.Time.Advance(TimeSpan.FromMinutes(61));
        spool.KeepHouse();
        Assert.Empty(_bench.Kept());
        Assert.Equal([ids[2]], _bench.ToldIds);
    }

    [Fact]
    public void Pictures_leave_the_minimum_free_to_others()
    {
        ImageSpool? spool = null;
        _bench.Free = () => 1_500_000 - (spool?.Content.Bytes ?? 0);
        spool = _bench.Open(new ImageOptions { SpoolMinimumFree = 1_000_000 });
        Guid[] ids = [.. Enumerable.Range(0, 4).Select(_ => _bench.Store(spool))];
        SpoolBench.DeliverNext(spool);
        Guid fifth = _bench.Store(spool);
        Assert.Equal([.. ids[1..], fifth], _bench.Kept());
        Assert.Null(_bench.Complaint);
        Guid sixth = _bench.Store(spool);
        Assert.Equal([.. ids[2..], fifth, sixth], _bench.Kept());
        Assert.Equal([ids[1]], _bench.ToldIds);
        Assert.Contains("Images:SpoolMinimumFree", _bench.Complaint, StringComparison.Ordinal);

        // Another program took half of it: house-keeping makes room without a picture coming in.
        _bench.Free = () => 1_250_000 - spool.Content.Bytes;
        spool.KeepHouse();
        Assert.Equal(2, _bench.Kept().Count());
        _bench.Free = () => 9_000_000;
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        spool.KeepHouse();
        Assert.True(_bench.Health.IsGood);
    }

    [Fact]
    public void A_disk_that_stays_full_whatever_is_deleted_costs_no_more_than_was_needed_each_time()
    {
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMinimumFree = 1_000_000 });
        _bench.Free = () => 2_000_000;
        for (int i = 0; i < 9; i++)
            _bench.Store(spool);
        _bench.Free = () => 1_000_000;
        Guid refused = _bench.Store(spool);
        // What it needed (104,096 bytes) is two parts.
        Assert.Equal(7, _bench.Kept().Count());
        Assert.DoesNotContain(refused, _bench.Kept());
        Assert.Contains(refused, _bench.ToldIds);
        Assert.Equal(3, _bench.Counters.ImagesDropped);
        _bench.Free = () => 9_000_000;
        Guid stored = _bench.Store(spool);
        Assert.Contains(stored, _bench.Kept());
    }

    [Fact]
    public void The_journal_gets_space_in_the_same_order_and_the_loss_is_told_by_the_next_house_keeping()
    {
        ImageSpool spool = _bench.Open();
        Guid[] rejects = [_bench.Store(spool), _bench.Store(spool), _bench.Store(spool)];
        Guid pass = _bench.Store(spool, VerdictKind.Pass);
        SpoolBench.DeliverNext(spool);
        Assert.InRange(spool.FreeSpace(1), 100_000, 101_000);
        Assert.Empty(_bench.Told);
        Assert.InRange(spool.FreeSpace(150_000), 200_000, 202_000);
        Assert.Empty(_bench.Told);
        Assert.Equal([rejects[2]], _bench.Kept());
        Assert.Contains("events need the space", _bench.Complaint, StringComparison.Ordinal);
        spool.KeepHouse();
        Assert.Equal([pass, rejects[1]], _bench.ToldIds);
        Assert.InRange(spool.FreeSpace(long.MaxValue), 100_000, 101_000);
        Assert.Equal(0, spool.FreeSpace(1));
    }

    [Fact]
    public void A_picture_larger_than_the_whole_spool_costs_no_other()
    {
        ImageSpool spool = _bench.Open(OneMegabyte);
        Guid kept = _bench.Store(spool);
        Guid refused = _bench.Store(spool, bytes: 2_000_000);
        Assert.Equal([kept], _bench.Kept());
        spool.KeepHouse();
        Assert.Equal([refused], _bench.ToldIds);
    }

    public void Dispose() => _bench.Dispose();
}
