using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using OpenCvSharp;

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
        Station(settings)["Camera"] = new JsonObject
        {
            ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "1s", ["View"] = "Continuous", ["Fps"] = 10 },
        };
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
        Received state = client.WaitFor(
            "state",
            where: state => state.Text.Contains("has ended", StringComparison.Ordinal) && Counter(state, "eventsPublished") == Parts)[0];
        client.WaitFor("event", Parts);
        Assert.Equal(Parts, Counter(state, "triggers"));
        // Of a part before the connection stood there is none.
        Assert.Equal(Parts, Counter(state, "signalsSent") + Counter(state, "signalsNotConnected"));
        client.WaitFor("signal", (int)Counter(state, "signalsSent"));
        Assert.Equal(Counter(state, "signalsSent"), client.All("signal").Count);
    }

    [Fact]
    public async Task A_free_running_camera_over_an_empty_conveyor_makes_no_trigger_and_no_part_is_missed()
    {
        const int Parts = 4;
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame", ["When"] = "Occupied", ["QueueLength"] = 100 };
        Station(settings)["Camera"] = new JsonObject
        {
            ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "1s", ["View"] = "Continuous", ["Fps"] = 12, ["Count"] = Parts },
        };
        StartAgent(settings);
        Received state = client.WaitFor("state", where: state =>
            state.Text.Contains("has ended", StringComparison.Ordinal)
            && Counter(state, "triggers") == Counter(state, "pass") + Counter(state, "reject") + Counter(state, "review"))[0];
        long triggers = Counter(state, "triggers");
        Assert.Equal((12 * Parts, 12 * Parts - triggers), (Counter(state, "frames"), Counter(state, "framesIdle")));
        Assert.InRange(triggers, 2 * Parts, 9 * Parts);
        client.WaitFor("event", (int)triggers);
        // The picture in which a part is centred bears its id; those before and after it have made-up ones.
        Assert.Equal(
            Enumerable.Range(0, Parts).Select(part => $"sim-20000-{part:D6}"),
            client.All("event").Select(e => e["part"]!).Where(part => part.StartsWith("sim-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Occupied", Stays * StayFrames)]
    [InlineData("Changed", 1 + 2 * Stays)]
    public async Task Of_a_video_of_a_conveyor_that_is_mostly_empty_only_what_is_worth_it_is_inspected(string when, int triggers)
    {
        string file = Path.Combine(Folder, "conveyor.avi");
        WriteConveyor(file);
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Model"] = Path.Combine(Packages, "quick");
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame", ["When"] = when, ["AtLeastEvery"] = "0s" };
        Station(settings)["Camera"] = new JsonObject
        {
            ["Video"] = new JsonObject { ["File"] = file, ["Pace"] = "AsConsumed", ["AtEnd"] = "End" },
        };
        StartAgent(settings);
        Received state = client.WaitFor(
            "state", where: state => Counter(state, "frames") == Stays * Period && Counter(state, "eventsPublished") == triggers)[0];
        Assert.Equal(
            (triggers, Stays * Period - triggers, 0),
            (Counter(state, "triggers"), Counter(state, "framesIdle"), Counter(state, "framesSkipped")));
        // How many of them reach the PLC depends on when the broker is connected; a file does not wait for that.
        Assert.Equal(triggers, Counter(state, "pass") + Counter(state, "reject") + Counter(state, "review") + Counter(state, "none"));
    }

    [Fact]
    public void A_condition_for_a_trigger_of_the_PLC_is_refused_with_its_place_and_the_reason()
    {
        JsonObject settings = Settings(1);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Mqtt", ["When"] = "Occupied" };
        (int exitCode, ChildProcess agent) = Run("config", "check", "--settings", Write(settings));
        Assert.Equal(2, exitCode);
        Assert.Contains("Stations:s1:Trigger:When", agent.Said, StringComparison.Ordinal);
        Assert.Contains("each part it announces gets its verdict", agent.Said, StringComparison.Ordinal);
    }

    private const int Stays = 8;
    private const int StayFrames = 3;
    private const int Period = 25;

    private static long Counter(Received state, string name) =>
        state.Json.GetProperty("counters") is { ValueKind: JsonValueKind.Object } counters ? counters.GetProperty(name).GetInt64() : -1;

    /// <summary>
    /// A belt with the noise of a sensor, compressed as a network camera does, on which a bright part lies for some pictures of every
    /// second.
    /// </summary>
    private static void WriteConveyor(string file)
    {
        using var writer = new VideoWriter(file, FourCC.MJPG, Period, new Size(320, 240));
        using var picture = new Mat(240, 320, MatType.CV_8UC3);
        using var noise = new Mat(240, 320, MatType.CV_16SC3);
        var random = new RNG(5);
        for (int i = 0; i < Stays * Period; i++)
        {
            picture.SetTo(Scalar.All(70));
            if (i % Period is var at and >= Period - StayFrames - 1 and < Period - 1)
                Cv2.Rectangle(picture, new Rect(80, 40, 160, 160), Scalar.All(160 + at), -1);
            random.Fill(noise, DistributionType.Normal, Scalar.All(0), Scalar.All(6));
            Cv2.Add(picture, noise, picture, null, (int)MatType.CV_8U);
            writer.Write(picture);
        }
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
