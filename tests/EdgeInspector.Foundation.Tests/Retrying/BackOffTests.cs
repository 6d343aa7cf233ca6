using EdgeInspector.Foundation.Retrying;

namespace EdgeInspector.Foundation.Tests.Retrying;

public sealed class BackOffTests
{
    [Fact]
    public void Pauses_grow_up_to_the_longest_and_are_jittered()
    {
        var pause = new BackOff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), 0.5, 1, new Random(3));
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

    [Fact]
    public void Without_jitter_each_pause_is_twice_the_one_before()
    {
        var pause = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
        Assert.Equal([100, 200, 400, 800, 1000, 1000], Enumerable.Range(0, 6).Select(_ => pause.Next().TotalMilliseconds));
        Assert.Equal(TimeSpan.FromMilliseconds(400), BackOff.After(2, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_pause_that_may_be_prolonged_is_no_longer_than_the_longest()
    {
        var pause = new BackOff(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10), 0.8, 1.2, new Random(3));
        Assert.InRange(pause.Next().TotalSeconds, 3.2, 4.8);
        double[] seconds = [.. Enumerable.Range(0, 100).Select(_ => pause.Next().TotalSeconds).Skip(1)];
        Assert.All(seconds, one => Assert.InRange(one, 8, 10));
        Assert.Contains(seconds, one => one < 9);
    }

    [Fact]
    public void Failures_without_end_do_not_overflow()
    {
        var pause = new BackOff(TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        for (int i = 0; i < 2000; i++)
            Assert.InRange(pause.Next(), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        Assert.Equal(TimeSpan.FromDays(1), pause.Next());
    }
}
