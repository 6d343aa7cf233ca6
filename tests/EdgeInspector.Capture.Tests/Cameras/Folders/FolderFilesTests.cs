using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Cameras.Folders;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Capture.Tests.Cameras.Folders;

public sealed class FolderFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_in_which_nothing_happens_is_looked_through_for_a_hundredth_of_the_time()
    {
        var time = new SlowDisk();
        using var files = new FolderFiles(new FolderOptions { Path = _folder.Path }, new FolderMemory(), time);
        files.Settled([]);
        // Let the signs of the test's own making pass.
        time.Advance(TimeSpan.FromMinutes(1));
        int before = files.Listings;
        long start = time.GetTimestamp();
        for (int look = 0; look < 600; look++)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            files.Settled([]);
        }
        // A whole look takes 100 ms by this clock.
        double due = time.GetElapsedTime(start).TotalSeconds / 10;
        Assert.InRange(files.Listings - before, (int)(due * 0.8), (int)due + 1);
    }

    [Fact]
    public void A_file_of_which_there_is_a_notice_is_found_without_a_look_at_all_others()
    {
        var time = new SlowDisk();
        var memory = new FolderMemory();
        using var files = new FolderFiles(new FolderOptions { Path = _folder.Path }, memory, time);
        File.WriteAllText(_folder["old.png"], "");
        foreach (FileState file in files.Settled([]))
            memory.Remember(file, ContentHash.Unknown);
        int before = files.Listings;
        File.WriteAllText(_folder["new.png"], "x");
        List<FileState> found = [];
        Eventually.True(() =>
        {
            found.AddRange(files.Settled([]));
            return found.Count > 0;
        });
        Assert.Equal("new.png", found[0].Name);
        Assert.InRange(files.Listings - before, 0, 1);
    }

    [Fact]
    public void A_look_forgets_the_files_that_are_gone_when_too_many_are_remembered()
    {
        var memory = new FolderMemory(leastFull: 3);
        using var files = new FolderFiles(new FolderOptions { Path = _folder.Path }, memory, new SlowDisk());
        for (int file = 0; file < 5; file++)
            File.WriteAllText(_folder[$"{file}.png"], "");
        foreach (FileState file in files.List())
            memory.Remember(file, ContentHash.Unknown);
        File.Delete(_folder["0.png"]);
        File.Delete(_folder["1.png"]);
        Assert.Empty(files.List());
        Assert.Equal((3, false), (memory.Count, memory.Knows("0.png")));
    }

    [Fact]
    public void Files_that_are_waited_for_are_looked_at_each_time()
    {
        var time = new SlowDisk();
        using var files = new FolderFiles(new FolderOptions { Path = _folder.Path }, new FolderMemory(), time);
        File.WriteAllText(_folder["part.png"], "x");
        Assert.Single(files.Settled([]));
        for (int look = 0; look < 20; look++)
            Assert.Single(files.Settled(["part.png"]));
        File.Delete(_folder["part.png"]);
        Assert.Empty(files.Settled(["part.png"]));
    }

    [Fact]
    public void Only_files_that_are_meant_are_found()
    {
        foreach (string name in new[] { "weld-1.png", "WELD-2.PNG", "other.png", "weld-3.txt", ".weld-4.png", "._weld-5.png" })
            File.WriteAllText(_folder[name], "x");
        Directory.CreateDirectory(_folder["weld-6.png"]);
        using var files = new FolderFiles(
            new FolderOptions { Path = _folder.Path, Pattern = "weld-*" }, new FolderMemory(), TimeProvider.System);
        Assert.Equal(["WELD-2.PNG", "weld-1.png"], files.Settled([]).Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>Each look at the clock takes 100 ms of it, so that a look at the folder does.</summary>
    private sealed class SlowDisk : FakeTimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => base.GetTimestamp() + (_ticks += TimeSpan.TicksPerMillisecond * 100);
    }
}
