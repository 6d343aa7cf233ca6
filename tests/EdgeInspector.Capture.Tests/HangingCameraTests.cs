using System.Diagnostics;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests;

/// <summary>A driver that does not come back from its calls.</summary>
public sealed class HangingCameraTests
{
    [Fact]
    public void A_native_call_that_hangs_is_left_behind_and_its_late_pictures_are_ignored()
    {
        using var hang = new ManualResetEventSlim();
        using var returned = new ManualResetEventSlim();
        var source = new ScriptedSource(
            (onFrame, _) =>
            {
                ScriptedSource.Give(onFrame, label: "early");
                hang.Wait(CancellationToken.None);
                ScriptedSource.Give(onFrame, label: "late");
                returned.Set();
            },
            ScriptedSource.GiveAndWait);
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => source.Taken == 1);
        bench.Time.Advance(FeedBench.Usual.StallTimeout);
        Assert.NotNull(bench.Complaint);
        bench.Time.Advance(CameraFeed.Grace);
        Assert.Equal(1, bench.Feed.Abandoned);
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Sink.Count == 2);
        Eventually.True(() => bench.Health.IsGood);
        hang.Set();
        Eventually.True(() => returned.IsSet && bench.Feed.Abandoned == 0);
        Assert.Equal(["early", null], bench.Sink.Pictures.Select(picture => picture.Label));
        Assert.Equal("capture weld-3 #2", bench.Sink.Pictures[1].Thread);
        Assert.Equal(0, bench.Pool.InUse);
    }

    [Fact]
    public void Only_so_many_hanging_threads_are_left_behind_and_the_camera_comes_back_when_they_return()
    {
        using var hang = new ManualResetEventSlim();
        var source = new ScriptedSource((onFrame, stop) =>
        {
            bool wasHanging = !hang.IsSet;
            hang.Wait(CancellationToken.None);
            if (!wasHanging)
                ScriptedSource.GiveAndWait(onFrame, stop);
        });
        using FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.TrueAsTimePasses(
            bench.Time, TimeSpan.FromSeconds(1), () => bench.Complaint?.Contains("does not return", StringComparison.Ordinal) == true);
        for (int second = 0; second < 60; second++)
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CameraFeed.MostAbandoned, bench.Feed.Abandoned);
        Assert.Equal(CameraFeed.MostAbandoned + 1, source.Runs);
        hang.Set();
        Eventually.TrueAsTimePasses(bench.Time, FeedBench.Step, () => bench.Health.IsGood);
        Eventually.True(() => bench.Feed.Abandoned == 0);
    }

    [Fact]
    public void Stopping_gives_up_on_a_driver_that_hangs()
    {
        using var hang = new ManualResetEventSlim();
        using var returned = new ManualResetEventSlim();
        var source = new ScriptedSource((onFrame, _) =>
        {
            hang.Wait(CancellationToken.None);
            try
            {
                ScriptedSource.Give(onFrame);
            }
            finally
            {
                returned.Set();
            }
        });
        FeedBench bench = new FeedBench(source, FeedBench.Usual).Start();
        Eventually.True(() => source.Runs == 1);
        var clock = Stopwatch.StartNew();
        bench.Dispose();
        // It would never return for the driver's sake.
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 60);
        hang.Set();
        Assert.True(returned.Wait(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Equal(0, bench.Sink.Count);
    }
}
