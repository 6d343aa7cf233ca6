using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>An outage is one line in the log, not one for each of the agent's connections.</summary>
public sealed class BrokerFaultsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_one_connection_has_told_nobody_tells_once_more_for_ten_minutes()
    {
        var faults = new BrokerFaults(_time, new RecordingLog());
        Assert.True(faults.IsNews("events", "Nothing listens."));
        Assert.False(faults.IsNews("images", "Nothing listens."));
        Assert.False(faults.IsNews("events", "Nothing listens."));
        Assert.True(faults.IsNews("images", "Refused the login."));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(faults.IsNews("images", "Nothing listens."));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(faults.IsNews("images", "Nothing listens."));
        Assert.False(faults.IsNews("events", "Nothing listens."));
    }

    [Fact]
    public void A_new_outage_is_told_and_so_is_one_that_others_still_meet_when_the_teller_is_back()
    {
        var faults = new BrokerFaults(_time, new RecordingLog());
        Assert.True(faults.IsNews("events", "Nothing listens."));
        faults.Restored("images");
        Assert.False(faults.IsNews("images", "Nothing listens."));
        faults.Restored("events");
        Assert.True(faults.IsNews("images", "Nothing listens."));
        Assert.False(faults.IsNews("events", "Nothing listens."));
    }

    [Fact]
    public async Task All_connections_complain_of_a_broker_that_is_away_and_one_logs_it()
    {
        MqttOptions options = LineUnderTest.At(Ports.Free()) with
        {
            FirstPause = TimeSpan.FromMilliseconds(1),
            LongestPause = TimeSpan.FromMilliseconds(10),
        };
        await using var line = new LineUnderTest(options, sharesFaults: true);
        line.StartLink();
        line.Evidence.Start([line.Link]);
        await Eventually.TrueAsync(
            () =>
                line.Health.Complaints.Count(complaint => complaint.Value.StartsWith("Nothing listens at", StringComparison.Ordinal)) == 3,
            "the connections of signals, events and pictures to complain");
        await Eventually.TrueAsync(
            () => line.Log.Lines.Count(said => said.Contains("meets what", StringComparison.Ordinal)) > 20, "many tries");
        Assert.Single(line.Log.Lines, said => said.Contains("Nothing listens at", StringComparison.Ordinal)
            && !said.Contains("meets what", StringComparison.Ordinal));
    }
}
