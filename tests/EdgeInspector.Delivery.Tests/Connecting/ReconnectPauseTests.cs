using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Tests.Connecting;

public sealed class ReconnectPauseTests
{
    [Fact]
    public void Pauses_grow_up_to_the_longest_and_are_jittered()
    {
        var pause = new ReconnectPause(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), new Random(3));
        double[] seconds = [.. Enumerable.Range(0, 100).Select(_ => pause.Next().TotalSeconds)];
        for (int i = 0; i < seconds.Length; i++)
        {
            double whole = Math.Min(30, 0.5 * Math.Pow(2, i));
            Assert.InRange(seconds[i], whole / 2, whole);
        }
        Assert.True(seconds.Skip(10).Distinct().Count() > 80, "Pauses differ.");
        pause.Reset();
        Assert.InRange(pause.Next().TotalSeconds, 0.25, 0.5);
    }
}
