using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

public sealed class SpoolDiskFaultTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    [Fact]
    public void On_a_full_disk_older_pictures_give_way_state_says_so_and_space_mends_it_without_a_restart()
    {
        _bench.OnSmallDisk(20);
        ImageSpool spool = _bench.Open();
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => _bench.Store(spool, bytes: 1_000_000))];
        SpoolBench.DeliverNext(spool);
        _bench.Disk.Fill();

        Guid first = _bench.Store(spool, bytes: 900_000);
        Assert.Equal([.. ids[1..], first], _bench.Kept());
        Assert.Contains("is full", _bench.Complaint, StringComparison.Ordinal);
        Assert.Equal(0, _bench.Counters.ImagesDropped);
        Guid second = _bench.Store(spool, bytes: 900_000);
        Assert.Contains(second, _bench.Kept());
        Assert.Equal([ids[1]], _bench.ToldIds);
        spool.KeepHouse();
        Assert.NotNull(_bench.Complaint);
        Assert.DoesNotContain(_bench.Files, file => file.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Equal((int)spool.Content.Parts * 3, _bench.Files.Count);

        _bench.Disk.Empty();
        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        spool.KeepHouse();
        Assert.True(_bench.Health.IsGood, _bench.Complaint);
        Assert.Contains(_bench.Store(spool), _bench.Kept());
        Assert.Equal(spool.Content.Parts, _bench.Open().Content.Parts);
    }

    [Fact]
    public void On_a_disk_that_others_fill_a_picture_is_given_up_counted_and_told_and_a_delivered_mark_that_fails_loses_nothing()
    {
        _bench.OnSmallDisk(5);
        ImageSpool spool = _bench.Open();
        _bench.Disk.Fill();
        Guid[] lost = [.. Enumerable.Range(0, 30).Select(_ => _bench.Store(spool))];
        Assert.Empty(_bench.Files);
        Assert.Equal(30, _bench.Counters.ImagesDropped);
        Assert.Contains("is full. Free some space", _bench.Complaint, StringComparison.Ordinal);
        Assert.Empty(_bench.Told);
        spool.KeepHouse();
        // One event, not thirty.
        Assert.Equal(lost, Assert.Single(_bench.Told).Ids);
        Assert.InRange(_bench.Log.Lines.Count(line => line.Contains("Keeping the picture", StringComparison.Ordinal)), 1, 31);

        _bench.Disk.Empty();
        Guid kept = _bench.Store(spool);
        Assert.True(_bench.Health.IsGood);
        _bench.Disk.Fill();
        Assert.Equal(kept, SpoolBench.DeliverNext(spool));
        Assert.Equal(0, spool.Content.Waiting);
        Assert.Equal([kept], _bench.Kept());
        Assert.Equal(1, _bench.Open().Content.Parts);
    }

    [Fact]
    public void On_a_read_only_disk_nothing_that_lies_there_is_given_up()
    {
        _bench.OnSmallDisk(5);
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMaxParts = 10, SpoolMinimumFree = 0 });
        Guid[] ids = [.. Enumerable.Range(0, 10).Select(_ => _bench.Store(spool))];
        _bench.Disk.MakeReadOnly();
        Guid lost = _bench.Store(spool);
        Assert.NotNull(_bench.Complaint);
        spool.KeepHouse();
        Assert.Contains("read-only", _bench.Complaint, StringComparison.Ordinal);
        Assert.Equal([lost], _bench.ToldIds);
        Assert.Equal(ids, _bench.Kept());
        Assert.Equal(0, spool.FreeSpace(1));

        _bench.Disk.MakeWritable();
        spool.KeepHouse();
        Assert.True(_bench.Health.IsGood, _bench.Complaint);
        Assert.Contains(_bench.Store(spool), _bench.Kept());
    }

    [Fact]
    public void A_folder_that_is_deleted_while_running_is_made_again()
    {
        ImageSpool spool = _bench.Open();
        Guid lost = _bench.Store(spool);
        Directory.Delete(_bench.Folder, recursive: true);
        Guid next = _bench.Store(spool);
        Assert.Equal([next], _bench.Kept());
        Assert.True(_bench.Health.IsGood);
        Assert.Null(spool.Read(SpoolBench.Next(spool)));
        Assert.Equal(next, SpoolBench.DeliverNext(spool));
        spool.KeepHouse();
        Assert.Equal([lost], _bench.ToldIds);
    }

    [Fact]
    public void A_folder_that_can_not_be_made_costs_pictures_until_it_can()
    {
        File.WriteAllText(_bench.Folder, "in the way");
        ImageSpool spool = _bench.Open();
        Guid lost = _bench.Store(spool);
        Assert.Contains($"'{_bench.Folder}': the folder can't be made", _bench.Complaint, StringComparison.Ordinal);
        string? complaint = _bench.Complaint;
        spool.KeepHouse();
        Assert.Equal(complaint, _bench.Complaint);
        Assert.Equal([lost], _bench.ToldIds);
        File.Delete(_bench.Folder);
        spool.KeepHouse();
        Assert.True(_bench.Health.IsGood);
        Guid kept = _bench.Store(spool);
        Assert.Equal([kept], _bench.Kept());
    }

    public void Dispose() => _bench.Dispose();
}
