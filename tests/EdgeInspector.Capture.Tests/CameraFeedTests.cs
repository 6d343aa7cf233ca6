using System.Diagnostics;
using EdgeInspector.Capture.Tests.Support;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests;

public sealed class CameraFeedTests
{
    [Fact]
    public void A_frame_carries_its_time_its_number_and_the_source_s_label()
    {
        var source = new ScriptedSource((onFrame, stop) =>
        {
            ScriptedSource.Give(onFrame, label: "a.png");
            ScriptedSource.Give(onFrame, label: "b.png");
            stop.WaitHandle.WaitOne();
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Sink.Count == 2);
        Picture second = bench.Sink.Pictures[1];
        Assert.Equal((2, "b.png", "capture weld-3", false), (second.Sequence, second.Label, second.Thread, second.MayWait));
        Assert.Equal(bench.Time.GetTimestamp(), second.CapturedAt);
        Assert.Equal(bench.Time.GetUtcNow(), second.CapturedAtWall);
        Assert.Equal([255, 0, 0], second.FirstPixel);
        Assert.Equal(2, bench.Counters.Frames);
    }

    [Fact]
    public void Until_the_first_picture_the_station_says_that_there_is_none()
    {
        using var mayGive = new ManualResetEventSlim();
        var source = new ScriptedSource((onFrame, stop) =>
        {
            mayGive.Wait(stop);
            ScriptedSource.GiveAndWait(onFrame, stop);
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Assert.Contains("no picture yet", bench.Complaint, StringComparison.Ordinal);
        mayGive.Set();
        Eventually.True(() => bench.Health.IsGood);
    }

    [Fact]
    public void A_camera_that_fails_is_complained_about_in_its_own_words_and_opened_again()
    {
        var source = new ScriptedSource(
            (_, _) => throw new CameraException("The camera is unplugged."),
            ScriptedSource.GiveAndWait);
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Complaint == "The camera is unplugged.");
        // Health is told first, then the log.
        Eventually.True(() => bench.Log.Lines.Count(
            line => line.Contains("weld-3 failed: The camera is unplugged. It is opened again in", StringComparison.Ordinal)) == 1);
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Health.IsGood);
        Assert.Equal(2, source.Runs);
    }

    [Fact]
    public void Any_exception_of_a_driver_is_a_fault_of_the_camera_and_not_of_the_agent()
    {
        var source = new ScriptedSource((_, _) => throw new InvalidOperationException("odd"), ScriptedSource.GiveAndWait);
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Complaint == "InvalidOperationException: odd");
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Health.IsGood);
    }

    [Fact]
    public void A_live_stream_that_ends_is_opened_again()
    {
        var source = new ScriptedSource((onFrame, _) => ScriptedSource.Give(onFrame), ScriptedSource.GiveAndWait);
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Complaint == "The camera ended its stream.");
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Health.IsGood);
        Assert.Equal([1, 2], bench.Sink.Pictures.Select(picture => picture.Sequence));
    }

    [Fact]
    public void The_pauses_grow_to_their_limit()
    {
        var source = new ScriptedSource((_, _) => throw new CameraException("No."));
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Clock.Pauses.Count >= 7);
        double[] nominal = [0.5, 1, 2, 4, 4, 4, 4];
        foreach ((TimeSpan pause, double expected) in bench.Clock.Pauses.Zip(nominal))
            Assert.InRange(pause.TotalSeconds, 0.8 * expected, Math.Min(1.2 * expected, 4));
    }

    [Fact]
    public void The_pauses_begin_small_again_after_the_camera_ran_well()
    {
        using var fail = new ManualResetEventSlim();
        using var give = new AutoResetEvent(false);
        ScriptedSource.Script refuse = (_, _) => throw new CameraException("No.");
        var source = new ScriptedSource(refuse, refuse, refuse, (onFrame, stop) =>
        {
            while (!fail.IsSet)
            {
                ScriptedSource.Give(onFrame);
                WaitHandle.WaitAny([give, stop.WaitHandle]);
            }
            throw new CameraException("Broken.");
        }, refuse);
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => source.Taken == 1);
        for (int second = 0; second < 11; second++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            give.Set();
            int expected = second + 2;
            Eventually.True(() => source.Taken == expected);
        }
        int before = bench.Clock.Pauses.Count;
        fail.Set();
        give.Set();
        Eventually.True(() => bench.Clock.Pauses.Count > before);
        Assert.InRange(bench.Clock.Pauses[before].TotalSeconds, 0.4, 0.6);
    }

    [Fact]
    public void A_camera_that_fails_after_a_moment_each_time_is_not_opened_in_a_hurry()
    {
        var source = new ScriptedSource((onFrame, _) =>
        {
            ScriptedSource.Give(onFrame);
            throw new CameraException("Broken.");
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Clock.Pauses.Count >= 4);
        Assert.InRange(bench.Clock.Pauses[3].TotalSeconds, 3.2, 4);
    }

    [Fact]
    public void A_stalled_camera_is_complained_about_at_once_and_opened_again()
    {
        var source = new ScriptedSource(ScriptedSource.GiveAndWait);
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => source.Taken == 1);
        bench.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.True(bench.Health.IsGood);
        bench.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("The camera has given no picture for 5 s.", bench.Complaint);
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Sink.Count == 2);
        Eventually.True(() => bench.Health.IsGood);
        Assert.Equal(0, bench.Feed.Abandoned);
    }

    [Fact]
    public void A_camera_that_keeps_giving_pictures_is_never_taken_for_stalled()
    {
        using var give = new AutoResetEvent(false);
        var source = new ScriptedSource((onFrame, stop) =>
        {
            while (!stop.IsCancellationRequested)
            {
                ScriptedSource.Give(onFrame);
                WaitHandle.WaitAny([give, stop.WaitHandle]);
            }
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        for (int picture = 1; picture <= 20; picture++)
        {
            Eventually.True(() => source.Taken == picture);
            bench.Time.Advance(TimeSpan.FromSeconds(4));
            give.Set();
        }
        Assert.True(bench.Health.IsGood);
        Assert.Equal(1, source.Runs);
    }

    [Fact]
    public void A_source_that_ends_by_design_is_not_opened_again_and_the_station_says_why_nothing_comes()
    {
        var source = new ScriptedSource((onFrame, _) => ScriptedSource.Give(onFrame))
        {
            EndMessage = "The folder has been read once through.",
        };
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Feed.Ended.IsCompleted);
        Assert.Equal("The folder has been read once through.", bench.Complaint);
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, source.Runs);
        Assert.Empty(bench.Clock.Pauses);
    }

    [Fact]
    public void A_station_that_holds_a_file_up_is_no_stall()
    {
        using var release = new ManualResetEventSlim();
        var source = new ScriptedSource((onFrame, stop) =>
        {
            ScriptedSource.Give(onFrame);
            ScriptedSource.GiveAndWait(onFrame, stop);
        })
        { MayWait = true };
        using var bench = new FeedBench(source, FeedBench.Usual);
        bench.Sink.OnAccept = (_, stop) => release.Wait(stop);
        bench.Start();
        Eventually.True(() => bench.Sink.Count == 1);
        for (int second = 0; second < 60; second++)
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bench.Health.IsGood);
        release.Set();
        Eventually.True(() => bench.Sink.Count == 2);
        Assert.Equal(1, source.Runs);
        Assert.True(bench.Sink.Pictures[0].MayWait);
    }

    [Fact]
    public void A_watched_folder_without_new_files_is_well()
    {
        var source = new ScriptedSource((_, _) => throw new CameraException("The share is away."), (_, stop) => stop.WaitHandle.WaitOne())
        {
            MayBeSilent = true,
        };
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Complaint == "The share is away.");
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Health.IsGood);
        bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(bench.Health.IsGood);
        Assert.Equal(2, source.Runs);
    }

    [Fact]
    public void A_watched_folder_that_does_not_answer_is_a_complaint_until_it_does()
    {
        var source = new ScriptedSource((_, stop) => stop.WaitHandle.WaitOne())
        {
            MayBeSilent = true,
            UnansweredFor = TimeSpan.FromMinutes(1),
        };
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.TrueAsTimePasses(
            bench.Time, FeedBench.Step, () => bench.Complaint?.Contains("has not answered for 60 s", StringComparison.Ordinal) == true);
        source.UnansweredFor = TimeSpan.Zero;
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Health.IsGood);
        source.UnansweredFor = TimeSpan.FromMinutes(2);
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Complaint?.Contains("120 s", StringComparison.Ordinal) == true);
        Assert.Equal(1, source.Runs);
    }

    [Fact]
    public void A_change_of_resolution_changes_the_frames_and_is_logged()
    {
        var source = new ScriptedSource((onFrame, stop) =>
        {
            ScriptedSource.Give(onFrame, 8, 6);
            ScriptedSource.Give(onFrame, 16, 12);
            ScriptedSource.Give(onFrame, 16, 12);
            stop.WaitHandle.WaitOne();
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Sink.Count == 3);
        Assert.Equal([(8, 6), (16, 12), (16, 12)], bench.Sink.Pictures.Select(picture => (picture.Width, picture.Height)));
        Assert.Single(bench.Log.Lines, line => line.Contains("from 8x6 to 16x12", StringComparison.Ordinal));
    }

    [Fact]
    public void A_picture_that_nobody_needs_is_counted_but_never_copied()
    {
        int copied = 0;
        var source = new ScriptedSource((onFrame, stop) =>
        {
            for (byte grey = 0; grey < 6; grey++)
            {
                using var image = new Mat(6, 8, grey % 2 == 0 ? MatType.CV_8UC3 : MatType.CV_8UC1, Scalar.All(grey));
                onFrame(image, null);
            }
            stop.WaitHandle.WaitOne();
        });
        using var bench = new FeedBench(source, FeedBench.Usual);
        bench.Sink.IsNeeded = grey => grey >= 4;
        bench.Sink.OnAccept = (_, _) => copied++;
        bench.Start();
        Eventually.True(() => source.Taken == 6);
        Assert.Equal((6, 6L, 2), (bench.Sink.Offered, bench.Counters.Frames, copied));
        Assert.Equal([(5L, (byte)4), (6L, (byte)5)], bench.Sink.Pictures.Select(picture => (picture.Sequence, picture.FirstPixel[0])));
        Assert.True(bench.Health.IsGood);
        Assert.Equal(0, bench.Pool.InUse);
    }

    [Fact]
    public void A_picture_that_must_be_converted_first_is_copied_unseen_and_one_that_can_t_be_used_is_a_fault()
    {
        var source = new ScriptedSource((onFrame, _) =>
        {
            using var deep = new Mat(6, 8, MatType.CV_16UC1, Scalar.All(65535));
            onFrame(deep, null);
            using var odd = new Mat(6, 8, MatType.CV_32FC3);
            onFrame(odd, null);
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Complaint?.Contains("can be used", StringComparison.Ordinal) == true);
        Assert.Equal((0, 1, 1L), (bench.Sink.Offered, bench.Sink.Count, bench.Counters.Frames));
        Assert.Equal([255, 255, 255], bench.Sink.Pictures[0].FirstPixel);
        Assert.Equal(0, bench.Pool.InUse);
    }

    [Fact]
    public void Stopping_takes_moments_and_leaves_no_frame_out()
    {
        var source = new ScriptedSource((onFrame, stop) =>
        {
            while (!stop.IsCancellationRequested)
                ScriptedSource.Give(onFrame);
        });
        FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Sink.Count > 1000);
        bench.Dispose();
        int count = bench.Sink.Count;
        Assert.Equal(0, bench.Pool.InUse);
        Assert.Equal(count, bench.Counters.Frames);
        Assert.Equal(count, bench.Sink.Count);
    }

    [Fact]
    public void Stopping_during_a_pause_does_not_wait_for_its_end()
    {
        var source = new ScriptedSource((_, _) => throw new CameraException("No."));
        FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => bench.Clock.Pauses.Count == 1);
        var clock = Stopwatch.StartNew();
        bench.Dispose();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1.5);
    }
}
