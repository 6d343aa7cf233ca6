using EdgeInspector.Contracts;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.State;

/// <summary>What <c>state</c> says to a broker that takes no large messages.</summary>
public sealed class LargeStateTests
{
    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task A_state_too_large_for_the_broker_is_shortened_and_signals_go_on(string protocol)
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 1000");
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = new(LineUnderTest.At(broker.Port) with { Protocol = protocol });
        line.Health.Complain(new Wording("camera", "fault", "{detail}").Of(string.Concat(Enumerable.Repeat("words ", 1000))));
        line.StartLink();
        Seen state = await observer.Wait("/state", m => m.Json.GetProperty("status").GetString() == "degraded");
        Assert.Null(Contract.FaultOf("state", state.Text));
        Assert.Equal(0, state.Json.GetProperty("counters").GetProperty("eventsRefused").GetInt64());
        Assert.Equal(0, state.Json.GetProperty("counters").GetProperty("eventsWaiting").GetInt64());
        string reason = state.Json.GetProperty("reasons")[0].GetProperty("reason").GetString()!;
        Assert.EndsWith("words…", reason, StringComparison.Ordinal);
        await observer.Wait("/heartbeat");
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal("part-1")));
        await observer.Wait("/signal");
        Assert.InRange(
            line.Log.Lines.Count(text => text.Contains("weld-3 connected", StringComparison.Ordinal)), 1, protocol == "5" ? 1 : 5);
    }
}
