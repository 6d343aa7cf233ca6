using EdgeInspector.Foundation.Clocks;

namespace EdgeInspector.Foundation.Tests.Clocks;

public sealed class WallClockTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_clock_that_was_set_is_believed_again_after_a_day()
    {
        var time = new SetClock();
        var clock = new WallClock(time);
        time.Pass(TimeSpan.FromHours(25));
        Assert.True(IsSteady(clock));
        time.Set(TimeSpan.FromDays(365 * 80));
        Assert.False(IsSteady(clock));
        time.Set(TimeSpan.FromDays(-365 * 80));
        Assert.False(IsSteady(clock));
        time.Pass(TimeSpan.FromHours(23));
        Assert.False(IsSteady(clock));
        time.Pass(TimeSpan.FromHours(2));
        Assert.True(IsSteady(clock));
    }

    private static bool IsSteady(WallClock clock)
    {
        clock.Jump();
        return clock.IsSteadyFor(TimeSpan.FromDays(1));
    }

    /// <summary>A wall clock that can be set, beside a monotonic one that can't.</summary>
    private sealed class SetClock : TimeProvider
    {
        private TimeSpan _monotonic, _set;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _monotonic += time;

        public void Set(TimeSpan by) => _set += by;

        public override long GetTimestamp() => _monotonic.Ticks;

        public override DateTimeOffset GetUtcNow() => Began + _monotonic + _set;
    }
}
