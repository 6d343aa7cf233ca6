using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Frames.Around;

namespace EdgeInspector.Inspection.Tests.Frames.Around;

public sealed class FrameRingTests : IDisposable
{
    private readonly FramePool _camera = new();

    public void Dispose() => _camera.Dispose();

    [Fact]
    public void The_frames_before_a_part_its_own_and_those_after_it_are_had_in_their_order()
    {
        using FrameRing ring = Ring(before: 2, after: 3);
        Put(ring, 1, 2, 3, 4, 5);
        using FramesAround around = ring.Around(4)!;
        Assert.Equal([2, 3, 4, 5], Times(around));
        Assert.False(around.Complete.IsCompleted);
        Put(ring, 6, 7, 8);
        Assert.True(around.Complete.IsCompleted);
        Assert.Equal([2, 3, 4, 5, 6, 7], Times(around));
    }

    [Fact]
    public void The_parts_own_frame_may_come_after_its_verdict()
    {
        using FrameRing ring = Ring(before: 1, after: 0);
        Put(ring, 1);
        using FramesAround around = ring.Around(2)!;
        Assert.False(around.Complete.IsCompleted);
        Put(ring, 2, 3);
        Assert.True(around.Complete.IsCompleted);
        Assert.Equal([1, 2], Times(around));
    }

    [Fact]
    public void The_frames_before_are_still_there_when_the_verdict_took_thirty_frames()
    {
        using FrameRing ring = Ring(before: 3, after: 2);
        Put(ring, [.. Enumerable.Range(1, 200).Select(at => (long)at)]);
        using FramesAround around = ring.Around(170)!;
        Assert.True(around.Complete.IsCompleted);
        Assert.Equal([167, 168, 169, 170, 171, 172], Times(around));
    }

    [Fact]
    public void Whatever_is_asked_for_the_memory_stays_within_its_bound_and_all_of_it_comes_back()
    {
        const int Bytes = 64 * 48 * 3;
        FrameRing ring = FrameRing.Of(new FramesAroundOptions { Before = 5, After = 5, Side = 64, MaxBytes = 12 * Bytes })!;
        var random = new Random(20261129);
        var held = new List<FramesAround>();
        for (long at = 1; at <= 5_000; at++)
        {
            Put(ring, at);
            Assert.InRange(ring.InUse, 0, 12);
            if (random.Next(3) == 0 && ring.Around(at - random.Next(5)) is { } around)
                held.Add(around);
            if (held.Count > random.Next(30))
            {
                int first = random.Next(held.Count);
                held[first].Dispose();
                held.RemoveAt(first);
            }
        }
        held.ForEach(around => around.Dispose());
        Assert.InRange(ring.InUse, 0, 12);
        ring.Dispose();
        Assert.Equal(0, ring.InUse);
        Assert.Null(ring.Around(1));
    }

    [Fact]
    public void Who_waits_when_the_station_ends_waits_no_longer_and_keeps_what_is_here()
    {
        FrameRing ring = Ring(before: 1, after: 5);
        Put(ring, 1, 2);
        FramesAround around = ring.Around(2)!;
        ring.Dispose();
        Assert.True(around.Complete.IsCompleted);
        Assert.Equal([1, 2], Times(around));
        around.Dispose();
        Assert.Equal(0, ring.InUse);
    }

    [Fact]
    public void Keeping_frames_leaves_nothing_to_the_garbage_collector()
    {
        using FrameRing ring = Ring(before: 3, after: 3);
        Frame frame = _camera.Rent(1920, 1200);
        for (int i = 0; i < 100; i++)
            ring.Add(frame.View);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            ring.Add(frame.View);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        frame.Release();
    }

    [Theory]
    [InlineData(1, 1920, 1200, 480, 300)]
    [InlineData(3, 1920, 1200, 480, 300)]
    [InlineData(4, 1201, 1921, 300, 480)]
    [InlineData(3, 100, 80, 100, 80)]
    [InlineData(3, 481, 1, 480, 1)]
    [InlineData(1, 1, 5000, 1, 480)]
    public unsafe void A_small_frame_shows_the_picture_in_its_colours(int channels, int width, int height, int smallWidth, int smallHeight)
    {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < width * height; i++)
        {
            for (int channel = 0; channel < channels; channel++)
                pixels[(i * channels) + channel] = (byte)((i % width < width / 2 ? 40 : 200) + (10 * channel));
        }
        fixed (byte* first = pixels)
        {
            var view = new FrameView((nint)first, width, height, width * channels, channels, 7);
            using FrameRing ring = Ring(before: 1, after: 0);
            ring.Add(view);
            using FramesAround around = ring.Around(7)!;
            Frame small = Assert.Single(around.Frames);
            Assert.Equal((smallWidth, smallHeight), (small.Width, small.Height));
            int step = channels == 1 ? 0 : 10;
            int left = width / 2 > 0 ? 40 : 200;
            Assert.Equal([(byte)left, (byte)(left + step), (byte)(left + (2 * step))], small.Pixels[..3].ToArray());
            Assert.Equal([200, (byte)(200 + step), (byte)(200 + (2 * step))], small.Pixels[^3..].ToArray());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_frame_is_handed_on_before_a_copy_of_it_is_made(bool isNeeded)
    {
        using FrameRing ring = Ring(before: 5, after: 5);
        var station = new Inbox(isNeeded, () => ring.InUse);
        var feed = new RememberedFrames(station, ring);
        Frame frame = _camera.Rent(64, 48);
        frame.Stamp(3, default, 1);
        if (feed.Needs(frame.View, false, TestContext.Current.CancellationToken))
            feed.Accept(frame.AddReference(), false, TestContext.Current.CancellationToken);
        frame.Release();
        Assert.Equal(isNeeded ? [0, 0] : [0], station.InRing);
        Assert.Equal((1, 0), (ring.InUse, _camera.InUse));
    }

    [Fact]
    public void Memory_that_would_hold_no_sheet_is_refused()
    {
        var options = new FramesAroundOptions { Before = 3, After = 3, Side = 1920, MaxBytes = 1_000_000 };
        Assert.Contains(
            "raise MaxBytes", Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(new FramesAroundOptions { Before = 20, After = 20 }.Validate(new ValidationContext(options)));
    }

    private static FrameRing Ring(int before, int after) => FrameRing.Of(new FramesAroundOptions { Before = before, After = after })!;

    private void Put(FrameRing ring, params long[] times)
    {
        foreach (long at in times)
        {
            Frame frame = _camera.Rent(64, 48);
            frame.Writable.Clear();
            frame.Stamp(at, default, at);
            ring.Add(frame.View);
            frame.Release();
        }
    }

    private static IEnumerable<long> Times(FramesAround around) => around.Frames.Select(frame => frame.CapturedAt);

    private sealed class Inbox(bool isNeeded, Func<int> inRing) : IFrameSink
    {
        public List<int> InRing { get; } = [];

        public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop)
        {
            InRing.Add(inRing());
            return isNeeded;
        }

        public void Accept(Frame frame, bool mayWait, CancellationToken stop)
        {
            InRing.Add(inRing());
            frame.Release();
        }
    }
}
