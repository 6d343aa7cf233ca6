using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Delivery.Tests.Images.Spool;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Images.Looking;

/// <summary>Whoever looks finds the kept parts by what is known of them, page by page.</summary>
public sealed class KeptPicturesTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Pages_follow_each_other_without_gap_and_double_also_while_pictures_are_delivered()
    {
        ImageSpool spool = _bench.Open();
        Guid[] stored = [.. Enumerable.Range(0, 30)
            .Select(i => _bench.Store(spool, i % 3 == 0 ? VerdictKind.Pass : VerdictKind.Reject, 200))];
        for (int i = 0; i < 7; i++)
            SpoolBench.DeliverNext(spool);
        KeptPictures kept = spool.Kept;
        var found = new List<Guid>();
        KeptPlace? next = null;
        do
        {
            KeptPage page = kept.Find(new KeptQuery(), next, 4);
            found.AddRange(page.Parts.Select(part => part.Id));
            next = page.Next;
            if (spool.NextToPublish(1, _ => true).Count > 0)
                SpoolBench.DeliverNext(spool);
        }
        while (next is not null);
        Assert.Equal(stored.Reverse(), found);
    }

    [Fact]
    public void A_question_finds_the_parts_of_which_it_holds()
    {
        ImageSpool spool = _bench.Open();
        DateTimeOffset begin = _bench.Time.GetUtcNow();
        for (int i = 0; i < 10; i++)
            spool.Store(_bench.Part(i % 2 == 0 ? VerdictKind.Reject : VerdictKind.Review, $"A-{i}"), "a/image", null, new byte[10]);
        KeptPictures kept = spool.Kept;
        string[] Parts(KeptQuery query) => [.. kept.Find(query, null, 100).Parts.Select(part => part.Part)];
        Assert.Equal(["A-8", "A-6", "A-4", "A-2", "A-0"], Parts(new KeptQuery(Verdict: VerdictKind.Reject)));
        Assert.Equal(["A-7"], Parts(new KeptQuery(Part: "a-7")));
        Assert.Equal(["A-4", "A-3"], Parts(new KeptQuery(Since: begin.AddSeconds(3), Until: begin.AddSeconds(5))));
        Assert.Equal(10, Parts(new KeptQuery(Tag: "SCRATCH", LeastProbability: 0.9)).Length);
        Assert.Empty(Parts(new KeptQuery(Tag: "dent")));
        Assert.Empty(Parts(new KeptQuery(MostProbability: 0.5)));
        Assert.Empty(Parts(new KeptQuery(Station: "other")));
    }

    [Fact]
    public void A_part_has_its_pictures_its_event_and_its_neighbours()
    {
        ImageSpool spool = _bench.Open();
        InspectedPart[] parts = [.. Enumerable.Range(0, 3).Select(i => _bench.Part(part: $"A-{i}"))];
        using var told = System.Text.Json.JsonDocument.Parse("""{"id":"x","predictions":[{"boundingBox":{"left":0.1}}]}""");
        foreach (InspectedPart part in parts)
            spool.Store(part, "a/image", [1, 2], [3], told.RootElement);
        // As a restart finds them.
        KeptPictures kept = _bench.Open().Kept;
        KeptPart middle = kept.Part(parts[1].Id)!;
        Assert.Equal([KeptPicture.Marked, KeptPicture.Original], middle.Pictures);
        Assert.Equal(0.1, System.Text.Json.JsonDocument.Parse(middle.Event!).RootElement
            .GetProperty("predictions")[0].GetProperty("boundingBox").GetProperty("left").GetDouble());
        Assert.Equal((parts[0].Id, parts[2].Id), (kept.Next(middle, older: true)!.Value, kept.Next(middle, older: false)!.Value));
        Assert.Null(kept.Next(kept.Part(parts[0].Id)!, older: true));
        Assert.Null(kept.Next(kept.Part(parts[2].Id)!, older: false));
        Assert.Equal([1, 2], kept.Open(parts[1].Id, KeptPicture.Original));
        Assert.Equal([3], kept.Open(parts[1].Id, KeptPicture.Marked));
        Assert.Null(kept.Open(parts[1].Id, KeptPicture.Around));
        Assert.Null(kept.Part(Guid.NewGuid()));
        Assert.Null(kept.Open(Guid.NewGuid(), KeptPicture.Marked));
    }
}
