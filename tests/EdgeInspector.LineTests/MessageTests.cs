using System.Globalization;
using System.Text.Json;
using EdgeInspector.LineTests.Line;
using MQTTnet.Protocol;
using OpenCvSharp;

namespace EdgeInspector.LineTests;

/// <summary>What an independent client sees of a healthy line.</summary>
public sealed class MessageTests : LineTest
{
    [Fact]
    public async Task Every_part_has_one_signal_and_one_event_and_every_reject_its_image()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        var settings = Settings(broker.Port);
        Station(settings)["Camera"]!["Simulated"]!["Count"] = 20;
        ChildProcess agent = StartAgent(settings);
        IReadOnlyList<Received> events = client.WaitFor("event", 20);
        List<Received> rejects = [.. events.Where(e => e["verdict"] == "reject")];
        Assert.NotEmpty(rejects);
        IReadOnlyList<Received> images = client.WaitFor("image", rejects.Count);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));

        // Of a part before the connection stood there is no signal, and the agent says so.
        JsonElement counters = client.WaitFor("state", where: state => state["status"] == "offline")[0].Json.GetProperty("counters");
        int sent = counters.GetProperty("signalsSent").GetInt32();
        Assert.Equal(20, sent + counters.GetProperty("signalsNotConnected").GetInt32());
        Assert.InRange(sent, 1, 20);
        IReadOnlyList<Received> signals = client.WaitFor("signal", sent);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"sim-20000-{i:D6}"), events.Select(e => e["part"]));
        Assert.Equal(events.Skip(20 - sent).Select(e => (e["part"], e["verdict"])), signals.Select(s => (s["part"], s["verdict"])));
        Assert.All(signals, signal =>
        {
            Assert.InRange(signal.Payload.Length, 1, 200);
            Assert.Equal((MqttQualityOfServiceLevel.AtLeastOnce, false, 1u), (signal.QoS, signal.Retained, signal.Expiry));
            Assert.InRange(signal.Json.GetProperty("validMs").GetInt32(), 1, 10_000);
        });
        Assert.Equal(events.Count, events.Select(e => e["id"]).Distinct().Count());
        Assert.Equal(rejects.Select(e => e["id"]).Order(), images.Select(i => i.Properties["event-id"]).Order());
        Assert.All(images, image =>
        {
            Assert.Equal("image/jpeg", image.ContentType);
            using Mat picture = Cv2.ImDecode(image.Payload, ImreadModes.Color);
            Assert.Equal((1280, 960), (picture.Width, picture.Height));
        });
        Assert.DoesNotContain(agent.Output, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task State_says_what_runs_and_is_kept_for_those_who_come_later()
    {
        Mosquitto broker = StartBroker();
        StartAgent(Settings(broker.Port));
        await using LineClient first = await LineClient.ConnectAsync(broker.Port);
        first.WaitFor("state", where: state => state["status"] == "online");
        await using LineClient later = await LineClient.ConnectAsync(broker.Port);
        JsonElement state = later.WaitFor("state", where: s => s.Retained)[0].Json;
        Assert.Equal("part-classifier", state.GetProperty("package").GetProperty("name").GetString());
        Assert.Equal("cpu", state.GetProperty("package").GetProperty("provider").GetString());
        Assert.Equal(64, state.GetProperty("package").GetProperty("hash").GetString()!.Length);
    }

    [Fact]
    public async Task The_heart_beats_about_once_a_second()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        StartAgent(Settings(broker.Port));
        IReadOnlyList<Received> beats = client.WaitFor("heartbeat", 3);
        // Those before the connection stood are counted too, and not sent.
        int first = int.Parse(beats[0].Text, CultureInfo.InvariantCulture);
        Assert.Equal([first, first + 1, first + 2], beats.Take(3).Select(beat => int.Parse(beat.Text, CultureInfo.InvariantCulture)));
        Assert.All(beats, beat => Assert.Equal(MqttQualityOfServiceLevel.AtMostOnce, beat.QoS));
    }
}
