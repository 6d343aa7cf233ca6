using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>What happens to one station is no business of the other.</summary>
public sealed class IsolationTests : LineTest
{
    private (Mailbox Mailbox, HttpCamera Camera, ChildProcess Agent) StartTwoStations()
    {
        Mosquitto broker = StartBroker();
        HttpCamera camera = Opened(new HttpCamera());
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: true, "event", "signal", "state"));
        JsonObject settings = Settings(broker.Port);
        JsonObject good = Station(settings);
        good["Model"] = Path.Combine(Packages, "quick");
        good["Camera"] = new JsonObject { ["Video"] = new JsonObject { ["File"] = Clip.Write(Folder, 200, 20, withDefects: true) } };
        JsonObject bad = good.DeepClone().AsObject();
        bad["Trigger"] = new JsonObject { ["Kind"] = "Interval", ["Every"] = "200ms" };
        bad["Deadline"] = "150ms";
        bad["Camera"] = new JsonObject
        {
            ["Url"] = new JsonObject { ["Address"] = camera.Address, ["ReadTimeout"] = "1s" },
            ["Reopen"] = new JsonObject { ["First"] = "100ms", ["Max"] = "500ms" },
        };
        settings["Stations"]!["s2"] = bad;
        ChildProcess agent = StartAgent(settings);
        mailbox.WaitFor("event", 5, e => Of("s2", e) && e.GetProperty("verdict").GetString() != "none");
        return (mailbox, camera, agent);
    }

    private static bool Of(string station, JsonElement json) => json.GetProperty("station").GetString() == station;

    /// <summary>The good station goes on without a gap and without a none, and the bad one comes back.</summary>
    private static void IsUndisturbed(Mailbox mailbox)
    {
        int seen = mailbox.All("event").Count(e => Of("s2", e));
        mailbox.WaitFor("event", seen + 5, e => Of("s2", e));
        mailbox.WaitFor(
            "event", 3, e => Of("s2", e) && e.GetProperty("verdict").GetString() != "none" && e.GetProperty("seq").GetInt64() > seen);
        List<JsonElement> good = [.. mailbox.Verdicts.Where(e => Of("s1", e))];
        Assert.Equal(Enumerable.Range(1, good.Count), good.Select(e => e.GetProperty("seq").GetInt32()));
        Assert.DoesNotContain(good, e => e.GetProperty("verdict").GetString() == "none");
        Assert.DoesNotContain(
            mailbox.All("state"), state => Of("s1", state) && state.GetRawText().Contains("camera", StringComparison.Ordinal));
    }

    [Fact]
    public void A_station_whose_camera_breaks_off_does_not_disturb_the_other()
    {
        (Mailbox mailbox, HttpCamera camera, _) = StartTwoStations();
        camera.Cut();
        mailbox.WaitFor("state", where: state => Of("s2", state) && state.GetProperty("status").GetString() == "degraded");
        mailbox.WaitFor("event", 5, e => Of("s2", e) && e.GetProperty("reason").GetString() == "camera");
        camera.Mend();
        IsUndisturbed(mailbox);
    }

    [Fact]
    public void A_camera_whose_reader_hangs_is_read_anew_and_does_not_disturb_the_other_station()
    {
        (Mailbox mailbox, _, ChildProcess agent) = StartTwoStations();
        int reader = Assert.Single(Children(agent.Id));
        ChildProcess.Signal(reader, "STOP");
        mailbox.WaitFor("event", 3, e => Of("s2", e) && e.GetProperty("reason").GetString() == "camera");
        IsUndisturbed(mailbox);
        Assert.False(Directory.Exists($"/proc/{reader}"), "the reader that hung is still there");
    }

    /// <summary>The kernel lists children under the thread that made them.</summary>
    private static List<int> Children(int process) =>
    [
        .. Directory.EnumerateDirectories($"/proc/{process}/task")
            .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
    ];
}
