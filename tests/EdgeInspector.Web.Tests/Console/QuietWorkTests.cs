using EdgeInspector.Web.Console;

namespace EdgeInspector.Web.Tests.Console;

public sealed class QuietWorkTests
{
    [Fact]
    public async Task Pieces_are_done_in_turn_a_fault_comes_to_whoever_asked_and_too_many_are_not_taken()
    {
        using var gate = new ManualResetEventSlim();
        using var work = new QuietWork();
        Task<string?> first = work.RunAsync(() =>
        {
            gate.Wait();
            return "first";
        });
        Task<string?> failing = work.RunAsync<string>(() => throw new InvalidDataException("broken"));
        Task<string?>[] others = [.. Enumerable.Range(0, QuietWork.MostWaiting + 20).Select(i => work.RunAsync(() => $"{i}"))];
        Assert.Null(await others[^1]);
        gate.Set();
        Assert.Equal("first", await first);
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => failing)).Message);
        Assert.Equal("0", await others[0]);
    }
}
