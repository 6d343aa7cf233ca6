using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Tests.Frames;

/// <summary>Whoever looks on gets a frame, the station loses none, and nothing stays in memory.</summary>
public sealed class WatchedFramesTests
{
    [Fact]
    public void A_frame_is_shown_once_for_each_time_that_somebody_asks()
    {
        using var pool = new FramePool();
        using var watch = new FrameWatch();
        var station = new Taker { Wants = true };
        var frames = new WatchedFrames(station, watch);
        Give(frames, pool, 1);
        Assert.Null(watch.Take());
        watch.Ask();
        Give(frames, pool, 2);
        Give(frames, pool, 3);
        Frame shown = watch.Take()!;
        Assert.Equal(2, shown.CapturedAt);
        shown.Release();
        Assert.Equal([1, 2, 3], station.Got);
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public void A_picture_that_the_station_does_not_need_is_shown_and_not_given_to_it()
    {
        using var pool = new FramePool();
        using var watch = new FrameWatch();
        var station = new Taker { Wants = false };
        var frames = new WatchedFrames(station, watch);
        Give(frames, pool, 1);
        watch.Ask();
        Give(frames, pool, 2);
        Assert.Empty(station.Got);
        Assert.Equal(2, watch.Take()!.CapturedAt);
        // A picture of several pages comes without a look, after one that was looked at and never came.
        watch.Ask();
        Frame looked = Of(pool, 3);
        Assert.True(frames.Needs(looked.View, false, TestContext.Current.CancellationToken));
        looked.Release();
        frames.Accept(Of(pool, 4), false, TestContext.Current.CancellationToken);
        Assert.Equal([4], station.Got);
    }

    private static void Give(WatchedFrames frames, FramePool pool, long at)
    {
        Frame frame = Of(pool, at);
        if (frames.Needs(frame.View, false, TestContext.Current.CancellationToken))
            frames.Accept(frame, false, TestContext.Current.CancellationToken);
        else
            frame.Release();
    }

    private static Frame Of(FramePool pool, long at)
    {
        Frame frame = pool.Rent(4, 4);
        frame.Stamp(at, DateTimeOffset.UnixEpoch, at);
        return frame;
    }

    private sealed class Taker : IFrameSink
    {
        public bool Wants { get; init; }

        public List<long> Got { get; } = [];

        public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop) => Wants;

        public void Accept(Frame frame, bool mayWait, CancellationToken stop)
        {
            Got.Add(frame.CapturedAt);
            frame.Release();
        }
    }
}
