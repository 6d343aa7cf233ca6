using System.Text.Json;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

public sealed class SpoolTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    [Fact]
    public void A_part_gets_its_pictures_and_a_sidecar_in_the_folder_of_the_day()
    {
        ImageSpool spool = _bench.Open();
        InspectedPart part = _bench.Part();
        spool.Store(part, "edgeinspector/line-1/weld-3/image", [1, 2, 3], [4, 5]);

        string name = Path.Combine("2026-11-23", $"12-00-00.000_weld-3_reject_part-7_{part.Id}");
        Assert.Equal([name + ".json", name + "_annotated.jpg", name + "_original.jpg"], _bench.Files);
        Assert.Equal([4, 5], File.ReadAllBytes(Path.Combine(_bench.Folder, name + "_annotated.jpg")));
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_bench.Folder, name + ".json"))).RootElement;
        Assert.Equal(part.Id, json.GetProperty("id").GetGuid());
        Assert.Equal("part-7", json.GetProperty("part").GetString());
        Assert.Equal("scratch 0.93 ≥ 0.50", json.GetProperty("rule").GetString());
        Assert.Equal("edgeinspector/line-1/weld-3/image", json.GetProperty("topic").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("delivered").ValueKind);

        Assert.Equal(1, _bench.Waiting.Images);
        Assert.Equal(_bench.Files.Sum(file => new FileInfo(Path.Combine(_bench.Folder, file)).Length), _bench.Waiting.SpoolBytes);
        SpoolBench.DeliverNext(spool);
        Assert.Equal(0, _bench.Waiting.Images);
        json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_bench.Folder, name + ".json"))).RootElement;
        Assert.Equal(_bench.Time.GetUtcNow(), json.GetProperty("delivered").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("/etc/x")]
    [InlineData("CON")]
    [InlineData("🙂")]
    [InlineData("\ud800\0")]
    public void A_hostile_part_id_stays_in_the_folder_and_survives_a_restart(string id)
    {
        InspectedPart part = _bench.Part(part: id), longest = _bench.Part(part: new string('x', 300), station: new string('傷', 64));
        ImageSpool spool = _bench.Open(new ImageOptions { Format = ImageFormat.Png, SpoolMinimumFree = 0 });
        spool.Store(part, "a/image", null, [1]);
        spool.Store(longest, "a/image", null, [1]);
        Assert.Equal(4, _bench.Files.Count);
        Assert.All(_bench.Files, file => Assert.StartsWith("2026-11-23", Path.GetDirectoryName(file), StringComparison.Ordinal));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(_bench.Folder)!));
        Assert.Equal([part.Id, longest.Id], _bench.Open().NextToPublish(9, _ => true).Select(entry => entry.Id));
    }

    [Fact]
    public void After_a_restart_the_spool_knows_what_is_delivered_and_what_waits_in_its_order()
    {
        ImageSpool before = _bench.Open();
        Guid[] ids = [.. Enumerable.Range(0, 6).Select(i => _bench.Store(before, i % 2 == 0 ? VerdictKind.Pass : VerdictKind.Reject))];
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Guid tomorrow = _bench.Store(before);
        Assert.Equal(ids[0], SpoolBench.DeliverNext(before));
        Assert.Equal(ids[1], SpoolBench.DeliverNext(before));

        ImageSpool after = _bench.Open();
        Assert.Equal(before.Content, after.Content with { Bytes = before.Content.Bytes });
        Assert.Equal((7, 5), (after.Content.Parts, after.Content.Waiting));
        Assert.Equal([.. ids[2..], tomorrow], after.NextToPublish(99, _ => true).Select(entry => entry.Id));
        Assert.Equal(_bench.Files.Sum(file => new FileInfo(Path.Combine(_bench.Folder, file)).Length), after.Content.Bytes);
        Assert.Empty(_bench.Told);
        Assert.True(_bench.Health.IsGood);
    }

    [Fact]
    public void Leftovers_of_an_interrupted_agent_are_removed_told_and_nothing_else_is_touched()
    {
        Guid whole = _bench.Store(_bench.Open());
        string day = Path.Combine(_bench.Folder, "2026-11-23");
        InspectedPart torn = _bench.Part();
        string unfinished = Path.Combine(day, SpoolNames.Of(torn.TriggeredAt, torn.Station, VerdictKind.Reject, torn.Part, torn.Id));
        File.WriteAllText(unfinished + "_original.jpg", "half");
        File.WriteAllText(unfinished + "_annotated.jpg", "half");
        File.WriteAllText(unfinished + ".json.12345678.tmp", "half");
        File.WriteAllText(Path.Combine(_bench.Folder, "probe.12345678.tmp"), "half");
        string broken = $"12-00-09.000_weld-3_reject_part-9_{Guid.CreateVersion7()}";
        File.WriteAllText(Path.Combine(day, broken + ".json"), "{ \"id\":");
        File.WriteAllText(Path.Combine(day, broken + "_annotated.jpg"), "picture of a broken sidecar");
        File.WriteAllText(Path.Combine(day, "notes of the shift.txt"), "mine");
        File.WriteAllText(Path.Combine(day, "holiday.jpg"), "mine");
        Directory.CreateDirectory(Path.Combine(_bench.Folder, "best of"));
        File.WriteAllText(Path.Combine(_bench.Folder, "best of", "x.json"), "mine");

        ImageSpool spool = _bench.Open();
        Assert.Equal((2, 1), (spool.Content.Parts, spool.Content.Waiting));
        Assert.Equal(whole, SpoolBench.Next(spool).Id);
        (IReadOnlyList<Guid> ids, string reason) = Assert.Single(_bench.Told);
        Assert.Equal([torn.Id], ids);
        Assert.Contains("while it wrote", reason, StringComparison.Ordinal);
        Assert.Equal(1, _bench.Counters.ImagesDropped);
        Assert.Equal(3 + 2 + 2 + 1, _bench.Files.Count);
        Assert.DoesNotContain(
            _bench.Files,
            file => file.EndsWith(".tmp", StringComparison.Ordinal) || file.Contains(torn.Id.ToString(), StringComparison.Ordinal));
        Assert.Single(_bench.Log.Lines, line => line.Contains("3 files in the image spool", StringComparison.Ordinal));
        Assert.Single(_bench.Log.Lines, line => line.Contains("The notes beside 1 parts' pictures", StringComparison.Ordinal)
            && line.Contains(broken, StringComparison.Ordinal));
    }

    [Fact]
    public void Pictures_whose_sidecar_is_broken_take_room_in_the_quota_and_give_way_when_it_is_needed()
    {
        Guid[] ids = [_bench.Store(_bench.Open()), _bench.Store(_bench.Open())];
        foreach (string file in _bench.Files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
            File.WriteAllText(Path.Combine(_bench.Folder, file), "{");
        ImageSpool spool = _bench.Open(new ImageOptions { SpoolMaxBytes = 250_000, SpoolMinimumFree = 0 });
        Assert.Equal((2, 0), (spool.Content.Parts, spool.Content.Waiting));
        Assert.Equal(_bench.Files.Sum(file => new FileInfo(Path.Combine(_bench.Folder, file)).Length), spool.Content.Bytes);
        Guid newest = _bench.Store(spool);
        Assert.Equal([ids[1], newest], _bench.Kept());
        Assert.Equal(2 * 3, _bench.Files.Count);
    }

    [Fact]
    public void A_picture_that_somebody_took_away_is_told_once_and_the_next_is_published()
    {
        ImageSpool spool = _bench.Open();
        Guid gone = _bench.Store(spool), there = _bench.Store(spool);
        File.Delete(Path.Combine(_bench.Folder, _bench.Files.First(
            file => file.Contains(gone.ToString(), StringComparison.Ordinal) && file.Contains("annotated", StringComparison.Ordinal))));
        Assert.Null(spool.Read(SpoolBench.Next(spool)));
        Assert.Equal(there, SpoolBench.DeliverNext(spool));
        spool.KeepHouse();
        Assert.Equal([gone], _bench.ToldIds);
        Assert.Equal(1, _bench.Counters.ImagesDropped);
    }

    public void Dispose() => _bench.Dispose();
}
