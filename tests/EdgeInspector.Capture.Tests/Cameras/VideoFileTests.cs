using System.Diagnostics;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.Cameras;

public sealed class VideoFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_video_read_as_consumed_gives_every_picture_once_and_ends()
    {
        using FeedBench bench = Start(VideoPace.AsConsumed, VideoEnd.End, pictures: 40);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal(Enumerable.Range(1, 40).Select(number => $"clip.avi#{number}"), bench.Sink.Pictures.Select(picture => picture.Label));
        Assert.All(bench.Sink.Pictures, picture => Assert.Equal((160, 120, true), (picture.Width, picture.Height, picture.MayWait)));
        // Each picture is a little brighter than the one before.
        Assert.InRange(bench.Sink.Pictures[39].FirstPixel[0] - bench.Sink.Pictures[0].FirstPixel[0], 140, 170);
        Assert.Contains("played to its end", bench.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_that_loops_begins_again()
    {
        using FeedBench bench = Start(VideoPace.AsConsumed, VideoEnd.Loop, pictures: 10);
        Eventually.True(() => bench.Sink.Count >= 25);
        Assert.Equal("clip.avi#1", bench.Sink.Pictures[20].Label);
        Assert.Equal(21, bench.Sink.Pictures[20].Sequence);
        Assert.True(bench.Health.IsGood);
    }

    [Fact]
    public void A_video_at_its_own_pace_takes_as_long_as_it_was_recorded()
    {
        var clock = Stopwatch.StartNew();
        using FeedBench bench = Start(VideoPace.Own, VideoEnd.End, pictures: 20, TimeProvider.System);
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.InRange(clock.Elapsed.TotalSeconds, 19 / 20.0, 60);
        Assert.Equal(20, bench.Sink.Count);
        Assert.False(bench.Sink.Pictures[0].MayWait);
    }

    [Fact]
    public void Missing_and_broken_videos_are_faults_that_say_what_to_do()
    {
        Assert.Contains("There is no video file", Fault(_folder["none.avi"]), StringComparison.Ordinal);
        File.WriteAllText(_folder["text.avi"], "This is no video.");
        Assert.Contains("could not be opened as a video", Fault(_folder["text.avi"]), StringComparison.Ordinal);
    }

    private static string Fault(string path)
    {
        var source = new VideoFile(new VideoOptions { File = path }, TimeProvider.System);
        return Assert.Throws<CameraException>(() => source.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
    }

    private FeedBench Start(VideoPace pace, VideoEnd end, int pictures, TimeProvider? time = null)
    {
        string path = _folder["clip.avi"];
        using (var writer = new VideoWriter(path, FourCC.MJPG, 20, new Size(160, 120)))
        {
            Assert.True(writer.IsOpened());
            for (int picture = 0; picture < pictures; picture++)
            {
                using var image = new Mat(120, 160, MatType.CV_8UC3, Scalar.All(20 + 4 * picture));
                writer.Write(image);
            }
        }
        var options = new VideoOptions { File = path, Pace = pace, AtEnd = end };
        return new FeedBench(new VideoFile(options, time ?? TimeProvider.System), new CameraOptions { Video = options }, time).Start();
    }
}
