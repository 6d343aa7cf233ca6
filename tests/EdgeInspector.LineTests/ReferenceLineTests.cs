using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.LineTests;

/// <summary>A whole agent learns what good parts look like, by each way that there is, and lets no part of another kind through.</summary>
public sealed class ReferenceLineTests : LineTest
{
    private const int Parts = 10;

    private long _next;

    private string Data => Path.Combine(Folder, "data");

    /// <summary>A station that inspects the pictures which the test puts into a folder.</summary>
    private JsonObject Watching(int port)
    {
        JsonObject settings = Settings(port);
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        settings["DataFolder"] = Data;
        Station(settings)["Camera"] = new JsonObject { ["Folder"] = new JsonObject { ["Path"] = Made("drop"), ["Poll"] = "50ms" } };
        return settings;
    }

    private string Made(string folder) => Directory.CreateDirectory(Path.Combine(Folder, folder)).FullName;

    /// <summary>Writes pictures of the next parts; mirrored ones are as those of another kind.</summary>
    /// <returns>The last part's id.</returns>
    private string Show(string folder, int count, bool isMirrored = false)
    {
        var line = new PartLine(20_000);
        using var renderer = new PartRenderer();
        using var picture = new Mat();
        string part = "";
        for (int i = 0; i < count; i++)
        {
            renderer.Render(line.Part(_next++), picture);
            if (isMirrored)
                Cv2.Flip(picture, picture, FlipMode.Y);
            part = $"{(isMirrored ? "other" : "part")}-{_next}";
            string written = Path.Combine(Made("written"), part + ".jpg");
            Cv2.ImWrite(written, picture);
            File.Move(written, Path.Combine(Made(folder), part + ".jpg"));
        }
        return part;
    }

    private static Received Inspected(LineClient client, string part) =>
        client.WaitFor("event", where: e => e.Json.TryGetProperty("part", out JsonElement id) && id.GetString() == part)[0];

    /// <summary>A part of another kind gets none because of its picture, and one like those that were learnt does not.</summary>
    private void HoldsPicturesAgainstIt(LineClient client)
    {
        Received other = Inspected(client, Show("drop", 1, isMirrored: true)), same = Inspected(client, Show("drop", 1));
        Assert.Equal(("none", "picture", "reject"), (other["verdict"], other["reason"], other["action"]));
        Assert.Contains("does not look like the parts of the reference", other["rule"], StringComparison.Ordinal);
        Assert.NotEqual("none", same["verdict"]);
        Assert.Equal(JsonValueKind.Object, same.Json.GetProperty("picture").ValueKind);
    }

    private static Received Told(LineClient client, string change, int nth) =>
        client.WaitFor("event", nth, e => e["kind"] == "reference" && e["change"] == change)[nth - 1];

    private static void ShowsOneOf(LineClient client, string by) => client.WaitFor("state", where: s =>
        s.Json.GetProperty("references").GetProperty("learnt") is { } learnt && learnt.GetArrayLength() == 1
            && (learnt[0].GetProperty("by").GetString(), learnt[0].GetProperty("parts").GetInt32()) == (by, Parts));

    private string Learn(params IEnumerable<string> arguments)
    {
        (int code, ChildProcess learn) = Run(
            ["stations", "learn", "s1", "--settings", Path.Combine(Folder, "settings.json"), .. arguments]);
        Assert.True(code == 0, learn.Said);
        return learn.Said;
    }

    [Fact]
    public void Pictures_are_looked_for_where_the_command_was_given_and_not_beside_the_settings()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "conf"));
        string settings = Write(Settings(Ports.Free()), Path.Combine("conf", "settings.json"));
        (int code, ChildProcess learn) = Run("stations", "learn", "s1", "--from", "good", "--settings", settings);
        Assert.Equal(1, code);
        Assert.Contains($"'{Path.Combine(Folder, "good")}'", learn.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_learnt_by_command_from_a_folder_and_from_live_parts_holds_is_told_and_is_in_the_audit_log()
    {
        Mosquitto broker = StartBroker();
        await using LineClient client = await LineClient.ConnectAsync(broker.Port);
        using CommandClient asking = await CommandClient.ConnectAsync(broker.Port);
        JsonObject settings = Watching(broker.Port);
        Write(settings);
        Show("good", Parts);

        // While no agent runs: forgotten, and learnt again.
        Assert.Contains("No agent runs", Learn("--from", "good", "--by", "ada", "--why", "first of all"), StringComparison.Ordinal);
        Assert.Contains("has forgotten", Learn("--forget", "--by", "bob"), StringComparison.Ordinal);
        Learn("--from", "good", "--by", "cem");
        ChildProcess agent = StartAgent(settings);
        ShowsOneOf(client, "cem");
        HoldsPicturesAgainstIt(client);

        // Beside the agent, from a folder.
        Learn("--forget", "--by", "dan");
        Received forgotten = Told(client, "forgotten", 1);
        Assert.Equal("dan", forgotten["by"]);
        Received unseen = Inspected(client, Show("drop", 1, isMirrored: true));
        Assert.NotEqual("none", unseen["verdict"]);
        Assert.Contains(
            "The agent that runs holds pictures against it",
            Learn("--from", "good", "--by", "eva", "--why", "new lens"),
            StringComparison.Ordinal);
        Received fromFolder = Told(client, "learnt", 1);
        Assert.Equal(("eva", "new lens", Made("good")), (fromFolder["by"], fromFolder["why"], fromFolder["from"]));
        ShowsOneOf(client, "eva");
        HoldsPicturesAgainstIt(client);

        // By command, from the next parts.
        Assert.Contains(
            "\"ok\":true", await asking.AskAsync("s1", "learn", $$"""{"parts":{{Parts}},"by":"fay"}"""), StringComparison.Ordinal);
        Show("drop", Parts);
        Received byCommand = Told(client, "learnt", 2);
        Assert.Equal(("fay", "camera", Parts), (byCommand["by"], byCommand["from"], byCommand.Json.GetProperty("parts").GetInt32()));
        ShowsOneOf(client, "fay");

        // By the command line, from the next parts.
        ChildProcess live = Start(
            ["stations", "learn", "s1", "--settings", Path.Combine(Folder, "settings.json"), "--parts", $"{Parts}", "--by", "gil"]);
        live.WaitForLine(line => line.Contains($"learns from the next {Parts} parts", StringComparison.Ordinal), Patience);
        Show("drop", Parts);
        Assert.True(live.WaitForExit(Patience) == 0, live.Said);
        Assert.Equal("gil", Told(client, "learnt", 3)["by"]);
        HoldsPicturesAgainstIt(client);

        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        (int code, ChildProcess export) = Run("audit", "export", "--data", Data);
        Assert.True(code == 0, export.Said);
        Assert.Equal(
            ["learnt ada", "forgotten bob", "learnt cem", "begins cem", "forgotten dan", "learnt eva", "learnt fay", "learnt gil"],
            export.Output.Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.GetProperty("kind").GetString() == "reference")
                .Select(e => $"{e.GetProperty("what").GetString()} {e.GetProperty("by").GetString()}"));
    }
}
