using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

public sealed class TriggerTests : LineTest
{
    [Fact]
    public async Task Each_part_that_the_PLC_announces_gets_exactly_one_signal()
    {
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        Station(settings)["Camera"] = new JsonObject { ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "1s", ["View"] = "Continuous", ["Fps"] = 10 } };
        StartAgent(settings);
        plc.WaitFor("state", where: state => state["status"] == "online");
        string[] parts = ["A-1", "B 2", "{\"part\":\"C/3\"}", "A-1"];
        foreach (string part in parts)
            await plc.PublishAsync("edgeinspector/test/s1/trigger", part);
        plc.WaitFor("event", parts.Length);
        Assert.Equal(["A-1", "B 2", "C/3", "A-1"], plc.All("signal").Select(signal => signal["part"]));
        Assert.Equal([1, 2, 3, 4], plc.All("signal").Select(signal => signal.Json.GetProperty("seq").GetInt32()));
        Assert.DoesNotContain(plc.All("signal"), signal => signal["verdict"] == "none");
    }

    [Fact]
    public async Task A_part_that_passes_a_free_running_camera_is_noticed_once()
    {
        const int Parts = 6;
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Presence" };
        Station(settings)["Camera"] = new JsonObject
        {
            ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "1s", ["View"] = "Continuous", ["Fps"] = 16, ["Count"] = Parts },
        };
        StartAgent(settings);
        client.WaitFor("state", where: state => state.Text.Contains("has ended", StringComparison.Ordinal));
        client.WaitFor("event", Parts);
        Assert.Equal(Parts, client.All("signal").Count);
    }

    [Fact]
    public async Task The_clock_triggers_at_its_interval_on_a_free_running_camera()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Interval", ["Every"] = "300ms" };
        StartAgent(settings);
        Assert.DoesNotContain(client.WaitFor("signal", 5, signal => signal["verdict"] != "none"), signal => signal["verdict"] == "none");
    }
}
