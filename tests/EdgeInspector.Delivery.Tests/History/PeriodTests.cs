using EdgeInspector.Delivery.History;

namespace EdgeInspector.Delivery.Tests.History;

public sealed class PeriodTests
{
    private static readonly TimeOnly[] Shifts = [new(6, 0), new(14, 0), new(22, 0)];

    // Central European Time, written out: the machine may know no zones.
    private static readonly TimeZoneInfo Plant = TimeZoneInfo.CreateCustomTimeZone(
        "Plant", TimeSpan.FromHours(1), "Plant", "Plant", "Plant summer",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)),
        ]);

    [Theory]
    [InlineData(PeriodKind.Hour, "2026-11-29T09:59:59Z", "2026-11-29T10:00")]
    [InlineData(PeriodKind.Shift, "2026-11-29T05:00:00Z", "2026-11-29T06:00")]
    [InlineData(PeriodKind.Shift, "2026-11-29T04:59:59Z", "2026-11-28T22:00")]
    [InlineData(PeriodKind.Shift, "2026-11-29T13:00:00Z", "2026-11-29T14:00")]
    [InlineData(PeriodKind.Shift, "2026-11-29T21:30:00Z", "2026-11-29T22:00")]
    [InlineData(PeriodKind.Day, "2026-11-28T23:30:00Z", "2026-11-29T00:00")]
    [InlineData(PeriodKind.Week, "2026-11-29T12:00:00Z", "2026-11-23T00:00")]
    [InlineData(PeriodKind.Week, "2026-11-30T12:00:00Z", "2026-11-30T00:00")]
    // Summer time: two hours ahead. The night in which it ends has the hour from two to three twice.
    [InlineData(PeriodKind.Hour, "2026-07-01T09:30:00Z", "2026-07-01T11:00")]
    [InlineData(PeriodKind.Hour, "2026-10-25T00:30:00Z", "2026-10-25T02:00")]
    [InlineData(PeriodKind.Hour, "2026-10-25T01:30:00Z", "2026-10-25T02:00")]
    [InlineData(PeriodKind.Day, "2026-10-25T22:30:00Z", "2026-10-25T00:00")]
    public void A_moment_lies_in_the_period_that_the_clock_on_the_wall_shows(PeriodKind kind, string at, string begins) => Assert.Equal(
        DateTime.Parse(begins, System.Globalization.CultureInfo.InvariantCulture),
        new Period(kind, Shifts, Plant).BeginningOf(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(PeriodKind.Hour, "2026-11-28T23:00", "2026-11-29T01:00", "23 0 1")]
    [InlineData(PeriodKind.Shift, "2026-11-28T14:00", "2026-11-29T06:00", "14 22 6")]
    [InlineData(PeriodKind.Day, "2026-10-24T00:00", "2026-10-26T00:00", "0 0 0")]
    [InlineData(PeriodKind.Week, "2026-11-23T00:00", "2026-11-23T00:00", "0")]
    public void Periods_in_which_nothing_happened_keep_their_place(PeriodKind kind, string first, string last, string hours)
    {
        DateTime Local(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        DateTime[] between = [.. new Period(kind, Shifts, Plant).Between(Local(first), Local(last))];
        Assert.Equal(hours, string.Join(' ', between.Select(begins => begins.Hour)));
        Assert.Equal(between, between.Distinct());
    }
}
