using EdgeInspector.Delivery.Journal;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Journal;

public sealed class OpenPartsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_parts_survive_and_torn_or_foreign_ones_are_not_obeyed()
    {
        var random = new Random(3);
        Guid[] ids = [.. Enumerable.Range(0, 50).Select(_ => Guid.CreateVersion7())];
        using (OpenPartsFile file = OpenPartsFile.Open(_folder.Path, DateTimeOffset.UtcNow, out _, out _))
        {
            for (int i = 0; i < 50; i++)
                Assert.True(file.Note(ids[i], i, "weld-3", $"Teil {i} ü", DateTimeOffset.UtcNow));
            file.NoteOutcome(
                ids[4],
                new OpenPartOutcome(DateTimeOffset.UtcNow, VerdictKind.Pass, NoneReason.NotNone, GateAction.Pass, SignalOutcome.Sent));
            file.Forget(ids[9]);
        }
        string path = _folder[OpenPartsFile.FileName];
        byte[] whole = File.ReadAllBytes(path);
        using (OpenPartsFile file = OpenPartsFile.Open(_folder.Path, DateTimeOffset.UtcNow, out IReadOnlyList<OpenPart> left, out int torn))
        {
            Assert.Equal(0, torn);
            Assert.Equal(ids.Where((_, i) => i != 9), left.Select(part => part.Id));
            Assert.Equal(VerdictKind.Pass, left[4].Outcome!.Value.Kind);
            Assert.All(left.Where(part => part.Id != ids[4]), part => Assert.Null(part.Outcome));
        }
        for (int i = 0; i < 300; i++)
        {
            byte[] spoiled = [.. whole];
            for (int k = 0; k < 20; k++)
                spoiled[random.Next(4096, 4096 + 60 * 1024)] = (byte)random.Next(256);
            File.WriteAllBytes(path, spoiled);
            using OpenPartsFile file = OpenPartsFile.Open(
                _folder.Path, DateTimeOffset.UtcNow, out IReadOnlyList<OpenPart> left, out int torn);
            Assert.All(left, part => Assert.Contains(part.Id, ids));
            Assert.True(left.Count + torn >= 49 - 20);
        }
        File.WriteAllText(path, "not ours");
        using (OpenPartsFile.Open(_folder.Path, DateTimeOffset.UtcNow, out IReadOnlyList<OpenPart> none, out _))
            Assert.Empty(none);
        Assert.Equal("not ours", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path, "open-parts-*.dat"))));
    }

    [Fact]
    public void What_the_gate_was_about_to_be_told_counts_until_it_is_noted_what_became_of_it_and_also_when_that_note_is_torn()
    {
        const int OutcomeByte = 4096 + 960 + 8;
        Guid id = Guid.CreateVersion7();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var answer = new OpenPartOutcome(now, VerdictKind.Reject, NoneReason.NotNone, GateAction.Reject, SignalOutcome.Unknown);
        OpenPartOutcome outcome = answer with { Signal = SignalOutcome.Sent };
        using (OpenPartsFile file = OpenPartsFile.Open(_folder.Path, now, out _, out _))
        {
            file.Note(id, 1, "weld-3", "A-1", now);
            file.NoteAnswer(id, answer);
        }
        Assert.Equal(answer, Left());
        using (OpenPartsFile file = OpenPartsFile.Open(_folder.Path, now, out _, out _))
            file.NoteOutcome(id, outcome);
        Assert.Equal(outcome, Left());
        string path = _folder[OpenPartsFile.FileName];
        byte[] torn = File.ReadAllBytes(path);
        torn[OutcomeByte] ^= 1;
        File.WriteAllBytes(path, torn);
        Assert.Equal(answer, Left());
    }

    private OpenPartOutcome? Left()
    {
        using OpenPartsFile file = OpenPartsFile.Open(_folder.Path, DateTimeOffset.UtcNow, out IReadOnlyList<OpenPart> left, out _);
        return Assert.Single(left).Outcome;
    }
}
