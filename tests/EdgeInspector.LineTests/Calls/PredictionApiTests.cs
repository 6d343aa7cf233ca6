using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Calls;

/// <summary>Those who have called Custom Vision change the address, and nothing else.</summary>
public sealed class PredictionApiTests : CallsTest
{
    private const string Project = "8f1b6b9e-7c55-4f0a-9a52-3f0f3a8c1234";

    [Fact]
    public void The_curl_of_the_tutorial_works_with_the_address_replaced()
    {
        int port = Ports.Free();
        string[] pictures = Pictures(6);
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        Dictionary<string, JsonElement> expected = Inspected("part-classifier", pictures);
        foreach (string picture in pictures)
        {
            JsonElement answer = Curl(
                $"{address}customvision/v3.0/Prediction/{Project}/classify/iterations/Iteration3/image",
                "-H", $"Prediction-Key: {Key}", "-H", "Content-Type: application/octet-stream", "--data-binary", $"@{picture}");
            Assert.Equal(Project, answer.GetProperty("project").GetString());
            Same(expected[picture], answer.GetProperty("predictions"));
        }
    }

    [Theory]
    [InlineData("classify", "part-classifier", Project, "Iteration3")]
    // Microsoft's client wants an id; where the settings give the project none, it has the one that every answer says.
    [InlineData("detect", "part-detector", null, "s2")]
    public void Microsoft_s_client_gets_what_the_command_line_says_and_understands_every_refusal(
        string kind, string model, string? project, string iteration)
    {
        Assert.SkipUnless(Npm.IsInstalled, "npm is not installed (Debian: nodejs, npm), so that Microsoft's client could not be run.");
        int port = Ports.Free();
        string picture = Pictures(8).First(path => !path.Contains("/ok/", StringComparison.Ordinal));
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        project ??= Curl(
            $"{address}customvision/v3.1/prediction/{iteration}/{kind}/iterations/{iteration}/image/nostore",
            "-H", $"Prediction-Key: {Key}", "-F", $"imageData=@{picture}").GetProperty("project").GetString()!;
        string client = Npm.Install(Path.Combine(AppContext.BaseDirectory, "Calls", "node"), Path.Combine(Folder, "client"));
        using ChildProcess node = ChildProcess.Start(
            "node", ["check.mjs", address.ToString().TrimEnd('/'), Key, project, iteration, kind, picture], client);
        Assert.True(node.WaitForExit(Patience) == 0, node.Said);
        JsonElement seen = JsonDocument.Parse(node.Said.Split('\n').First(line => line.StartsWith('{'))).RootElement;
        JsonElement expected = Inspected(model, picture)[picture];
        foreach (JsonElement answer in seen.GetProperty("answers").EnumerateArray())
            Same(expected, answer.GetProperty("predictions"));
        Assert.True(seen.GetProperty("created").GetBoolean());
        Assert.Equal("BadRequestImageFormat", seen.GetProperty("noPicture").GetString());
        Assert.Equal("NotFoundIteration", seen.GetProperty("unknown").GetString());
        Assert.Equal("Unauthorized", seen.GetProperty("wrongKey").GetString());
        Assert.Equal("BadRequestImageUrl", seen.GetProperty("url").GetString());
    }

    [Fact]
    public void A_call_leaves_its_picture_on_the_disk_and_one_with_nostore_does_not()
    {
        int port = Ports.Free();
        JsonObject settings = CallSettings(StartBroker().Port, port);
        settings["DataFolder"] = Path.Combine(Folder, "data");
        string[] pictures = Pictures(2);
        Uri address = StartListening(settings, port);
        string[] ids = [.. new[] { ("image/nostore", pictures[0]), ("image?application=robot", pictures[1]) }.Select(call => Curl(
                $"{address}customvision/v3.0/Prediction/s2/detect/iterations/s2/{call.Item1}",
                "-H", $"Prediction-Key: {Key}", "--data-binary", $"@{call.Item2}").GetProperty("id").GetString()!)];
        string calls = Path.Combine(Folder, "data", "calls");
        string[] Kept() => Directory.Exists(calls) ? Directory.GetFiles(calls, "*.json", SearchOption.AllDirectories) : [];
        Eventually.True(() => Kept().Length > 0);
        string kept = Assert.Single(Kept());
        Assert.Equal(ids[1], JsonDocument.Parse(File.ReadAllText(kept)).RootElement.GetProperty("event").GetProperty("id").GetString());
        Assert.Contains("_robot_", kept, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(pictures[1]), File.ReadAllBytes(kept.Replace(".json", "_original.jpg", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_calls_of_the_exported_container_go_on_working()
    {
        int port = Ports.Free();
        string[] pictures = Pictures(3);
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        Dictionary<string, JsonElement> expected = Inspected("part-classifier", pictures);
        foreach (string picture in pictures)
        {
            foreach (string[] body in new[] { new[] { "--data-binary", $"@{picture}" }, ["-F", $"imageData=@{picture}"] })
            {
                JsonElement answer = Curl($"{address}image", body);
                Assert.Equal("", answer.GetProperty("project").GetString());
                Assert.Equal("", answer.GetProperty("predictions")[0].GetProperty("tagId").GetString());
                Same(expected[picture], answer.GetProperty("predictions"));
            }
        }
    }

    [Fact]
    public async Task Callers_in_masses_are_told_to_wait_and_no_part_of_the_line_is_late()
    {
        int port = Ports.Free();
        byte[] picture = await File.ReadAllBytesAsync(Pictures(1)[0], TestContext.Current.CancellationToken);
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        Uri address = StartListening(CallSettings(broker.Port, port), port);
        plc.WaitFor("state", where: state => state["status"] == "online");
        using var enough = new CancellationTokenSource();
        Task<int[]>[] callers = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(() => AskAsync(address, picture, enough.Token)))];
        for (int part = 1; part <= 20; part++)
        {
            await plc.PublishAsync("edgeinspector/test/s1/trigger", $"part-{part}");
            plc.WaitFor("signal", part);
        }
        await enough.CancelAsync();
        int[] statuses = [.. (await Task.WhenAll(callers)).SelectMany(status => status)];
        Assert.DoesNotContain(plc.All("signal"), signal => signal["verdict"] == "none");
        Assert.Contains(200, statuses);
        Assert.Contains(429, statuses);
        Assert.Empty(statuses.Except([200, 429]));
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(QuietThreads(Agent!.Id), name => name.StartsWith(".NET", StringComparison.Ordinal));
    }

    /// <summary>Names of the threads of a process that give way to all others (proc(5): field 19 of stat is the nice value).</summary>
    private static IEnumerable<string> QuietThreads(int process) => Directory.EnumerateDirectories($"/proc/{process}/task")
        .Select(task => (Stat: File.ReadAllText(Path.Combine(task, "stat")), Name: File.ReadAllText(Path.Combine(task, "comm")).Trim()))
        .Where(thread => thread.Stat[(thread.Stat.LastIndexOf(')') + 2)..].Split(' ')[16] == "19")
        .Select(thread => thread.Name);

    private static async Task<int[]> AskAsync(Uri address, byte[] picture, CancellationToken enough)
    {
        var statuses = new List<int>();
        while (!enough.IsCancellationRequested)
        {
            using var body = new ByteArrayContent(picture);
            using HttpResponseMessage answer = await Client.PostAsync(new Uri(address, "image"), body, CancellationToken.None);
            statuses.Add((int)answer.StatusCode);
        }
        return [.. statuses];
    }

    private static JsonElement Curl(string address, params string[] arguments)
    {
        using ChildProcess curl = ChildProcess.Start(
            "curl", ["--silent", "--show-error", "-X", "POST", address, .. arguments], Path.GetTempPath());
        Assert.True(curl.WaitForExit(Patience) == 0, curl.Said);
        return JsonDocument.Parse(curl.Said).RootElement;
    }
}
