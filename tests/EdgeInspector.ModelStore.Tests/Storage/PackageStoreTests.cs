using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Storage;

public sealed class PackageStoreTests : IDisposable
{
    private static readonly string Aa = new('a', 64), Bb = new('b', 64);

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
        List<StoredPackage> packages =
        [
            .. Enumerable.Range(0, 6).Select(i => StoreBench.Add(_store, _bench.Package($"p{i}"), now.AddMinutes(i))),
        ];
        IReadOnlyList<StoredPackage> removed = _store.Clean(new HashSet<string> { packages[0].Hash, packages[2].Hash }, keep: 2, now);
        Assert.Equal(["p3", "p1"], removed.Select(package => package.Name));
        Assert.Equal(["p5", "p4", "p2", "p0"], _store.List().Select(package => package.Name));
        Assert.False(Directory.Exists(_store.FolderOf(packages[1].Hash)));
    }

    [Fact]
    public void An_optimised_network_goes_with_its_package_and_an_unfinished_one_after_a_while()
    {
        var now = DateTimeOffset.UtcNow;
        StoredPackage old = StoreBench.Add(_store, _bench.Package("old"), now),
            stays = StoreBench.Add(_store, _bench.Package("stays"), now.AddMinutes(1));
        string folder = Directory.CreateDirectory(_bench.Folders.Optimised).FullName, ofSettings = new('a', 64);
        foreach (string name in (string[])
        [
            $"{old.Hash}.optimised",
            $"{stays.Hash}.optimised",
            $"{ofSettings}.optimised",
            ".new-fresh",
            ".new-left",
        ])
            File.WriteAllText(Path.Combine(folder, name), "");
        File.SetLastWriteTimeUtc(Path.Combine(folder, ".new-left"), now.UtcDateTime.AddHours(-2));
        _store.Clean(new HashSet<string> { ofSettings }, keep: 1, now);
        Assert.Equal(
            [".new-fresh", $"{ofSettings}.optimised", $"{stays.Hash}.optimised"],
            Directory.GetFiles(folder)
                .Select(Path.GetFileName)
                .OfType<string>()
                .Order(StringComparer.Ordinal)
                .OrderBy(name => name.Contains(stays.Hash, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_killed_import_left_is_removed_and_what_a_living_one_stages_stays()
    {
        string mine = _store.Stage(ModelPackageReader.Read(_bench.Package("a")).Files);
        string dead = Path.Combine(_bench.Folders.Packages, $".new-{int.MaxValue}-0123456789abcdef0123456789abcdef");
        Directory.CreateDirectory(dead);
        // In a container the next process has the same number; and a clock may jump.
        string namesake = Path.Combine(_bench.Folders.Packages, $".new-{Environment.ProcessId}-0123456789abcdef0123456789abcdef");
        Directory.CreateDirectory(namesake);
        string half = Path.Combine(_bench.Folders.Root, ".new-0123456789abcdef0123456789abcdef");
        File.WriteAllText(half, "{");
        _store.Clean(new HashSet<string>(), 5, DateTimeOffset.UtcNow.AddDays(1));
        Assert.True(Directory.Exists(mine));
        Assert.False(Directory.Exists(dead) || Directory.Exists(namesake) || File.Exists(half));
        Assert.Empty(_store.List());
    }

    [Fact]
    public void The_active_packages_survive_a_restart_with_their_history()
    {
        var change = new ModelChange(ModelChangeKind.Activated, DateTimeOffset.UtcNow, Aa, "a", null, null, "test", "somebody", "because");
        Active().Update("s1", state => (state with { Active = Aa, LastGood = Bb }).With(change));
        ActivePackage read = Active()["s1"];
        Assert.Equal((Aa, Bb), (read.Active, read.LastGood));
        Assert.Equal(change, Assert.Single(read.History));
        Assert.Null(Active()["s2"].Active);
    }

    [Theory]
    [InlineData("{\"version\":1,\"stations\":")]
    [InlineData("{\"version\":2,\"stations\":{}}")]
    [InlineData("")]
    [InlineData("{\"version\":1,\"stations\":null}")]
    [InlineData("{\"version\":1,\"stations\":{\"s1\":null}}")]
    [InlineData("{\"version\":1,\"stations\":{\"s1\":{\"active\":\"abc\"}}}")]
    [InlineData(
        "{\"version\":1,\"stations\":{\"s1\":{\"lastGood\":\"../../../../../etc/../etc/../etc/../etc/../etc/../etc/../etc/../etc/..\"}}}")]
    [InlineData("{\"version\":1,\"stations\":{\"s1\":{\"history\":null}}}")]
    [InlineData("{\"version\":1,\"stations\":{\"s1\":{\"history\":[null]}}}")]
    public void A_damaged_or_newer_list_of_active_packages_is_set_aside_and_told(string content)
    {
        Directory.CreateDirectory(_bench.Folders.Root);
        File.WriteAllText(_bench.Folders.Active, content);
        ActiveFile active = Active();
        Assert.Contains("set aside", active.Problem, StringComparison.Ordinal);
        Assert.Null(active["s1"].Active);
        Assert.Equal(content, File.ReadAllText(Assert.Single(Directory.EnumerateFiles(_bench.Folders.Root, "active.json.set-aside-*"))));
        active.Update("s1", state => state with { Active = Aa });
        Assert.Equal(Aa, Active()["s1"].Active);
    }

    [Fact]
    public void Somebody_who_only_looks_leaves_a_damaged_file_to_the_agent_that_owns_it()
    {
        Directory.CreateDirectory(_bench.Folders.Root);
        File.WriteAllText(_bench.Folders.Active, "{");
        Assert.Contains("damaged", ActiveFile.Peek(_bench.Folders).Problem, StringComparison.Ordinal);
        Assert.Equal("{", File.ReadAllText(_bench.Folders.Active));
    }

    [Fact]
    public void A_package_that_comes_again_without_its_signature_keeps_the_one_it_had()
    {
        string folder = _bench.Package("a");
        StoredPackage stored = StoreBench.Add(_store, folder, signature: "of the quality department");
        StoreBench.Add(_store, folder);
        Assert.Equal("of the quality department", _store.Find(stored.Hash)!.Signature);
    }

    [Fact]
    public void Of_what_people_look_into_the_newest_stays_within_a_number_and_a_size()
    {
        string folder = Path.Combine(_bench.Root, "quarantine"), outside = Path.Combine(_bench.Root, "outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "kept"), "x");
        for (int i = 0; i < 5; i++)
        {
            string item = Path.Combine(folder, $"2026-11-25_10-00-0{i}_model");
            Directory.CreateDirectory(item);
            File.WriteAllBytes(Path.Combine(item, "model.onnx"), new byte[100]);
            Directory.CreateSymbolicLink(Path.Combine(item, "link"), outside);
            File.WriteAllText(item + ".txt", "why");
        }
        Directory.CreateSymbolicLink(Path.Combine(folder, "2026-11-25_09-00-00_link"), outside);
        File.WriteAllText(Path.Combine(folder, "notes of the operator.txt"), "x");

        DatedFolder.Trim(folder, most: 4);
        Assert.Equal(
            [
                "notes of the operator.txt",
                .. Enumerable.Range(1, 4).SelectMany(i => new[] { $"2026-11-25_10-00-0{i}_model", $"2026-11-25_10-00-0{i}_model.txt" }),
            ],
            Names());
        DatedFolder.Trim(folder, mostBytes: 250);
        Assert.Equal(
            [
                "notes of the operator.txt",
                .. Enumerable.Range(3, 2).SelectMany(i => new[] { $"2026-11-25_10-00-0{i}_model", $"2026-11-25_10-00-0{i}_model.txt" }),
            ],
            Names());
        DatedFolder.Trim(folder, mostBytes: 1);
        Assert.Equal(3, Names().Count());
        Assert.True(File.Exists(Path.Combine(outside, "kept")));

        IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(folder)
            .Select(entry => Path.GetFileName(entry)!)
            .OrderByDescending(name => name[0] == 'n')
            .ThenBy(name => name, StringComparer.Ordinal);
    }
}
