using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Storage;

public sealed class PackageStoreTests : IDisposable
{
    private readonly StoreBench _bench = new();
    private readonly PackageStore _store;

    public PackageStoreTests() => _store = new PackageStore(_bench.Folders);

    public void Dispose() => _bench.Dispose();

    private ActiveFile Active() => new(_bench.Folders, TimeProvider.System, NullLogger.Instance);

    [Fact]
    public void A_package_that_was_stored_is_the_same_package()
    {
        string folder = _bench.Package("a");
        StoredPackage stored = StoreBench.Add(_store, folder);
        ModelPackage opened = _store.Open(stored.Hash, out IReadOnlyList<string> problems)!;
        Assert.Empty(problems);
        Assert.Equal((stored.Hash, "a"), (opened.Hash, opened.Name));
        Assert.Equal([stored.Hash], _store.List().Select(package => package.Hash));
    }

    [Fact]
    public void A_stored_package_whose_files_changed_is_not_opened()
    {
        StoredPackage stored = StoreBench.Add(_store, _bench.Package("a"));
        string labels = Path.Combine(_store.FolderOf(stored.Hash), "labels.txt");
        File.WriteAllText(labels, File.ReadAllText(labels).Replace("dent", "dint", StringComparison.Ordinal));
        Assert.Null(_store.Open(stored.Hash, out IReadOnlyList<string> problems));
        Assert.Contains("damaged", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_is_found_by_the_beginning_of_its_hash_its_name_and_its_iteration()
    {
        StoredPackage a = StoreBench.Add(_store, _bench.Package("a")), b = StoreBench.Add(_store, _bench.Package("b"));
        Assert.Equal(a.Hash, _store.Resolve(a.Hash[..8], out _)!.Hash);
        Assert.Equal(b.Hash, _store.Resolve("b", out _)!.Hash);
        Assert.Equal(b.Hash, _store.Resolve(b.Iteration!.ToUpperInvariant(), out _)!.Hash);
        Assert.Null(_store.Resolve("c", out string problem));
        Assert.Contains("models list", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_use_and_the_newest_stay_when_the_store_is_cleaned()
    {
        var now = DateTimeOffset.UtcNow;
        List<StoredPackage> packages = [.. Enumerable.Range(0, 6).Select(i => StoreBench.Add(_store, _bench.Package($"p{i}"), now.AddMinutes(i)))];
        IReadOnlyList<StoredPackage> removed = _store.Clean(new HashSet<string> { packages[0].Hash, packages[2].Hash }, keep: 2, now);
        Assert.Equal(["p3", "p1"], removed.Select(package => package.Name));
        Assert.Equal(["p5", "p4", "p2", "p0"], _store.List().Select(package => package.Name));
        Assert.False(Directory.Exists(_store.FolderOf(packages[1].Hash)));
    }

    [Fact]
    public void An_optimised_network_goes_with_its_package_and_an_unfinished_one_after_a_while()
    {
        var now = DateTimeOffset.UtcNow;
        StoredPackage old = StoreBench.Add(_store, _bench.Package("old"), now), stays = StoreBench.Add(_store, _bench.Package("stays"), now.AddMinutes(1));
        string folder = Directory.CreateDirectory(_bench.Folders.Optimised).FullName, ofSettings = new('a', 64);
        foreach (string name in (string[])[$"{old.Hash}.optimised", $"{stays.Hash}.optimised", $"{ofSettings}.optimised", ".new-fresh", ".new-left"])
            File.WriteAllText(Path.Combine(folder, name), "");
        File.SetLastWriteTimeUtc(Path.Combine(folder, ".new-left"), now.UtcDateTime.AddHours(-2));
        _store.Clean(new HashSet<string> { ofSettings }, keep: 1, now);
        Assert.Equal(
            [".new-fresh", $"{ofSettings}.optimised", $"{stays.Hash}.optimised"],
            Directory.GetFiles(folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal).OrderBy(name => name.Contains(stays.Hash, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_killed_import_left_is_removed_and_what_a_living_one_stages_stays()
    {
        string mine = _store.Stage(ModelPackageReader.Read(_bench.Package("a")).Files);
        string dead = Path.Combine(_bench.Folders.Packages, $".new-{int.MaxValue}-0123456789abcdef0123456789abcdef");
        Directory.CreateDirectory(dead);
        _store.Clean(new HashSet<string>(), 5, DateTimeOffset.UtcNow);
        Assert.True(Directory.Exists(mine));
        Assert.False(Directory.Exists(dead));
        Assert.Empty(_store.List());
    }

    [Fact]
    public void The_active_packages_survive_a_restart_with_their_history()
    {
        var change = new ModelChange(ModelChangeKind.Activated, DateTimeOffset.UtcNow, "aa", "a", null, null, "test", "somebody", "because");
        Active().Update("s1", state => (state with { Active = "aa", LastGood = "bb" }).With(change));
        StationModel read = Active()["s1"];
        Assert.Equal(("aa", "bb"), (read.Active, read.LastGood));
        Assert.Equal(change, Assert.Single(read.History));
        Assert.Null(Active()["s2"].Active);
    }

    [Theory]
    [InlineData("{\"version\":1,\"stations\":")]
    [InlineData("{\"version\":2,\"stations\":{}}")]
    [InlineData("")]
    public void A_damaged_or_newer_list_of_active_packages_is_set_aside_and_told(string content)
    {
        Directory.CreateDirectory(_bench.Folders.Root);
        File.WriteAllText(_bench.Folders.Active, content);
        ActiveFile active = Active();
        Assert.Contains("set aside", active.Problem, StringComparison.Ordinal);
        Assert.Null(active["s1"].Active);
        Assert.Equal(content, File.ReadAllText(Assert.Single(Directory.EnumerateFiles(_bench.Folders.Root, "active.json.set-aside-*"))));
        active.Update("s1", state => state with { Active = "aa" });
        Assert.Equal("aa", Active()["s1"].Active);
    }
}
