using System.Diagnostics;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests.Cameras;

public sealed class ImageFolderTests : FolderTest
{
    [Fact]
    public void A_folder_read_once_gives_its_images_in_the_order_of_their_names_and_ends()
    {
        foreach (string name in new[] { "b.png", "a.jpg", "B.bmp", "10.png", "9.webp", "c.tiff" })
            Write(name);
        File.WriteAllText(Folder["notes.txt"], "no image");
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
        File.WriteAllBytes(Folder["b.png"], []);
        File.WriteAllBytes(Folder["c.jpg"], Pictures.Encode(".jpg")[..200]);
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
    public void A_pipe_among_the_pictures_holds_nobody_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Made by a program of Linux.");
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        using (Process mkfifo = Process.Start("mkfifo", Folder["a.jpg"]))
            mkfifo.WaitForExit();
        File.CreateSymbolicLink(Folder["b.png"], Folder["a.jpg"]);
        Write("c.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1 && PartsUnseen.Count == 2);
        Assert.Equal(["a", "b"], PartsUnseen.Select(unseen => unseen.Part).Order(StringComparer.Ordinal));
        Assert.All(
            PartsUnseen,
            unseen => Assert.EndsWith("The file is empty, or no file but a pipe or a device.", unseen.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_whose_name_is_no_valid_text_is_a_part_that_nobody_saw_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems take no such names.");
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        using (Process shell = Process.Start("sh", ["-c", "printf x > \"$1/$(printf 'P1\\377.png')\"", "sh", Folder.Path]))
            shell.WaitForExit();
        Eventually.TrueAsTimePasses(bench.Time, Step, () => PartsUnseen.Count == 1);
        Assert.Contains("name is no valid UTF-8", PartsUnseen.Single().Why, StringComparison.Ordinal);
        // It complains a moment after it has told the station.
        Eventually.True(() => bench.Health.Complaints.ContainsKey(ImageFolder.Component));
        Assert.Contains("name is no valid UTF-8", bench.Health.Complaints[ImageFolder.Component], StringComparison.Ordinal);
        AwaitPolls(bench, 10);
        Assert.Single(PartsUnseen);
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("left", StringComparison.Ordinal));
        Write("good.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        // This program can't name it.
        using (Process shell = Process.Start("sh", ["-c", "rm \"$1\"/P1*", "sh", Folder.Path]))
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
            File.Delete(Folder["meanwhile.png"]);
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
            new FolderOptions { Path = Folder.Path, Mode = FolderMode.Once, PartFrom = "^cam2_(?<part>[A-Z0-9-]+)_" });
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(["A-17", "B-18", "strange"], Labels(bench));
        Assert.Contains(bench.Log.Lines, line => line.Contains("does not fit 'strange.png'", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_are_deleted_once_inspected_and_a_new_one_of_the_same_name_is_another_part()
    {
        using FeedBench bench = Start(new FolderOptions { Path = Folder.Path, AfterRead = AfterRead.Delete });
        AwaitPolls(bench, 1);
        for (int part = 1; part <= 3; part++)
        {
            Write("part.png");
            Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == part && !File.Exists(Folder["part.png"]));
        }
        File.WriteAllBytes(Folder["broken.png"], Pictures.Encode(".png")[..50]);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.Complaints.ContainsKey(ImageFolder.Component));
        Assert.True(File.Exists(Folder["broken.png"]));
    }

    [Fact]
    public void Files_are_moved_once_inspected_and_replace_none()
    {
        string done = Folder["done"];
        using FeedBench bench = Start(new FolderOptions { Path = Folder.Path, AfterRead = AfterRead.Move, MoveTo = done });
        AwaitPolls(bench, 1);
        for (int part = 1; part <= 2; part++)
        {
            Write("part.png");
            Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == part && !File.Exists(Folder["part.png"]));
        }
        Assert.Equal(2, Directory.GetFiles(done, "part*.png").Length);
    }

    [Fact]
    public void A_file_that_can_t_be_taken_away_is_a_complaint_and_no_second_part()
    {
        // A file lies where the folder should be made.
        File.WriteAllText(Folder["done"], "");
        using FeedBench bench = Start(new FolderOptions { Path = Folder.Path, AfterRead = AfterRead.Move, MoveTo = Folder["done"] });
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
            Folder = new FolderOptions { Path = Folder.Path, Existing = ExistingFiles.Read, AfterRead = AfterRead.Delete },
        };
        ICameraSource source = CameraSources.Create(options, TimeProvider.System, new RecordingLog());
        CameraCheck.Run(source, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(File.Exists(Folder["part.png"]));
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
        File.WriteAllBytes(Folder["two.tif"], Tiff.Write(new TiffPage(20, 10, 8, 50), new TiffPage(20, 10, 8, 60)));
        using FeedBench bench = Start(FolderMode.Once);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(("two", 2), (bench.Sink.Pictures.Single().Label, bench.Sink.Pictures.Single().Pages));
        Assert.Equal(0, bench.Pool.InUse);
    }

    [Fact]
    public void A_picture_that_may_be_dark_by_mistake_is_a_complaint_and_no_part_until_the_bit_depth_is_set()
    {
        File.WriteAllBytes(Folder["deep.tif"], Tiff.Write(new TiffPage(20, 10, 16, 4000)));
        var options = new FolderOptions { Path = Folder.Path, Existing = ExistingFiles.Read };
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
        string path = Folder["share"];
        Directory.CreateDirectory(path);
        using FeedBench bench = Start(FolderMode.Watch, path: path);
        AwaitPolls(bench, 1);
        Write("share/a.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1);
        Directory.Move(path, Folder["away"]);
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Complaint?.Contains("There is no folder", StringComparison.Ordinal) == true);
        Write("away/b.png");
        Directory.Move(Folder["away"], path);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 2);
        Assert.Equal(["a", "b"], Labels(bench));
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Health.IsGood);
    }
}
