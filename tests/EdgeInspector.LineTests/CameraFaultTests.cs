using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using OpenCvSharp;

namespace EdgeInspector.LineTests;

public sealed class CameraFaultTests : LineTest
{
    [Fact]
    public async Task A_network_camera_that_dies_and_comes_back_is_read_again()
    {
        string script = RtspServer();
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        ChildProcess camera = StartCamera(script, port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Camera"] = new JsonObject
        {
            ["Url"] = new JsonObject { ["Address"] = $"rtsp://127.0.0.1:{port}/camera", ["ReadTimeout"] = "2s" },
            ["Reopen"] = new JsonObject { ["Max"] = "1s" },
        };
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Interval", ["Every"] = "500ms" };
        Station(settings)["Deadline"] = "400ms";
        StartAgent(settings);
        client.WaitFor("event", 2, e => e["verdict"] != "none");

        camera.Kill();
        Received blind = client.WaitFor("state", where: state => state["status"] == "degraded"
            && state.Json.GetProperty("counters").GetProperty("pass").GetInt64() + state.Json.GetProperty("counters")
                .GetProperty("reject")
                .GetInt64() + state.Json.GetProperty("counters").GetProperty("review").GetInt64() > 0)[0];
        Assert.Contains("camera", blind.Text, StringComparison.Ordinal);
        client.WaitFor("signal", where: signal => signal["verdict"] == "none" && signal["action"] == "reject");

        int seen = client.All("event").Count;
        StartCamera(script, port);
        client.WaitFor("event", 2, e => e["verdict"] != "none" && e.Json.GetProperty("seq").GetInt64() > seen);
        client.WaitFor(
            "state", where: state => state["status"] == "online" && state.Json.GetProperty("counters").GetProperty("none").GetInt64() > 0);
    }

    [Fact]
    public async Task A_camera_whose_picture_is_frozen_gives_none_until_it_moves_again()
    {
        Mosquitto broker = StartBroker();
        using var camera = new HttpCamera();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Camera"] = new JsonObject { ["Url"] = new JsonObject { ["Address"] = camera.Address } };
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        Station(settings)["Deadline"] = "2s";
        StartAgent(settings);
        client.WaitFor("state", where: state => state["status"] == "online");
        async Task<Received> Inspect(string part)
        {
            await client.PublishAsync("edgeinspector/test/s1/trigger", part);
            return client.WaitFor("event", where: e => e["part"] == part)[0];
        }

        Assert.NotEqual("none", (await Inspect("moving"))["verdict"]);
        camera.IsFrozen = true;
        client.WaitFor(
            "state",
            where: state => state["status"] == "degraded" && state.Text.Contains("\"component\":\"picture\"", StringComparison.Ordinal));
        Received frozen = await Inspect("frozen");
        Assert.Equal(("none", "camera", "reject"), (frozen["verdict"], frozen["reason"], frozen["action"]));
        Assert.Contains("frozen", frozen["rule"], StringComparison.Ordinal);
        int seen = client.All("state").Count;
        camera.IsFrozen = false;
        client.WaitFor("state", seen + 1, state => true);
        client.WaitFor("state", where: state => client.All("state").ToList().IndexOf(state) >= seen && state["status"] == "online");
        Assert.NotEqual("none", (await Inspect("moving again"))["verdict"]);
    }

    [Fact]
    public async Task A_network_camera_whose_sensor_stops_while_its_encoder_goes_on_gives_none_until_it_moves_again()
    {
        string script = RtspServer();
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        ChildProcess camera = StartCamera(script, port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Camera"] = new JsonObject { ["Url"] = new JsonObject { ["Address"] = $"rtsp://127.0.0.1:{port}/camera" } };
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Interval", ["Every"] = "200ms" };
        Station(settings)["Deadline"] = "400ms";
        StartAgent(settings);
        client.WaitFor("event", 2, e => e["verdict"] != "none");

        ChildProcess.Signal(camera.Id, "USR1");
        Received still = client.WaitFor(
            "state",
            where: state => state["status"] == "degraded" && state.Text.Contains("\"component\":\"picture\"", StringComparison.Ordinal))[0];
        long seen = still.Json.GetProperty("counters").GetProperty("triggers").GetInt64();
        // Three seconds, so that the encoder sends whole pictures between those that repeat the last one.
        IReadOnlyList<Received> frozen = [.. client.WaitFor("event", 15, e => e.Json.GetProperty("seq").GetInt64() > seen).Take(15)];
        Assert.All(frozen, e => Assert.Equal(("none", "camera", "reject"), (e["verdict"], e["reason"], e["action"])));

        ChildProcess.Signal(camera.Id, "USR2");
        client.WaitFor("event", 2, e => e["verdict"] != "none" && e.Json.GetProperty("seq").GetInt64() > seen + 15);
    }

    private ChildProcess StartCamera(string script, int port)
    {
        ChildProcess camera = Opened(ChildProcess.Start("/usr/bin/python3", [script, $"{port}", "--path", "/camera"], Folder));
        camera.WaitForLine(line => line.Contains($"{port}", StringComparison.Ordinal), Patience);
        return camera;
    }

    private static string RtspServer()
    {
        using ChildProcess probe = ChildProcess.Start(
            "/usr/bin/python3",
            ["-c", "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"],
            Path.GetTempPath());
        Assert.SkipWhen(
            probe.WaitForExit(Patience) != 0, "GStreamer's RTSP server is not installed (Debian: python3-gi, gir1.2-gst-rtsp-server-1.0).");
        return Repository.PathOf("tests", "rtsp", "rtsp_server.py");
    }

    [Fact]
    public async Task A_video_file_is_inspected_frame_by_frame_to_its_end()
    {
        const int Frames = 25;
        string file = Path.Combine(Folder, "shift.avi");
        using (var writer = new VideoWriter(file, FourCC.MJPG, 10, new Size(640, 480)))
        {
            using var frame = new Mat(480, 640, MatType.CV_8UC3);
            for (int i = 0; i < Frames; i++)
            {
                Belt.Fill(frame, 20 + i * 8);
                writer.Write(frame);
            }
        }
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Camera"] = new JsonObject
        {
            ["Video"] = new JsonObject { ["File"] = "shift.avi", ["Pace"] = "AsConsumed", ["AtEnd"] = "End" },
        };
        StartAgent(settings);
        client.WaitFor("event", Frames);
        client.WaitFor("state", where: state => state.Json.GetProperty("counters").GetProperty("triggers").GetInt64() == Frames);
        Assert.DoesNotContain(client.All("event"), e => e["verdict"] == "none");
    }

    [Fact]
    public async Task Images_that_another_system_drops_into_a_folder_are_inspected_and_a_broken_one_is_a_part_that_nobody_saw()
    {
        string drop = Path.Combine(Folder, "drop");
        Directory.CreateDirectory(drop);
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        Station(settings)["Camera"] = new JsonObject { ["Folder"] = new JsonObject { ["Path"] = "drop", ["Mode"] = "Watch" } };
        ChildProcess agent = StartAgent(settings);
        client.WaitFor("state", where: state => state["status"] == "online");
        using var picture = new Mat(480, 640, MatType.CV_8UC3);
        Belt.Fill(picture, 90);
        foreach (string name in new[] { "a.png", "b.png" })
        {
            Cv2.ImWrite(Path.Combine(Folder, name), picture);
            File.Move(Path.Combine(Folder, name), Path.Combine(drop, name));
        }
        client.WaitFor("event", where: e => e["part"] == "b");
        File.WriteAllText(Path.Combine(Folder, "broken.png"), "no picture");
        File.Move(Path.Combine(Folder, "broken.png"), Path.Combine(drop, "broken.png"));
        agent.WaitForLine(line => line.Contains("broken.png", StringComparison.Ordinal), Patience);
        Cv2.ImWrite(Path.Combine(Folder, "c.png"), picture);
        File.Move(Path.Combine(Folder, "c.png"), Path.Combine(drop, "c.png"));
        client.WaitFor("event", where: e => e["part"] == "c");
        Assert.Equal(["a", "b", "broken", "c"], client.All("event").Select(e => e["part"]));
        Assert.Equal(
            ("none", "camera", "reject"),
            client.All("event").Where(e => e["part"] == "broken").Select(e => (e["verdict"], e["reason"], e["action"])).Single());
    }
}
