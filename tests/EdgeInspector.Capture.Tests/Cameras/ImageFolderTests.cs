using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests.Cameras;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_read_once_gives_its_images_in_the_order_of_their_names_and_ends()
    {
        foreach (string name in new[] { "b.png", "a.jpg", "B.bmp", "10.png", "9.webp", "c.tiff" })
            Write(name);
        File.WriteAllText(_folder["notes.txt"], "no image");
        using FeedBench bench = Start(FolderMode.Once);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["10.png", "9.webp", "B.bmp", "a.jpg", "b.png", "c.tiff"], Labels(bench));
        Assert.All(bench.Sink.Pictures, picture => Assert.True(picture.MayWait));
        Assert.Contains("has been read once through", bench.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Unreadable_images_are_skipped_with_one_line_each()
    {
        Write("a.png");
        File.WriteAllBytes(_folder["b.png"], []);
        File.WriteAllBytes(_folder["c.jpg"], Pictures.Encode(".jpg")[..200]);
        Write("d.png");
        using FeedBench bench = Start(FolderMode.Once);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["a.png", "d.png"], Labels(bench));
        Assert.Single(bench.Log.Lines, line => line.Contains("b.png", StringComparison.Ordinal) && line.Contains("is empty", StringComparison.Ordinal));
        Assert.Single(bench.Log.Lines, line => line.Contains("c.jpg", StringComparison.Ordinal) && line.Contains("is cut off", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_names_of_the_pattern_are_read()
    {
        Write("weld-1.png");
        Write("other-1.png");
        using FeedBench bench = Start(FolderMode.Once, pattern: "weld-*");
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["weld-1.png"], Labels(bench));
    }

    [Fact]
    public void A_watched_folder_skips_what_lay_there_and_reads_what_comes()
    {
        Write("old.png");
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        Write("new.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        Assert.Equal(["new.png"], Labels(bench));
        Assert.True(bench.Health.IsGood);
    }

    [Fact]
    public void A_watched_folder_reads_what_lay_there_when_asked_to()
    {
        Write("late.png", DateTime.UtcNow.AddMinutes(-1));
        Write("early.png", DateTime.UtcNow.AddMinutes(-2));
        using FeedBench bench = Start(FolderMode.Watch, ExistingFiles.Read);
        Eventually.True(() => bench.Sink.Count == 2);
        Assert.Equal(["early.png", "late.png"], Labels(bench));
    }

    [Fact]
    public void A_file_renamed_into_place_is_read_at_the_next_look()
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        File.WriteAllBytes(_folder["part.png.tmp"], Pictures.Encode(".png"));
        AwaitPolls(bench, 2);
        Assert.Equal(0, bench.Sink.Count);
        int polls = bench.Time.Pauses.Count;
        File.Move(_folder["part.png.tmp"], _folder["part.png"]);
        AwaitPolls(bench, 1);
        Eventually.True(() => bench.Sink.Count == 1);
        Assert.InRange(bench.Time.Pauses.Count, polls, polls + 2);
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".bmp")]
    [InlineData(".tif")]
    [InlineData(".webp")]
    public void A_file_is_not_read_before_it_is_complete(string kind)
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        byte[] bytes = Pictures.Encode(kind);
        string path = _folder["part" + kind];
        using (FileStream file = File.Create(path))
        {
            file.Write(bytes.AsSpan(0, bytes.Length / 3));
            file.Flush();
            AwaitPolls(bench, 3);
            file.Write(bytes.AsSpan(bytes.Length / 3, bytes.Length / 3));
            file.Flush();
            AwaitPolls(bench, 3);
            Assert.Equal(0, bench.Sink.Count);
            file.Write(bytes.AsSpan(bytes.Length / 3 * 2));
        }
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("skipped", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_stays_broken_is_reported_once()
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        File.WriteAllBytes(_folder["broken.jpg"], Pictures.Encode(".jpg")[..200]);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Log.Lines.Any(line => line.Contains("broken.jpg", StringComparison.Ordinal)));
        AwaitPolls(bench, 50);
        Assert.Single(bench.Log.Lines, line => line.Contains("broken.jpg", StringComparison.Ordinal));
        Assert.True(bench.Health.IsGood);
    }

    [Fact]
    public void A_file_written_anew_is_another_picture()
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        Write("live.png", DateTime.UtcNow.AddSeconds(-10));
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        AwaitPolls(bench, 10);
        Assert.Equal(1, bench.Sink.Count);
        Write("live.png", DateTime.UtcNow);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 2);
    }

    [Fact]
    public void A_folder_that_goes_and_comes_back_loses_and_repeats_nothing()
    {
        string path = _folder["share"];
        Directory.CreateDirectory(path);
        using FeedBench bench = Start(FolderMode.Watch, path: path);
        AwaitPolls(bench, 1);
        Write("share/a.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        Directory.Move(path, _folder["away"]);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Complaint?.Contains("There is no folder", StringComparison.Ordinal) == true);
        Write("away/b.png");
        Directory.Move(_folder["away"], path);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 2);
        Assert.Equal(["a.png", "b.png"], Labels(bench));
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.IsGood);
    }

    [Fact]
    public void The_memory_of_what_was_read_is_bounded_and_forgets_the_oldest_first()
    {
        var read = new ReadFiles(most: 100);
        DateTime start = DateTime.UnixEpoch;
        for (int file = 0; file < 1000; file++)
            read.Add(new FileState($"{file}.png", 1, start.AddSeconds(file)));
        Assert.InRange(read.Count, 1, 100);
        Assert.True(read.Contains(new FileState("0.png", 1, start)));
        Assert.True(read.Contains(new FileState("999.png", 1, start.AddSeconds(999))));
        Assert.False(read.Contains(new FileState("1000.png", 1, start.AddSeconds(1000))));
    }

    [Fact]
    public void Files_that_left_the_folder_are_forgotten()
    {
        var read = new ReadFiles();
        FileState[] files = [.. Enumerable.Range(0, 10).Select(file => new FileState($"{file}.png", 1, DateTime.UnixEpoch))];
        foreach (FileState file in files)
            read.Add(file);
        read.ForgetAbsent(files[..3]);
        Assert.Equal(3, read.Count);
    }

    private FeedBench Start(FolderMode mode, ExistingFiles existing = ExistingFiles.Skip, string pattern = "*", string? path = null)
    {
        var options = new FolderOptions { Path = path ?? _folder.Path, Mode = mode, Existing = existing, Pattern = pattern };
        var time = new PauseRecorder();
        var log = new RecordingLog();
        return new FeedBench(new ImageFolder(options, time, log), new CameraOptions { Folder = options }, time, log).Start();
    }

    /// <summary>Turns the clock until the folder has been looked at so many times more.</summary>
    private static void AwaitPolls(FeedBench bench, int polls)
    {
        int until = bench.Time.Pauses.Count + polls;
        Eventually.TrueAsTimePasses(bench.Time, TimeSpan.FromMilliseconds(50), () => bench.Time.Pauses.Count >= until);
    }

    private static IEnumerable<string?> Labels(FeedBench bench) => bench.Sink.Pictures.Select(picture => picture.Label);

    private void Write(string name, DateTime? changed = null)
    {
        string temporary = _folder["writing"];
        File.WriteAllBytes(temporary, Pictures.Encode(Path.GetExtension(name)));
        if (changed is not null)
            File.SetLastWriteTimeUtc(temporary, changed.Value);
        File.Move(temporary, _folder[name], overwrite: true);
    }
}
