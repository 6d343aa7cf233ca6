using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Tests.Images.Spool;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Images;

public sealed class FrameQueueTests : IDisposable
{
    private readonly SpoolBench _bench = new();
    private readonly FramePool _pool = new();

    [Fact]
    public void A_full_queue_gives_up_the_newest_pass_for_a_reject_and_refuses_a_reject_only_among_rejects()
    {
        var queue = new FrameQueue(3);
        WaitingFrame firstPass = Waiting(VerdictKind.Pass), reject = Waiting(VerdictKind.Reject), secondPass = Waiting(VerdictKind.Pass);
        Assert.All([firstPass, reject, secondPass], frame => Assert.True(queue.TryAdd(frame, out _)));

        Assert.False(queue.TryAdd(Waiting(VerdictKind.Pass), out WaitingFrame? gaveWay));
        Assert.Null(gaveWay);
        WaitingFrame review = Waiting(VerdictKind.Review), none = Waiting(VerdictKind.None);
        Assert.True(queue.TryAdd(review, out gaveWay));
        Assert.Same(secondPass, gaveWay);
        Assert.True(queue.TryAdd(none, out gaveWay));
        Assert.Same(firstPass, gaveWay);
        Assert.False(queue.TryAdd(Waiting(VerdictKind.Reject), out gaveWay));
        Assert.Null(gaveWay);

        queue.Complete();
        Assert.False(queue.TryAdd(Waiting(VerdictKind.Reject), out _));
        Assert.Equal([reject, review, none, null], [queue.Take(), queue.Take(), queue.Take(), queue.Take()]);
    }

    [Fact]
    public void However_few_they_are_frames_take_no_more_than_their_share_of_memory()
    {
        WaitingFrame first = Waiting(VerdictKind.Reject), second = Waiting(VerdictKind.Reject), third = Waiting(VerdictKind.Reject);
        long bytes = (long)first.Frame.Stride * first.Frame.Height;
        var queue = new FrameQueue(8, 2 * bytes);
        Assert.True(queue.TryAdd(first, out _));
        Assert.True(queue.TryAdd(second, out _));
        Assert.False(queue.TryAdd(third, out _));
        Assert.Same(first, queue.Take());
        Assert.True(queue.TryAdd(third, out _));
        // One that is larger than all that are allowed is still a picture of a part.
        Assert.True(new FrameQueue(8, bytes - 1).TryAdd(Waiting(VerdictKind.Reject), out _));
    }

    [Fact]
    public void The_settings_decide_which_parts_are_kept_and_an_event_id_always_gets_the_same_answer()
    {
        Guid[] ids = [.. Enumerable.Range(0, 4000).Select(_ => Guid.CreateVersion7())];
        var options = new ImageOptions { PassShare = 0.25 };
        Assert.InRange(ids.Count(id => ImageSampling.Wants(options, VerdictKind.Pass, id)), 850, 1150);
        Assert.All(ids, id => Assert.Equal(
            ImageSampling.Wants(options, VerdictKind.Pass, id), ImageSampling.Wants(options, VerdictKind.Pass, new Guid(id.ToString()))));
        // Pinned: another answer after an update would make shares of two halves of a shift differ.
        Assert.Equal(0.7475262197, ImageSampling.Share(new Guid("01939a3c-5f00-7000-8000-000000000007")), 9);

        Assert.All([VerdictKind.Reject, VerdictKind.Review], verdict => Assert.True(ImageSampling.Wants(new(), verdict, ids[0])));
        Assert.All(
            [VerdictKind.Pass, VerdictKind.None], verdict => Assert.DoesNotContain(ids, id => ImageSampling.Wants(new(), verdict, id)));
        Assert.All(ids, id => Assert.True(ImageSampling.Wants(new() { PassShare = 1 }, VerdictKind.Pass, id)));
        Assert.True(ImageSampling.Wants(new() { For = [VerdictKind.None] }, VerdictKind.None, ids[0]));
        Assert.False(ImageSampling.Wants(new() { Mode = ImageMode.Off, PassShare = 1 }, VerdictKind.Reject, ids[0]));
        Assert.True(ImageSampling.Wants(new(), Verdict.None(NoneReason.Picture, "black"), ids[0]));
        Assert.False(ImageSampling.Wants(new(), Verdict.None(NoneReason.Model, "failed"), ids[0]));
        Assert.False(ImageSampling.Wants(new() { For = [VerdictKind.Review] }, Verdict.None(NoneReason.Picture, "black"), ids[0]));
    }

    public void Dispose()
    {
        _bench.Dispose();
        _pool.Dispose();
    }

    private WaitingFrame Waiting(VerdictKind verdict) => new(_bench.Part(verdict), _pool.Rent(2, 2));
}
