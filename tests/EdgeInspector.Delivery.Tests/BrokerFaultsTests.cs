using System.Net;
using System.Net.Sockets;
using EdgeInspector.Delivery.Connecting;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Delivery.Tests;

/// <summary>An outage is one line in the log, not one for each of the agent's connections.</summary>
public sealed class BrokerFaultsTests
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_one_connection_has_told_the_others_tell_no_more()
    {
        var faults = new BrokerFaults(_time, new MemoryLog());
        Assert.True(faults.IsNews("events", "Nothing listens.", Lately));
        Assert.False(faults.IsNews("images", "Nothing listens.", Lately));
        Assert.True(faults.IsNews("images", "Refused the login.", Lately));
        _time.Advance(Lately / 2);
        Assert.True(faults.IsNews("events", "Nothing listens.", Lately));
        _time.Advance(Lately);
        Assert.False(faults.IsNews("images", "Nothing listens.", Lately));
    }

    [Fact]
    public void Who_still_meets_it_tells_it_when_the_teller_is_back_or_silent()
    {
        var faults = new BrokerFaults(_time, new MemoryLog());
        Assert.True(faults.IsNews("events", "Nothing listens.", Lately));
        faults.Restored("images");
        Assert.False(faults.IsNews("images", "Nothing listens.", Lately));
        faults.Restored("events");
        Assert.True(faults.IsNews("images", "Nothing listens.", Lately));
        _time.Advance(Lately + TimeSpan.FromSeconds(1));
        Assert.True(faults.IsNews("events", "Nothing listens.", Lately));
    }

    [Fact]
    public async Task All_connections_complain_of_a_broker_that_is_away_and_one_logs_it()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        MqttOptions options = LineUnderTest.At(port) with { FirstPause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromSeconds(30) };
        await using var line = new LineUnderTest(options, sharesFaults: true);
        line.Link.Start();
        line.Evidence.Start();
        await Until.True(
            () => line.Health.Complaints.Count(complaint => complaint.Value.StartsWith("Nothing listens at", StringComparison.Ordinal)) == 3,
            "the connections of signals, events and pictures to complain");
        Assert.Single(line.Log.Lines, said => said.Contains("Nothing listens at", StringComparison.Ordinal) && !said.Contains("meets what", StringComparison.Ordinal));
    }
}
