using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Inspection.Verdicts;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

public sealed class SpoolIndexTests
{
    private static readonly DateTime Start = new(2026, 11, 30, 12, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Who_looks_from_an_entry_on_sees_all_older_and_all_newer_ones_in_their_order() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(50),
        Prop.ForAll(Gen.Choose(0, 200).ArrayOf(300).ToArbitrary(), Gen.Choose(0, 299).ToArbitrary(), (seconds, from) =>
        {
            var index = new SpoolIndex();
            SpoolEntry[] entries = [.. seconds.Select((second, i) => Entry(second, (VerdictKind)(i % 3)))];
            for (int i = 0; i < entries.Length; i++)
                index.Add(entries[i], delivered: i % 4 == 0);
            SpoolEntry[] ordered = [.. entries.Order(SpoolEntry.OldestFirst)];
            return index.OlderThan(ordered[from]).SequenceEqual(ordered.Take(from).Reverse())
                && index.NewerThan(ordered[from]).SequenceEqual(ordered.Skip(from + 1));
        }));

    [Fact]
    public async Task Who_looks_and_thinks_about_an_entry_holds_up_nobody()
    {
        var index = new SpoolIndex();
        for (int i = 0; i < 200; i++)
            index.Add(Entry(i, VerdictKind.Reject), delivered: false);
        int seen = 0;
        foreach (SpoolEntry entry in index.OlderThan(SpoolEntry.Last))
        {
            // Another thread: a lock is open to whoever holds it.
            await Task.Run(() => Assert.True(index.Settle(entry)), Stop).WaitAsync(Eventually.Patience, Stop);
            seen++;
        }
        Assert.Equal((200, 0), (seen, index.Whole.Waiting));
    }

    private static SpoolEntry Entry(int second, VerdictKind verdict) =>
        new(Guid.NewGuid(), Start.AddSeconds(second), "weld-3", verdict, "2026-11-30", "name", 100);
}
