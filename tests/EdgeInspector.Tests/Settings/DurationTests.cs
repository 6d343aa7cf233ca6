using EdgeInspector.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Tests.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("150ms", 150)]
    [InlineData("2s", 2000)]
    [InlineData("1.5s", 1500)]
    [InlineData("0.5ms", 0.5)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("00:00:02", 2000)]
    [InlineData("1.00:00:00.5", 86_400_500)]
    [InlineData(" 2 s ", 2000)]
    [InlineData("0", 0)]
    public void Durations_are_read_as_people_write_them(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("s")]
    [InlineData("-2s")]
    [InlineData("-00:00:02")]
    [InlineData("1:30")]
    [InlineData("1,5s")]
    [InlineData("2 sec")]
    [InlineData("2S")]
    [InlineData("1e3s")]
    [InlineData("99999999999d")]
    [InlineData("99999999999999999999999999999999d")]
    [InlineData("1s2ms")]
    public void What_could_be_misread_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData(90_000, "90s")]
    [InlineData(1500, "1500ms")]
    [InlineData(7_200_000, "2h")]
    [InlineData(0, "0s")]
    [InlineData(0.25, "0.25ms")]
    public void Durations_are_written_shortly(double milliseconds, string expected) =>
        Assert.Equal(expected, Duration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Every_duration_written_is_read_again()
    {
        Check.QuickThrowOnFailure(Prop.ForAll<long>(ticks =>
        {
            var duration = TimeSpan.FromTicks(ticks & long.MaxValue);
            return Duration.TryParse(Duration.Format(duration), out TimeSpan again) && again == duration
                && Duration.TryParse(duration.ToString("c"), out again) && again == duration;
        }));
        Assert.True(Duration.TryParse(Duration.Format(TimeSpan.MaxValue), out TimeSpan longest) && longest == TimeSpan.MaxValue);
    }

    [Fact]
    public void No_text_makes_reading_throw() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
    {
        foreach (string unit in (string[])["", "ms", "s", "m", "h", "d", ":1:1"])
            _ = Duration.TryParse((text ?? "") + unit, out _);
        return true;
    }));
}
