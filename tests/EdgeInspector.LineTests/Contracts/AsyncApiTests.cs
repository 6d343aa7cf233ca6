using System.Text.Json;
using EdgeInspector.Contracts;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Contracts;

/// <summary>The AsyncAPI document, read by the AsyncAPI initiative's own parser.</summary>
public sealed class AsyncApiTests : LineTest
{
    [Fact]
    public void The_document_its_references_and_its_examples_are_valid()
    {
        Assert.SkipUnless(Npm.IsInstalled, "npm is not installed (Debian: nodejs, npm), so that the AsyncAPI parser could not be run.");
        string folder = Npm.Install(Path.Combine(AppContext.BaseDirectory, "asyncapi"), Path.Combine(Folder, "asyncapi"));
        using ChildProcess check = ChildProcess.Start(
            "node", ["check.mjs", Path.Combine(AppContext.BaseDirectory, "contracts", "asyncapi.yaml")], folder);
        Assert.True(check.WaitForExit(Patience) == 0, check.Said);
        JsonElement found = JsonDocument.Parse(string.Join('\n', check.Output)).RootElement;
        string?[] topics = [.. found.GetProperty("channels").EnumerateArray().Select(channel => channel.GetString())];
        // What StationTopics knows, and the response topic.
        Assert.Equal(
            [
                "activate", "bare", "challenge", "endstorm", "event", "heartbeat", "image", "learn", "parts", "pause", "resume", "rollback",
                "signal", "state", "threshold", "trigger",
            ],
            topics.OfType<string>().Select(topic => topic[(topic.LastIndexOf('/') + 1)..]).Order());
        // Of a trigger as text there is no schema.
        List<JsonElement> examples = [.. found.GetProperty("examples").EnumerateArray().Where(example => Name(example) != "trigger-text")];
        Assert.True(examples.Count >= 12);
        Assert.All(examples, example => Assert.Null(Contract.FaultOf(Name(example), example.GetProperty("payload").GetRawText())));
    }

    /// <summary>The schema of a message: <c>eventVerdict</c> is <c>event-verdict</c>.</summary>
    private static string Name(JsonElement example) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(example.GetProperty("message").GetString()!);
}
