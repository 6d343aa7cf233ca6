using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Tests.Frames;

public sealed class FramePoolTests
{
    [Fact]
    public void A_frame_returns_to_its_pool_with_the_last_release()
    {
        using var pool = new FramePool();
        Frame frame = pool.Rent(4, 3);
        frame.AddReference();
        frame.Release();
        Assert.Equal(1, pool.InUse);
        frame.Release();
        Assert.Equal(0, pool.InUse);
        Frame again = pool.Rent(4, 3);
        Assert.Same(frame, again);
        again.Release();
    }

    [Fact]
    public void Frames_far_larger_than_any_camera_gives_are_not_kept()
    {
        using var pool = new FramePool();
        Frame huge = pool.Rent(20_000, 9_000);
        huge.Release();
        Frame again = pool.Rent(20_000, 9_000);
        Assert.NotSame(huge, again);
        again.Release();
    }
}
