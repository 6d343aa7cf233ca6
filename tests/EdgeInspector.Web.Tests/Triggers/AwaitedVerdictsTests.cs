using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Web.Triggers;

namespace EdgeInspector.Web.Tests.Triggers;

public sealed class AwaitedVerdictsTests
{
    private readonly AwaitedVerdicts _awaited = new(part => [(byte)part.Sequence]);

    [Fact]
    public async Task Each_caller_gets_the_verdict_of_the_part_that_was_brought()
    {
        Task<byte[]> first = _awaited.Begin("A")!, second = _awaited.Begin("B")!;
        Assert.Null(_awaited.Begin("A"));
        _awaited.See(Part("B", 2));
        _awaited.See(Part("other", 9));
        _awaited.See(Part("A", 1));
        Assert.Equal([1], await first);
        Assert.Equal([2], await second);
    }

    [Fact]
    public async Task A_caller_who_ends_takes_nothing_from_the_next_one_with_the_same_part()
    {
        Task<byte[]> first = _awaited.Begin("A")!;
        _awaited.See(Part("A", 1));
        Task<byte[]> second = _awaited.Begin("A")!;
        _awaited.End("A", first);
        _awaited.See(Part("A", 2));
        Assert.Equal([2], await second.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken));
        Task<byte[]> third = _awaited.Begin("A")!;
        _awaited.End("A", third);
        Assert.NotNull(_awaited.Begin("A"));
    }

    private static InspectedPart Part(string part, long number) => new()
    {
        Id = Guid.NewGuid(),
        Station = "s",
        Part = part,
        Sequence = number,
        TriggeredAt = DateTimeOffset.UnixEpoch,
        VerdictAt = DateTimeOffset.UnixEpoch,
        Verdict = Verdict.None(NoneReason.Camera),
        Action = GateAction.Reject,
        Signal = SignalOutcome.Sent,
        Predictions = [],
        TriggerToSignal = TimeSpan.Zero,
    };
}
