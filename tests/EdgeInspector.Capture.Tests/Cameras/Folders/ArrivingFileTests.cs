using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests.Cameras.Folders;

/// <summary>When a file that somebody writes into a watched folder is taken for whole.</summary>
public sealed class ArrivingFileTests : FolderTest
{
    [Fact]
    public void A_file_renamed_into_place_is_read_at_once_when_it_is_noticed()
    {
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        File.WriteAllBytes(Folder["part.png.tmp"], Pictures.Encode(".png"));
        AwaitPolls(bench, 2);
        Assert.Equal(0, bench.Sink.Count);
        File.Move(Folder["part.png.tmp"], Folder["part.png"]);
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
        string path = Folder["part" + kind];
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
        File.WriteAllBytes(Folder["broken.jpg"], Pictures.Encode(".jpg")[..200]);
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Log.Lines.Any(line => line.Contains("broken.jpg", StringComparison.Ordinal)));
        AwaitPolls(bench, 50);
        Assert.Single(bench.Log.Lines, line => line.Contains("broken.jpg", StringComparison.Ordinal));
        Assert.Contains(
            "'broken.jpg' was not inspected: The JPEG image is cut off",
            bench.Health.Complaints[ImageFolder.Component],
            StringComparison.Ordinal);
        (string part, string why) = Assert.Single(PartsUnseen);
        Assert.Equal("broken", part);
        Assert.StartsWith("the file 'broken.jpg' can't be inspected: The JPEG image is cut off", why, StringComparison.Ordinal);
        Write("good.png");
        Eventually.TrueAsTimePasses(bench.Time, Step, () => bench.Sink.Count == 1 && bench.Health.IsGood);
    }

    [Fact]
    public void A_broken_file_that_a_stopping_station_did_not_hear_of_is_told_again()
    {
        IsStopping = true;
        using FeedBench bench = Start(FolderMode.Watch);
        AwaitPolls(bench, 1);
        File.WriteAllBytes(Folder["broken.jpg"], Pictures.Encode(".jpg")[..200]);
        Eventually.TrueAsTimePasses(bench.Time, Step, () => PartsUnseen.Count >= 2);
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("broken.jpg", StringComparison.Ordinal));
        IsStopping = false;
        Eventually.TrueAsTimePasses(
            bench.Time, Step, () => bench.Log.Lines.Any(line => line.Contains("broken.jpg", StringComparison.Ordinal)));
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
        File.SetLastWriteTimeUtc(Folder["part" + kind], DateTime.UtcNow.AddHours(-2));
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
        using (FileStream file = File.Create(Folder["part" + kind]))
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
            Path = Folder.Path,
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
            using FileStream stream = File.Create(Folder[$"{file:D3}.jpg"]);
            for (int piece = 0; piece < 4; piece++)
            {
                int from = jpeg.Length * piece / 4, to = jpeg.Length * (piece + 1) / 4;
                stream.Write(jpeg.AsSpan(from, to - from));
                stream.Flush();
            }
        }
        Eventually.True(() => bench.Sink.Count >= Files);
        // Behind all others.
        File.WriteAllBytes(Folder["last.jpg"], jpeg);
        Eventually.True(() => Labels(bench).Contains("last"));
        Assert.Equal(Files + 1, bench.Sink.Count);
    }
}
