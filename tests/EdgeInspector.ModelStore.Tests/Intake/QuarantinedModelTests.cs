using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.ModelStore.Tests.Intake;

/// <summary>What lies in quarantine is told again as it was written there.</summary>
public sealed class QuarantinedModelTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly DateTime _began = new(2026, 11, 28, 12, 0, 0);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _root.Dispose();

    private StoreFolders Folders => new(_root["models"]);

    private void Put(string name, string? station, params string[] problems)
    {
        string file = _root[name];
        File.WriteAllText(file, "model");
        var report = new TrialReport { Hash = new string('a', 64), Notes = ["- no reason"] };
        new Quarantine(Folders, _time).Put(file, station, problems, report, leave: false);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Each_is_told_with_time_station_and_reasons_newest_first()
    {
        Assert.Empty(QuarantinedPackage.Newest(Folders, 10));
        Put("first.zip", null, "It is damaged. Copy it again.");
        Put("second.zip", "weld.3 of line 1", "It has no labels.", "Its input is no picture.");
        IReadOnlyList<QuarantinedPackage> found = QuarantinedPackage.Newest(Folders, 10);
        Assert.Equal(
            [
                new QuarantinedPackage(
                    "second.zip", _began.AddSeconds(1), "weld.3 of line 1", "It has no labels. Its input is no picture."),
                new QuarantinedPackage("first.zip", _began, null, "It is damaged. Copy it again."),
            ],
            found);
        Assert.Equal("second.zip", Assert.Single(QuarantinedPackage.Newest(Folders, 1)).Name);
    }

    [Fact]
    public void What_somebody_else_put_there_is_left_out_and_long_texts_are_cut()
    {
        Directory.CreateDirectory(Folders.Quarantine);
        File.WriteAllText(Path.Combine(Folders.Quarantine, "notes.txt"), "- mine");
        File.WriteAllText(Path.Combine(Folders.Quarantine, "2026-11-28_12-00-00_empty.txt"), "");
        Put("long.zip", "s1", new string('x', 100_000));
        IReadOnlyList<QuarantinedPackage> found = QuarantinedPackage.Newest(Folders, 10);
        Assert.Equal(["long.zip", "empty"], found.Select(model => model.Name).Order(StringComparer.Ordinal).Reverse());
        Assert.All(found, model => Assert.InRange(model.Why.Length, 0, 1100));
    }
}
