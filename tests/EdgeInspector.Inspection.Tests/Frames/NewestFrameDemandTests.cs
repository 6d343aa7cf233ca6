using EdgeInspector.Inspection.Frames;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Frames;

/// <summary>A camera that is asked for each picture learns when one is wanted.</summary>
public sealed class NewestFrameDemandTests
{
    [Fact]
    public async Task A_picture_is_wanted_when_a_part_waits_for_it()
    {
        using var newest = new NewestFrame(TimeProvider.System);
        using var pool = new FramePool();
        Task<Frame?> part = Task.Run(() => newest.WaitFor(0, long.MaxValue), TestContext.Current.CancellationToken);
        newest.WaitUntilWanted(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Frame frame = pool.Rent(8, 8);
        frame.Stamp(1, TimeProvider.System.GetUtcNow(), 1, null);
        newest.Put(frame);
        Assert.Same(frame, await part);
        frame.Release();
    }

    [Fact]
    public async Task It_is_not_wanted_before_the_part_lies_under_the_camera()
    {
        var time = new FakeTimeProvider();
        using var newest = new NewestFrame(time);
        long from = time.GetTimestamp() + time.TimestampFrequency;
        Task<Frame?> part = Task.Run(() => newest.WaitFor(from, long.MaxValue), TestContext.Current.CancellationToken);
        Task wanted = Task.Run(
            () => newest.WaitUntilWanted(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        Assert.NotSame(wanted, await Task.WhenAny(wanted, Task.Delay(100, TestContext.Current.CancellationToken)));
        time.Advance(TimeSpan.FromSeconds(1));
        newest.Wake();
        await wanted.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        newest.Dispose();
        Assert.Null(await part);
    }

    [Fact]
    public void Without_a_part_the_wait_ends_with_its_patience()
    {
        using var newest = new NewestFrame(TimeProvider.System);
        newest.WaitUntilWanted(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        newest.WaitUntilWanted(TimeSpan.FromMinutes(10), stopped.Token);
    }
}
