using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using OpenCvSharp;

namespace EdgeInspector.LineTests;

/// <summary>What the camera saw just before and after a reject, for people who ask why.</summary>
public sealed class FramesAroundTests : LineTest
{
    [Fact]
    public async Task A_reject_has_a_sheet_with_the_frames_around_it_and_a_pass_has_none()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = Settings(broker.Port);
        settings["Images"] = new JsonObject { ["For"] = new JsonArray("Reject", "Pass") };
        Station(settings)["FramesAround"] = new JsonObject { ["Before"] = 2, ["After"] = 3 };
        ChildProcess agent = StartAgent(settings);
        client.WaitFor("event", 2, e => e["verdict"] == "reject");
        client.WaitFor("event", 1, e => e["verdict"] == "pass");
        // Then the frames after the first reject have come.
        client.WaitFor("event", 10);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));

        string[] files = Directory.GetFiles(Path.Combine(Folder, "data", "spool"), "*.jpg", SearchOption.AllDirectories);
        string[] sheets = [.. files.Where(file => file.EndsWith("_around.jpg", StringComparison.Ordinal))];
        Assert.All(sheets, sheet => Assert.Contains("_reject_", sheet, StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains("_pass_", StringComparison.Ordinal));
        // The first parts of a line have fewer frames before them, and the last fewer after.
        Assert.Equal(
            files.Count(
                file => file.EndsWith("_annotated.jpg", StringComparison.Ordinal) && file.Contains("_reject_", StringComparison.Ordinal)),
            sheets.Length);
        using Mat sheet = Cv2.ImRead(sheets.Order(StringComparer.Ordinal).First());
        Assert.Equal(4 * 484 + 4, sheet.Width);
    }
}
