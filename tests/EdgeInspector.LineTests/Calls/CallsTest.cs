using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Calls;

/// <summary>An agent with the two shipped models, which listens for calls on this machine.</summary>
public abstract class CallsTest : LineTest
{
    protected const string Key = "a key of many letters";

    /// <summary>The agent, once it was started.</summary>
    private protected ChildProcess? Agent { get; private set; }

    private protected static HttpClient Client { get; } = new() { Timeout = Patience };

    /// <summary>Settings of <c>s1</c> with the classifier and <c>s2</c> with the detector, whose triggers come from outside.</summary>
    private protected static JsonObject CallSettings(int broker, int port)
    {
        JsonObject settings = Settings(broker);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        Station(settings)["Camera"] = new JsonObject
        {
            ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "1s", ["View"] = "Continuous", ["Fps"] = 10 },
        };
        JsonObject detector = Station(settings).DeepClone().AsObject();
        detector["Model"] = Path.Combine(Models, "part-detector");
        settings["Stations"]!["s2"] = detector;
        settings["Http"] = new JsonObject
        {
            ["Listen"] = $"127.0.0.1:{port}",
            ["Key"] = Key,
            ["Container"] = "s1",
            ["Triggers"] = true,
            ["Prediction"] = new JsonObject
            {
                ["Stations"] = new JsonObject
                {
                    ["s1"] = new JsonObject { ["Project"] = "8f1b6b9e-7c55-4f0a-9a52-3f0f3a8c1234", ["Iteration"] = "Iteration3" },
                },
            },
        };
        return settings;
    }

    /// <summary>Starts the agent and waits until it listens; gives where.</summary>
    private protected Uri StartListening(JsonObject settings, int port)
    {
        Agent = StartAgent(settings);
        var address = new Uri($"http://127.0.0.1:{port}/");
        Eventually.True(() => IsLive(address));
        return address;
    }

    /// <summary>Pictures of simulated parts that no model was trained on, one of each kind.</summary>
    private protected string[] Pictures(int count)
    {
        string folder = Path.Combine(Folder, "pictures");
        (int exitCode, ChildProcess simulate) = Run("simulate", "--out", folder, "--count", $"{count}", "--seed", "20001");
        Assert.True(exitCode == 0, simulate.Said);
        return [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the command line says of pictures: the independent answer.</summary>
    private protected Dictionary<string, JsonElement> Inspected(string model, params string[] pictures)
    {
        (_, ChildProcess inspect) = Run(
            ["inspect", "--json", "--min-probability", "0", "--model", Path.Combine(Models, model), .. pictures]);
        return inspect.Said.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(one => one.GetProperty("image").GetString()!, one => one.GetProperty("predictions"));
    }

    /// <summary>Holds an answer of the agent against the command line's.</summary>
    private protected static void Same(JsonElement expected, JsonElement answered)
    {
        // Equal probabilities may come in either order.
        static string Sorted(JsonElement one) => one.GetProperty("tagName").GetString()!;
        JsonElement[] theirs = [.. expected.EnumerateArray().OrderByDescending(Probability).ThenBy(Sorted, StringComparer.Ordinal)];
        JsonElement[] ours = [.. answered.EnumerateArray().OrderByDescending(Probability).ThenBy(Sorted, StringComparer.Ordinal)];
        Assert.Equal(theirs.Select(Sorted), ours.Select(Sorted));
        foreach ((JsonElement their, JsonElement our) in theirs.Zip(ours))
        {
            Assert.Equal(Probability(their), Probability(our), 2e-6);
            bool hasBox = our.TryGetProperty("boundingBox", out JsonElement box) && box.ValueKind == JsonValueKind.Object;
            Assert.Equal(their.TryGetProperty("boundingBox", out JsonElement place) && place.ValueKind == JsonValueKind.Object, hasBox);
            foreach (string side in hasBox ? new[] { "left", "top", "width", "height" } : [])
                Assert.Equal(place.GetProperty(side).GetDouble(), box.GetProperty(side).GetDouble(), 2e-6);
        }
    }

    private static double Probability(JsonElement prediction) => prediction.GetProperty("probability").GetDouble();

    private protected static bool IsLive(Uri address)
    {
        try
        {
            using HttpResponseMessage answer = Client.GetAsync(new Uri(address, "health/live")).GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
