using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

/// <summary>The sheets with the frames around a part lie beside its pictures, and give way before any of them.</summary>
public sealed class SpoolAroundTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_sheet_lies_beside_the_pictures_of_its_part_and_goes_with_them()
    {
        ImageSpool spool = _bench.Open();
        InspectedPart part = _bench.Part();
        spool.Store(part, "a/image", [1, 2, 3], [4, 5]);
        Assert.Null(spool.StoreAround(part, [6, 7, 8]));
        string name = Path.Combine("2026-11-23", $"12-00-00.000_weld-3_reject_part-7_{part.Id}");
        Assert.Equal([name + ".json", name + "_annotated.jpg", name + "_around.jpg", name + "_original.jpg"], _bench.Files);
        spool.FreeSpace(1_000);
        Assert.Empty(_bench.Files);
    }

    [Fact]
    public void A_part_whose_picture_is_not_kept_gets_no_sheet()
    {
        Assert.Contains("part-7", _bench.Open().StoreAround(_bench.Part(), [1]), StringComparison.Ordinal);
        Assert.Empty(_bench.Files);
    }

    [Fact]
    public void Beyond_their_own_quota_the_oldest_sheet_goes_and_no_picture()
    {
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMinimumFree = 0, AroundMaxBytes = 2_500 });
        Guid[] parts = [.. Enumerable.Range(0, 5).Select(_ => Store(spool, 1_000))];
        Assert.Equal(parts[3..], Sheets);
        Assert.Equal(5, _bench.Kept().Count());
        Assert.Contains("Images:AroundMaxBytes", spool.StoreAround(Stored(spool), new byte[2_501]), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_disk_is_short_sheets_go_before_any_picture()
    {
        long room = 11_000_000;
        _bench.Free = () => room;
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMinimumFree = 10_000_000 });
        InspectedPart[] parts = [.. Enumerable.Range(0, 4).Select(_ => Stored(spool))];
        Assert.All(parts, part => Assert.Null(spool.StoreAround(part, new byte[10_000])));

        room = 10_000_000 - 15_000;
        spool.KeepHouse();
        Assert.Equal(parts[2..].Select(part => part.Id), Sheets);
        Assert.Equal(4, _bench.Kept().Count());
        Assert.Empty(_bench.ToldIds);
        Assert.Contains("Images:SpoolMinimumFree", spool.StoreAround(parts[3], [1]), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_restart_sheets_are_known_and_one_without_its_part_is_removed_and_nobody_told()
    {
        ImageOptions options = new() { SpoolMinimumFree = 0, AroundMaxBytes = 2_500 };
        ImageSpool before = _bench.Open(options);
        Store(before, 1_000);
        Guid second = Store(before, 1_000);
        string first = _bench.Files.First(file => file.EndsWith("_around.jpg", StringComparison.Ordinal));
        string orphan = Path.Combine(_bench.Folder, "2026-11-23", $"12-30-00.000_weld-3_reject_part-7_{Guid.CreateVersion7()}_around.jpg");
        File.Copy(Path.Combine(_bench.Folder, first), orphan);

        ImageSpool after = _bench.Open(options);
        Assert.False(File.Exists(orphan));
        Assert.Empty(_bench.Told);
        Guid third = Store(after, 1_000);
        Assert.Equal([second, third], Sheets);
    }

    private IEnumerable<Guid> Sheets => _bench.Files
        .Where(file => file.EndsWith("_around.jpg", StringComparison.Ordinal)).Select(file => SpoolNames.OfPicture(file)!.Value.Id).Order();

    private Guid Store(ImageSpool spool, int bytes)
    {
        InspectedPart part = Stored(spool);
        Assert.Null(spool.StoreAround(part, new byte[bytes]));
        return part.Id;
    }

    private InspectedPart Stored(ImageSpool spool)
    {
        InspectedPart part = _bench.Part();
        spool.Store(part, "a/image", [1], [2]);
        return part;
    }
}
