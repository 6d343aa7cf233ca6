using EdgeInspector.Foundation.Clocks;

namespace EdgeInspector.Foundation.Tests.Clocks;

public sealed class WallTimeTests
{
    public static TheoryData<DateTimeOffset> Moments =>
    [
        DateTimeOffset.MinValue, new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.UnixEpoch.AddTicks(-1),
            DateTimeOffset.UnixEpoch,
        new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.FromHours(14)), new DateTimeOffset(2038, 1, 19, 3, 14, 8, TimeSpan.Zero),
            DateTimeOffset.MaxValue,
    ];

    [Theory]
    [MemberData(nameof(Moments))]
    public void Every_moment_has_an_id_of_version_7_and_a_moment_before_it(DateTimeOffset at)
    {
        Assert.Equal(7, WallTime.NewId(at).Version);
        Assert.NotEqual(WallTime.NewId(at), WallTime.NewId(at));
        foreach (TimeSpan span in new[] { TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(365_000), TimeSpan.MaxValue })
            Assert.InRange(WallTime.Before(at, span), DateTimeOffset.MinValue, at);
    }

    [Fact]
    public void The_moment_before_is_exact_where_the_calendar_has_it() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero), WallTime.Before(new DateTimeOffset(2026, 11, 28, 13, 0, 0,
            TimeSpan.FromHours(1)), TimeSpan.FromDays(2)));

    [Theory]
    [InlineData(1, "which lies in the past")]
    [InlineData(1970, "which lies in the past")]
    [InlineData(2025, "which lies in the past")]
    [InlineData(2027, null)]
    [InlineData(2038, null)]
    [InlineData(2060, "which lies too far ahead")]
    [InlineData(2099, "which lies too far ahead")]
    [InlineData(9999, "which lies too far ahead")]
    public void A_clock_that_is_certainly_wrong_is_told_from_one_that_may_be_right(int year, string? fault)
    {
        var now = new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(fault, WallTime.Fault(now));
        Assert.Equal(fault is null, WallTime.IsPossible(now));
        Assert.Equal(fault is null, WallTime.Complaint(now) is null);
    }
}
