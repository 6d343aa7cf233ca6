using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture.Tests.Cameras;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _memory = new();
    private readonly ConcurrentQueue<(string Part, string Why)> _unseen = new();
    private volatile bool _isStopping;

    public void Dispose()
    {
        _folder.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void A_folder_read_once_gives_its_images_in_the_order_of_their_names_and_ends()
    {
        foreach (string name in new[] { "b.png", "a.jpg", "B.bmp", "10.png", "9.webp", "c.tiff" })
            Write(name);
        File.WriteAllText(_folder["notes.txt"], "no image");
        using FeedBench bench = Start(FolderMode.Once);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["10", "9", "B", "a", "b", "c"], Labels(bench));
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
        Assert.Equal(["a", "d"], Labels(bench));
        Assert.Single(
            bench.Log.Lines,
            line => line.Contains("b.png", StringComparison.Ordinal) && line.Contains("is empty", StringComparison.Ordinal));
        Assert.Single(
            bench.Log.Lines,
            line => line.Contains("c.jpg", StringComparison.Ordinal) && line.Contains("is cut off", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_names_of_the_pattern_are_read()
    {
        Write("weld-1.png");
        Write("other-1.png");
        using FeedBench bench = Start(FolderMode.Once, pattern: "weld-*");
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["weld-1"], Labels(bench));
    }

    [Fact]
    public void A_watched_folder_skips_what_lay_there_and_reads_what_comes()
    {
        Write("old.png");
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        Write("new.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        Assert.Equal(["new"], Labels(bench));
        Assert.True(bench.Health.IsGood);
    }

    [Fact]
    public void A_watched_folder_reads_what_lay_there_when_asked_to()
    {
        Write("late.png", DateTime.UtcNow.AddMinutes(-1));
        Write("early.png", DateTime.UtcNow.AddMinutes(-2));
        using FeedBench bench = Start(FolderMode.Watch, ExistingFiles.Read);
        Eventually.True(() => bench.Sink.Count == 2);
        Assert.Equal(["early", "late"], Labels(bench));
    }

    [Fact]
    public void A_file_renamed_into_place_is_read_at_once_when_it_is_noticed()
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        File.WriteAllBytes(_folder["part.png.tmp"], Pictures.Encode(".png"));
        AwaitPolls(bench, 2);
        Assert.Equal(0, bench.Sink.Count);
        File.Move(_folder["part.png.tmp"], _folder["part.png"]);
        // The operating system's notice may come a look later.
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        Assert.Equal(["part"], Labels(bench));
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
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Log.Lines.Any(line => line.Contains("broken.jpg", StringComparison.Ordinal)));
        AwaitPolls(bench, 50);
        Assert.Single(bench.Log.Lines, line => line.Contains("broken.jpg", StringComparison.Ordinal));
        Assert.Contains(
            "'broken.jpg' was not inspected: The JPEG image is cut off",
            bench.Health.Complaints[ImageFolder.Component],
            StringComparison.Ordinal);
        (string part, string why) = Assert.Single(_unseen);
        Assert.Equal("broken", part);
        Assert.StartsWith("the file 'broken.jpg' can't be inspected: The JPEG image is cut off", why, StringComparison.Ordinal);
        Write("good.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1 && bench.Health.IsGood);
    }

    [Fact]
    public void A_broken_file_that_a_stopping_station_did_not_hear_of_is_told_again()
    {
        _isStopping = true;
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        File.WriteAllBytes(_folder["broken.jpg"], Pictures.Encode(".jpg")[..200]);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => _unseen.Count >= 2);
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("broken.jpg", StringComparison.Ordinal));
        _isStopping = false;
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Log.Lines.Any(line => line.Contains("broken.jpg", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_pipe_among_the_pictures_holds_nobody_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Made by a program of Linux.");
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        using (Process mkfifo = Process.Start("mkfifo", _folder["a.jpg"]))
            mkfifo.WaitForExit();
        File.CreateSymbolicLink(_folder["b.png"], _folder["a.jpg"]);
        Write("c.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1 && _unseen.Count == 2);
        Assert.Equal(["a", "b"], _unseen.Select(unseen => unseen.Part).Order(StringComparer.Ordinal));
        Assert.All(
            _unseen,
            unseen => Assert.EndsWith("The file is empty, or no file but a pipe or a device.", unseen.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_whose_name_is_no_valid_text_is_a_part_that_nobody_saw_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems take no such names.");
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        using (Process shell = Process.Start("sh", ["-c", "printf x > \"$1/$(printf 'P1\\377.png')\"", "sh", _folder.Path]))
            shell.WaitForExit();
        Eventually.TrueAsTimePasses(bench.Time, Step, () => _unseen.Count == 1);
        Assert.Contains("name is no valid UTF-8", _unseen.Single().Why, StringComparison.Ordinal);
        // It complains a moment after it has told the station.
        Eventually.True(() => bench.Health.Complaints.ContainsKey(ImageFolder.Component));
        Assert.Contains("name is no valid UTF-8", bench.Health.Complaints[ImageFolder.Component], StringComparison.Ordinal);
        AwaitPolls(bench, 10);
        Assert.Single(_unseen);
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("left", StringComparison.Ordinal));
        Write("good.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        // This program can't name it.
        using (Process shell = Process.Start("sh", ["-c", "rm \"$1\"/P1*", "sh", _folder.Path]))
            shell.WaitForExit();
    }

    [Fact]
    public void Other_content_under_the_same_name_is_another_part()
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        Write("live.png", DateTime.UtcNow.AddSeconds(-10));
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        AwaitPolls(bench, 10);
        Assert.Equal(1, bench.Sink.Count);
        Write("live.png", DateTime.UtcNow, width: 80);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 2);
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".bmp")]
    public void A_file_whose_time_is_set_later_makes_no_second_part(string kind)
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        Write("part" + kind);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        File.SetLastWriteTimeUtc(_folder["part" + kind], DateTime.UtcNow.AddHours(-2));
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Log.Lines.Any(line => line.Contains("was touched", StringComparison.Ordinal)));
        AwaitPolls(bench, 20);
        Assert.Equal(1, bench.Sink.Count);
    }

    [Theory]
    [InlineData(".bmp")]
    [InlineData(".tif")]
    public void A_file_of_full_length_that_is_still_filled_in_is_one_part_when_it_is_whole(string kind)
    {
        byte[] bytes = kind == ".tif" ? Tiff.Write(new TiffPage(640, 480, 8, 200)) : Pictures.Encode(kind, 640, 480);
        int pixels = bytes.Length - 640 * 400;
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        DateTime changed = DateTime.UtcNow;
        using (FileStream file = File.Create(_folder["part" + kind]))
        {
            file.SetLength(bytes.Length);
            file.Write(bytes.AsSpan(0, pixels));
            file.Flush();
            for (int at = pixels; at < bytes.Length; at += bytes.Length / 20)
            {
                AwaitPolls(bench, 3);
                file.Position = at;
                file.Write(bytes.AsSpan(at, Math.Min(bytes.Length / 20, bytes.Length - at)));
                file.Flush();
                // The clock of the test runs faster than that of the file system.
                File.SetLastWriteTimeUtc(file.SafeFileHandle, changed = changed.AddSeconds(1));
                Assert.Equal(0, bench.Sink.Count);
            }
        }
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        AwaitPolls(bench, 20);
        Assert.NotEqual(0, Assert.Single(bench.Sink.Pictures).LastByte);
    }

    [Fact]
    public void Pictures_written_in_pieces_while_the_folder_is_watched_are_one_part_each()
    {
        const int Files = 100;
        byte[] jpeg = Pictures.Encode(".jpg", 640, 480);
        var options = new FolderOptions
        {
            Path = _folder.Path,
            Existing = ExistingFiles.Read,
            Poll = TimeSpan.FromMilliseconds(10),
            Settle = TimeSpan.FromSeconds(30),
        };
        using FeedBench bench = new FeedBench(
            new ImageFolder(options, TimeProvider.System, new RecordingLog()),
            new CameraOptions { Folder = options },
            TimeProvider.System).Start();
        for (int file = 0; file < Files; file++)
        {
            using FileStream stream = File.Create(_folder[$"{file:D3}.jpg"]);
            for (int piece = 0; piece < 4; piece++)
            {
                int from = jpeg.Length * piece / 4, to = jpeg.Length * (piece + 1) / 4;
                stream.Write(jpeg.AsSpan(from, to - from));
                stream.Flush();
            }
        }
        Eventually.True(() => bench.Sink.Count >= Files);
        // Behind all others.
        File.WriteAllBytes(_folder["last.jpg"], jpeg);
        Eventually.True(() => Labels(bench).Contains("last"));
        Assert.Equal(Files + 1, bench.Sink.Count);
    }

    [Fact]
    public void What_was_read_is_remembered_across_restarts_and_what_came_meanwhile_is_named()
    {
        Write("old.png");
        using (FeedBench first = Start(FolderMode.Watch, memory: true))
        {
            AwaitPolls(first, 1);
            Assert.Single(first.Log.Lines, line => line.Contains("passed over: 1 file", StringComparison.Ordinal));
            Write("new.png");
            Eventually.TrueAsTimePasses(first.Time, Step, () => first.Sink.Count == 1);
        }
        Write("meanwhile.png");
        using (FeedBench second = Start(FolderMode.Watch, memory: true))
        {
            AwaitPolls(second, 3);
            Assert.Single(second.Log.Lines, line => line.Contains("1 file came into", StringComparison.Ordinal)
                && line.Contains("meanwhile.png", StringComparison.Ordinal));
            Assert.Contains("meanwhile.png", second.Health.Complaints[ImageFolder.MissedComponent], StringComparison.Ordinal);
            Assert.Equal(0, second.Sink.Count);
            // A good file later is no reason to forget those that nobody saw.
            Write("afterwards.png");
            Eventually.TrueAsTimePasses(second.Time, Step, () => second.Sink.Count == 1);
            Assert.Contains("meanwhile.png", second.Health.Complaints[ImageFolder.MissedComponent], StringComparison.Ordinal);
            File.Delete(_folder["meanwhile.png"]);
            Eventually.TrueAsTimePasses(second.Time, Step, () => !second.Health.Has(ImageFolder.MissedComponent));
        }
        Write("later.png");
        using FeedBench third = Start(FolderMode.Watch, ExistingFiles.Read, memory: true);
        Eventually.TrueAsTimePasses(third.Time, Step, () => third.Sink.Count == 1);
        AwaitPolls(third, 5);
        Assert.Equal(["later"], Labels(third));
        // What has gathered waits for the station, which has no time for all of it at once.
        Assert.True(third.Sink.Pictures[0].MayWait);
        Write("live.png");
        Eventually.TrueAsTimePasses(third.Time, Step, () => third.Sink.Count == 2);
        Assert.False(third.Sink.Pictures[1].MayWait);
    }

    [Fact]
    public void The_part_is_called_what_the_pattern_finds_in_the_name()
    {
        foreach (string name in new[] { "cam2_A-17_001.png", "cam2_B-18_002.png", "strange.png" })
            Write(name);
        using FeedBench bench = Start(
            new FolderOptions { Path = _folder.Path, Mode = FolderMode.Once, PartFrom = "^cam2_(?<part>[A-Z0-9-]+)_" });
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["A-17", "B-18", "strange"], Labels(bench));
        Assert.Contains(bench.Log.Lines, line => line.Contains("does not fit 'strange.png'", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_are_deleted_once_inspected_and_a_new_one_of_the_same_name_is_another_part()
    {
        using FeedBench bench = Start(new FolderOptions { Path = _folder.Path, AfterRead = AfterRead.Delete });
        AwaitPolls(bench, 1);
        for (int part = 1; part <= 3; part++)
        {
            Write("part.png");
            Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == part && !File.Exists(_folder["part.png"]));
        }
        File.WriteAllBytes(_folder["broken.png"], Pictures.Encode(".png")[..50]);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.Complaints.ContainsKey(ImageFolder.Component));
        Assert.True(File.Exists(_folder["broken.png"]));
    }

    [Fact]
    public void Files_are_moved_once_inspected_and_replace_none()
    {
        string done = _folder["done"];
        using FeedBench bench = Start(new FolderOptions { Path = _folder.Path, AfterRead = AfterRead.Move, MoveTo = done });
        AwaitPolls(bench, 1);
        for (int part = 1; part <= 2; part++)
        {
            Write("part.png");
            Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == part && !File.Exists(_folder["part.png"]));
        }
        Assert.Equal(2, Directory.GetFiles(done, "part*.png").Length);
    }

    [Fact]
    public void A_file_that_can_t_be_taken_away_is_a_complaint_and_no_second_part()
    {
        // A file lies where the folder should be made.
        File.WriteAllText(_folder["done"], "");
        using FeedBench bench = Start(new FolderOptions { Path = _folder.Path, AfterRead = AfterRead.Move, MoveTo = _folder["done"] });
        AwaitPolls(bench, 1);
        Write("part.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.Complaints.ContainsKey(ImageFolder.Component));
        AwaitPolls(bench, 10);
        Assert.Equal(1, bench.Sink.Count);
        Assert.Contains("could not be moved", bench.Health.Complaints[ImageFolder.Component], StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_takes_no_file_away()
    {
        Write("part.png");
        var options = new CameraOptions
        {
            Folder = new FolderOptions { Path = _folder.Path, Existing = ExistingFiles.Read, AfterRead = AfterRead.Delete },
        };
        ICameraSource source = CameraSources.Create(options, TimeProvider.System, new RecordingLog());
        CameraCheck.Run(source, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(File.Exists(_folder["part.png"]));
    }

    [Fact]
    public void Hidden_files_and_those_that_macos_leaves_are_left_alone()
    {
        foreach (string name in new[] { "part.png", ".part.png", "._part.png" })
            Write(name);
        using FeedBench bench = Start(FolderMode.Once);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["part"], Labels(bench));
    }

    [Fact]
    public void Several_pages_are_one_part()
    {
        File.WriteAllBytes(_folder["two.tif"], Tiff.Write(new TiffPage(20, 10, 8, 50), new TiffPage(20, 10, 8, 60)));
        using FeedBench bench = Start(FolderMode.Once);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(("two", 2), (bench.Sink.Pictures.Single().Label, bench.Sink.Pictures.Single().Pages));
        Assert.Equal(0, bench.Pool.InUse);
    }

    [Fact]
    public void A_picture_that_may_be_dark_by_mistake_is_a_complaint_and_no_part_until_the_bit_depth_is_set()
    {
        File.WriteAllBytes(_folder["deep.tif"], Tiff.Write(new TiffPage(20, 10, 16, 4000)));
        var options = new FolderOptions { Path = _folder.Path, Existing = ExistingFiles.Read };
        using (FeedBench bench = Start(options))
        {
            Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.Complaints.ContainsKey(ImageFolder.Component));
            Assert.Contains("BitDepth", bench.Health.Complaints[ImageFolder.Component], StringComparison.Ordinal);
            Assert.Equal(0, bench.Sink.Count);
        }
        using FeedBench set = Start(options with { BitDepth = 12 });
        Eventually.TrueAsTimePasses(set.Time, Step, () => set.Sink.Count == 1);
        Assert.Equal([249, 249, 249], set.Sink.Pictures[0].FirstPixel);
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
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Complaint?.Contains("There is no folder", StringComparison.Ordinal) == true);
        Write("away/b.png");
        Directory.Move(_folder["away"], path);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 2);
        Assert.Equal(["a", "b"], Labels(bench));
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.IsGood);
    }

    private FeedBench Start(
        FolderMode mode, ExistingFiles existing = ExistingFiles.Skip, string pattern = "*", string? path = null, bool memory = false) =>
        Start(new FolderOptions { Path = path ?? _folder.Path, Mode = mode, Existing = existing, Pattern = pattern }, memory);

    private FeedBench Start(FolderOptions options, bool memory = false)
    {
        var time = new PauseRecorder();
        var log = new RecordingLog();
        var health = new StationHealth();
        string file = memory ? _memory["weld-3.txt"] : _memory[$"{Guid.NewGuid()}.txt"];
        var source = new ImageFolder(options, time, log, new CameraPlace(health, file, Unseen), Pictures.AnyFormat);
        return new FeedBench(source, new CameraOptions { Folder = options }, time, log, health).Start();
    }

    private bool Unseen(string part, string why)
    {
        _unseen.Enqueue((part, why));
        return !_isStopping;
    }

    /// <summary>Turns the clock until the folder has been looked at so many times more.</summary>
    private static void AwaitPolls(FeedBench bench, int polls)
    {
        int until = bench.Time.Pauses.Count + polls;
        Eventually.TrueAsTimePasses(bench.Time, TimeSpan.FromMilliseconds(50), () => bench.Time.Pauses.Count >= until);
    }

    private static IEnumerable<string?> Labels(FeedBench bench) => bench.Sink.Pictures.Select(picture => picture.Label);

    private void Write(string name, DateTime? changed = null, int width = 64)
    {
        string temporary = _folder["writing"];
        File.WriteAllBytes(temporary, Pictures.Encode(Path.GetExtension(name), width));
        if (changed is not null)
            File.SetLastWriteTimeUtc(temporary, changed.Value);
        File.Move(temporary, _folder[name], overwrite: true);
    }
}
