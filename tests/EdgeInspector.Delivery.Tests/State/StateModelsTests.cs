using System.Text;
using System.Text.Json.Nodes;
using EdgeInspector.Contracts;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.State;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Delivery.Tests.State;

/// <summary><c>state</c> tells what runs in the shadow and what was refused last, as the contract says.</summary>
public sealed class StateModelsTests
{
    private const string Hash = "905543acbb5e14b62364f3e68e4c676df15810b08bd13fd0ed9f9d21b32881aa";

    private static readonly string DataFolder = Path.GetFullPath("data-of-this-test");

    private static readonly DateTimeOffset At = new(2026, 11, 25, 21, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_shadow_run_and_a_refusal_are_told_until_they_are_over()
    {
        ModelsBeside beside = ModelsBeside.None;
        await using var line = await Line.StartAsync(() => beside);
        JsonNode state = await line.NextState(_ => true);
        Assert.True(state.AsObject().ContainsKey("shadow") && state.AsObject().ContainsKey("refused"));
        Assert.True(state["shadow"] is null && state["refused"] is null);
        beside = new ModelsBeside(
            new ShadowedPackage("b", Hash, "iteration 8", At, 12, 200, 1, 0, 3),
            new RefusedPackage("c.zip", null, At, "inbox", "It is damaged. Copy it again."));
        line.Link.PublishState();
        state = await line.NextState(said => said["shadow"] is not null);
        Assert.Equal((12, 200, 1), ((int)state["shadow"]!["parts"]!, (int)state["shadow"]!["of"]!, (int)state["shadow"]!["different"]!));
        Assert.Equal("c.zip", (string)state["refused"]!["name"]!);
        Assert.Equal("It is damaged. Copy it again.", (string)state["refused"]!["reason"]!);
        beside = ModelsBeside.None;
        line.Link.PublishState();
        await line.NextState(said => said["shadow"] is null && said["refused"] is null);
    }

    [Fact]
    public async Task Names_and_reasons_from_outside_lose_their_control_characters_and_are_cut()
    {
        string reason = "bad\u001b[31m\n" + new string('x', 5000), name = new string('n', 1000) + "\u202e";
        await using var line = await Line.StartAsync(
            () => new ModelsBeside(
                new ShadowedPackage(name, Hash, name, At, 0, 200, 0, 0, 0), new RefusedPackage(name, Hash, At, "mqtt", reason)));
        JsonNode state = await line.NextState(said => said["refused"] is not null);
        string said = (string)state["refused"]!["reason"]!;
        Assert.StartsWith(@"bad\u001B[31m\u000Axxx", said, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(state.ToJsonString()), 100, 3000);
    }

    [Fact]
    public async Task Files_below_the_data_folder_are_named_by_their_place_there_and_the_folder_is_not()
    {
        string path = Path.Combine(DataFolder, "models", "inbox", "c.zip");
        await using var line = await Line.StartAsync(
            () => new ModelsBeside(null, new RefusedPackage("c", null, At, "inbox", $"Model package '{path}': It is damaged.")));
        line.Health.Complain(new Wording("models", "start", "{detail}").Of($"The package '{path}' can't run. Look at /srv/models."));
        JsonNode state = await line.NextState(said => said["refused"] is not null && said["reasons"]!.AsArray().Count > 0);
        string expected = string.Join(Path.DirectorySeparatorChar, "models", "inbox", "c.zip");
        Assert.Equal($"Model package '{expected}': It is damaged.", (string)state["refused"]!["reason"]!);
        Assert.Equal(
            $"The package '{expected}' can't run. Look at /srv/models.",
            (string)state["reasons"]!.AsArray().Single(one => (string)one!["component"]! == "models")!["reason"]!);
    }

    [Fact]
    public async Task A_reason_carries_its_code_and_what_the_sentence_names()
    {
        await using var line = await Line.StartAsync(() => new ModelsBeside(null, null));
        Wording late = new("deadline", "late", "Late after {deadline:0} ms. {advice}");
        string path = Path.Combine(DataFolder, "a.zip");
        line.Health.Complain(late.Of(149.5, new Wording("advice", "noEvidence", "Look at {detail}.").Of(path)));
        line.Health.Complain(new Wording("light", "black", "The pictures are black.").Of());
        JsonNode state = await line.NextState(said => said["reasons"]!.AsArray().Count > 1);
        JsonNode[] reasons = [.. state["reasons"]!.AsArray().Select(one => one!)];
        Assert.Equal(
            JsonNode.Parse("""
                {
                  "component": "deadline",
                  "reason": "Late after 150 ms. Look at a.zip.",
                  "code": "late",
                  "values": {
                    "deadline": 149.5,
                    "advice": { "code": "noEvidence", "text": "Look at a.zip.", "values": { "detail": "a.zip" } }
                  }
                }
                """)!.ToJsonString(),
            reasons.Single(one => (string)one["component"]! == "deadline").ToJsonString());
        Assert.Equal(
            """{"component":"light","reason":"The pictures are black.","code":"black","values":{}}""",
            reasons.Single(one => (string)one["component"]! == "light").ToJsonString());
        Assert.Null(Contract.FaultOf("state", state.ToJsonString()));
    }

    /// <summary>A link to a broker of its own, and somebody who listens to its state.</summary>
    private sealed class Line(LoopbackBroker broker, StationLink link, Observer observer, StationHealth health) : IAsyncDisposable
    {
        private int _looked;

        public StationLink Link => link;

        public StationHealth Health => health;

        public static async Task<Line> StartAsync(Func<ModelsBeside> beside)
        {
            LoopbackBroker broker = await LoopbackBroker.StartAsync();
            MqttOptions options = LineUnderTest.At(broker.Port);
            StationTopics topics = StationTopics.ForAll(options, "line-1", ["s1"])["s1"];
            var health = new StationHealth();
            var link = new StationLink(
                new AgentIdentity("pc-7", "line-1", "0.1.0") { DataFolder = DataFolder },
                new StationScope("s1", health, new StationCounters(), TimeProvider.System, new RecordingLog()),
                topics,
                options);
            Observer observer = await Observer.Connect(broker.Port);
            link.Start(new StationInputs(), new StateSources { Beside = beside });
            return new Line(broker, link, observer, health);
        }

        /// <summary>
        /// Waits for a state that came after those looked at before and says something; each is as the contract promises.
        /// </summary>
        public Task<JsonNode> NextState(Func<JsonNode, bool> says) => Eventually.FoundAsync(
            () =>
            {
                IReadOnlyList<Seen> states = observer.On("/state");
                while (_looked < states.Count)
                {
                    string text = states[_looked++].Text;
                    Assert.Null(Contract.FaultOf("state", text));
                    JsonNode state = JsonNode.Parse(text)!;
                    if (says(state))
                        return state;
                }
                return null;
            },
            () => "a state that says it");

        public async ValueTask DisposeAsync()
        {
            await link.DisposeAsync();
            await observer.DisposeAsync();
            await broker.DisposeAsync();
        }
    }
}
