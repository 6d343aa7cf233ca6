using EdgeInspector.Hosting.Health;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Tests.Hosting.Health;

public sealed class HealthCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    private string File => _folder["health"];

    private void Report(params string[] complaints) => new HealthReport(_time.GetTimestamp(), complaints).WriteTo(File);

    private HealthCheck Look(bool mustBeReady = false) => HealthCheck.Check(File, mustBeReady, _time);

    [Fact]
    public void An_agent_that_reports_and_has_nothing_to_complain_of_is_alive_and_ready()
    {
        Report();
        _time.Advance(HealthCheck.Limit);
        Assert.True(Look().IsGood);
        Assert.True(Look(mustBeReady: true).IsGood);
    }

    [Fact]
    public void A_degraded_agent_is_alive_but_not_ready_and_says_why()
    {
        Report("Station weld-3, camera: it is gone.\nReally.", "Station weld-3, broker: away.");
        Assert.True(Look().IsGood);
        Assert.False(Look(mustBeReady: true).IsGood);
        Assert.Equal("Degraded. Station weld-3, camera: it is gone. Really. Station weld-3, broker: away.", Look().Message);
    }

    [Fact]
    public void An_agent_that_does_not_report_any_more_is_dead()
    {
        Report();
        _time.Advance(HealthCheck.Limit + TimeSpan.FromSeconds(1));
        Assert.False(Look().IsGood);
        Assert.Contains("for 16 s", Look().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wall_clock_is_not_asked_so_setting_it_kills_nobody()
    {
        var time = new NoWallClock();
        new HealthReport(time.GetTimestamp(), []).WriteTo(File);
        Assert.True(HealthCheck.Check(File, mustBeReady: true, time).IsGood);
    }

    [Fact]
    public void A_report_from_before_the_machine_was_started_counts_for_nothing()
    {
        new HealthReport(_time.GetTimestamp() + TimeSpan.TicksPerHour, []).WriteTo(File);
        Assert.False(Look().IsGood);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alive")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    public void No_report_or_nonsense_is_no_sign_of_life(string? content)
    {
        if (content is not null)
            _folder.Write("health", content);
        Assert.False(Look().IsGood);
    }

    private sealed class NoWallClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("The wall clock was asked.");
    }
}
