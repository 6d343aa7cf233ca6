using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.Contracts;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Delivery.State;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Events;

/// <summary>Events and signals of every kind, also of those that a line rarely writes, are as <c>deploy/contracts</c> says.</summary>
public sealed class EventContractTests
{
    private const string Hash = "905543acbb5e14b62364f3e68e4c676df15810b08bd13fd0ed9f9d21b32881aa";

    private static readonly DateTimeOffset At = new(2026, 11, 25, 21, 0, 0, 123, TimeSpan.Zero);

    private static void IsAsPromised(byte[] json, bool replayed = false)
    {
        string text = Encoding.UTF8.GetString(EventWriter.Finish(json, replayed));
        Assert.Null(Contract.FaultOfEvent(text));
    }

    private static InspectedPart Part(Verdict verdict, GateAction action, SignalOutcome signal, bool isSeen) => new()
    {
        Id = Guid.CreateVersion7(),
        Station = "weld-3",
        Part = "DMC-4711",
        Sequence = 7,
        TriggeredAt = At,
        CapturedAt = isSeen ? At : null,
        VerdictAt = At,
        Verdict = verdict,
        Action = action,
        Signal = signal,
        Predictions = isSeen ? [new("scratch", 0.93f, new BoundingBox(0.2f, 0.3f, 0.3f, 0.2f)), new("dent", float.NaN, null)] : [],
        Model = isSeen ? new ModelIdentity("part-detector", Hash, null, ModelKind.Detector, ["scratch"], "cpu") : null,
        Timing = default,
        FrameToSignal = TimeSpan.FromMilliseconds(10),
        TriggerToSignal = TimeSpan.FromMilliseconds(25.5),
        Late = isSeen
            ? null
            : new LateResult(
                new Verdict(VerdictKind.Reject, NoneReason.NotNone, "scratch 0.93 ≥ 0.50", "scratch", 0.93f),
                TimeSpan.FromMilliseconds(212)),
    };

    [Fact]
    public void Verdicts_of_all_kinds_with_and_without_everything_that_may_be_missing()
    {
        IEnumerable<Verdict> verdicts = Enum.GetValues<NoneReason>().Select(reason => reason == NoneReason.NotNone
            ? new Verdict(VerdictKind.Review, reason, "scratch 0.48 within 0.50 ± 0.05", "scratch", 0.48f)
            : Verdict.None(reason, "what happened"));
        foreach (Verdict verdict in verdicts.Append(new Verdict(VerdictKind.Pass, NoneReason.NotNone, null, null, 0))
            .Append(new Verdict(VerdictKind.Reject, NoneReason.NotNone, "dent", "dent", 1)))
        {
            foreach (GateAction action in Enum.GetValues<GateAction>())
            {
                foreach (SignalOutcome signal in Enum.GetValues<SignalOutcome>())
                {
                    IsAsPromised(
                        EventWriter.Write(Part(verdict, action, signal, isSeen: true), "line-1", "edgeinspector/line-1/weld-3/image"));
                    IsAsPromised(
                        EventWriter.Write(Part(verdict, action, signal, isSeen: false), "line-1", null, [1, 2, 3]), replayed: true);
                }
            }
        }
    }

    [Fact]
    public void Where_a_part_s_time_went_is_told_from_the_queue_to_the_signal()
    {
        var verdict = Verdict.None(NoneReason.Deadline, "too late");
        InspectedPart part = Part(verdict, GateAction.Reject, SignalOutcome.Sent, isSeen: true);
        var slow = new InspectedPart
        {
            Id = part.Id,
            Station = part.Station,
            Part = part.Part,
            Sequence = part.Sequence,
            TriggeredAt = At,
            VerdictAt = At,
            Verdict = verdict,
            Action = part.Action,
            Signal = part.Signal,
            Predictions = [],
            Queued = TimeSpan.FromMilliseconds(1.5),
            PictureWait = TimeSpan.FromMilliseconds(139),
            Timing = new PredictionTiming(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(8), TimeSpan.Zero),
            TriggerToSignal = TimeSpan.FromMilliseconds(150),
        };
        byte[] json = EventWriter.Write(slow, "line-1", null);
        IsAsPromised(json);
        Assert.Contains(
            "\"latenciesMs\":{\"queue\":1.5,\"picture\":139,\"preprocess\":1,\"inference\":8,\"decode\":0,"
            + "\"frameToSignal\":0,\"triggerToSignal\":150}",
            Encoding.UTF8.GetString(json),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_that_a_killed_agent_had_in_hand()
    {
        var part = new OpenPart(Guid.CreateVersion7(), 1, 7, "weld-3", "DMC-4711", At, null);
        IsAsPromised(EventWriter.Write(part, "line-1", At), replayed: true);
        foreach (SignalOutcome signal in Enum.GetValues<SignalOutcome>())
            IsAsPromised(EventWriter.Write(
                part with { Outcome = new OpenPartOutcome(At, VerdictKind.Reject, NoneReason.NotNone, GateAction.Reject, signal) },
                "line-1",
                At));
    }

    [Theory]
    [InlineData(Challenge.Bad, VerdictKind.Reject, GateAction.Reject, "true")]
    [InlineData(Challenge.Bad, VerdictKind.Pass, GateAction.Pass, "false")]
    [InlineData(Challenge.Good, VerdictKind.Pass, GateAction.Pass, "true")]
    [InlineData(Challenge.Good, VerdictKind.None, GateAction.Reject, "null")]
    public void Challenge_parts_of_a_killed_agent_are_no_verdicts(Challenge known, VerdictKind verdict, GateAction action, string right)
    {
        NoneReason reason = verdict == VerdictKind.None ? NoneReason.Camera : NoneReason.NotNone;
        var part = new OpenPart(
            Guid.CreateVersion7(), 1, 7, "weld-3", "MASTER-1", At, new OpenPartOutcome(At, verdict, reason, action, SignalOutcome.Sent),
            known);
        byte[] json = EventWriter.Write(part, "line-1", At);
        IsAsPromised(json);
        string text = Encoding.UTF8.GetString(json);
        Assert.StartsWith("{\"kind\":\"challenge\"", text, StringComparison.Ordinal);
        Assert.Contains($"\"right\":{right}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("activated")]
    [InlineData("rolledBack")]
    [InlineData("confirmed")]
    [InlineData("refused")]
    [InlineData("shadowed")]
    [InlineData("waiting")]
    public void News_of_models(string change)
    {
        IsAsPromised(EventWriter.Write(
            new ModelNews("weld-3", change, At, Hash, "part-classifier", "Iteration 7", Hash, "mqtt", "quality", "hairlines"),
            Guid.CreateVersion7(),
            "line-1"));
        IsAsPromised(EventWriter.Write(
            new ModelNews("weld-3", change, At, null, null, null, null, "inbox", null, null), Guid.CreateVersion7(), "line-1"));
        IsAsPromised(EventWriter.Write(
            new ModelNews("weld-3", change, At, null, "broken.zip", null, Hash, "inbox", null, "it is no zip"),
            Guid.CreateVersion7(),
            "line-1"));
    }

    [Theory]
    [InlineData("pause", null, null)]
    [InlineData("resume", null, null)]
    [InlineData("threshold", "scratch", 0.35)]
    [InlineData("threshold", null, null)]
    [InlineData("lapse", "scratch", null)]
    public void News_of_commands(string command, string? tag, double? threshold) =>
        IsAsPromised(
            EventWriter.Write(new CommandNews("weld-3", command, At, tag, threshold, "shift 2", null), Guid.CreateVersion7(), "line-1"));

    [Theory]
    [InlineData(true, PictureChange.Changed, null)]
    [InlineData(true, PictureChange.Same, null)]
    [InlineData(false, PictureChange.Unknown, "mia")]
    public void News_of_storms(bool began, PictureChange pictures, string? by) =>
        IsAsPromised(EventWriter.Write(
            new StormNews(began, At, 12, 40, 100, pictures, true, by, "Too many rejects."), Guid.CreateVersion7(), "weld-3", "line-1"));

    [Theory]
    [InlineData("learnt", "A12", 50, "camera")]
    [InlineData("failed", null, 12, "camera")]
    [InlineData("forgotten", null, null, null)]
    public void News_of_references(string change, string? type, int? parts, string? from)
    {
        var news = new ReferenceNews("weld-3", change, At, type, parts, from, "quality", null);
        IsAsPromised(EventWriter.Write(news, Guid.CreateVersion7(), "line-1"));
        byte[] json = EventWriter.Write(news with { LeftOut = 1, Rejected = 2, Review = 3 }, Guid.CreateVersion7(), "line-1");
        IsAsPromised(json);
        Assert.Contains("\"leftOut\":1,\"rejected\":2,\"review\":3", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_picture_measured_against_its_reference_and_the_type_of_its_part_are_in_the_event()
    {
        var seen = new PictureMeasures(0.31274, 0.2084, 7.083, new PartPlace(12.44, -3.06, 1.068), 0.00041);
        InspectedPart part = new()
        {
            Id = Guid.CreateVersion7(),
            Station = "weld-3",
            Part = "DMC-4711",
            Type = "A12",
            Sequence = 7,
            TriggeredAt = At,
            VerdictAt = At,
            Verdict = Verdict.None(NoneReason.Picture, "the part is shifted right by 80 pixels, more than 70 (Picture:Reference:Shift)"),
            Action = GateAction.Reject,
            Signal = SignalOutcome.Sent,
            Predictions = [],
            Picture = seen,
            TriggerToSignal = TimeSpan.FromMilliseconds(2),
        };
        byte[] json = EventWriter.Write(part, "line-1", null);
        IsAsPromised(json);
        Assert.Contains(
            """
            "picture":{"brightness":0.3127,"contrast":0.2084,"sharpness":7.08,"x":12.4,"y":-3.1,"rotation":1.07,"different":0.0004}
            """,
            Encoding.UTF8.GetString(json),
            StringComparison.Ordinal);
        Assert.Contains("\"type\":\"A12\"", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eventsLost")]
    [InlineData("imagesLost")]
    public void Losses(string kind)
    {
        IsAsPromised(EventWriter.Write(
            kind, Guid.CreateVersion7(), new LostEvents("weld-3", 2, Guid.CreateVersion7(), Guid.CreateVersion7(), "the disk is full."),
            "line-1", At));
        IsAsPromised(EventWriter.Write(
            kind, Guid.CreateVersion7(), new LostEvents(null, null, null, null, "the journal was damaged."), "line-1", At));
    }

    [Theory]
    [InlineData("event", 25_000L)]
    [InlineData("event", null)]
    [InlineData("image", 4_500L)]
    public void Messages_that_the_broker_did_not_take(string what, long? bytes)
    {
        byte[] json = EventWriter.Write(
            new RefusedMessage(
                "weld-3", what, Guid.CreateVersion7(), "edgeinspector/line-1/weld-3/" + what, bytes, "refused/a.json", "It was too large."),
            Guid.CreateVersion7(),
            "line-1",
            At);
        IsAsPromised(json);
        Assert.True(EventWriter.TellsOfRefused(json));
    }

    [Fact]
    public void Signals_of_all_verdicts_and_actions()
    {
        using var payload = new SignalPayload();
        foreach (VerdictKind verdict in Enum.GetValues<VerdictKind>())
        {
            foreach (GateAction action in Enum.GetValues<GateAction>())
            {
                foreach (string part in new[] { "DMC-4711", "", "Größe \"M\" \\ 部品", new string('x', 128) })
                {
                    ReadOnlyMemory<byte> json = payload.Write(new Signal(part, 4711, verdict, action, At, 0), 145);
                    Assert.Null(Contract.FaultOf("signal", Encoding.UTF8.GetString(json.Span)));
                }
            }
        }
    }

    [Fact]
    public void Every_example_of_the_schemas_is_as_its_schema_says()
    {
        List<(string Name, string Example)> all =
        [
            .. Contract.Names().SelectMany(name => Contract.Examples(name).Select(example => (name, example))),
        ];
        Assert.All(all, one => Assert.Null(Contract.FaultOf(one.Name, one.Example)));
        Assert.All(
            all.Where(one => one.Name.StartsWith("event-", StringComparison.Ordinal)),
            one => Assert.Null(Contract.FaultOfEvent(one.Example)));
        Assert.Equal(Contract.Names().Except(["event"]), all.Select(one => one.Name).Distinct());
    }

    [Fact]
    public void A_consumer_bears_what_he_does_not_know_and_these_tests_do_not()
    {
        string known = Contract.Examples("event-command").First(),
            more = known.Replace("\"kind\"", "\"shift\":2,\"kind\"", StringComparison.Ordinal);
        Assert.Null(Contract.FaultOf("event", more, asPublished: true));
        Assert.Contains("shift", Contract.FaultOfEvent(more), StringComparison.Ordinal);
        string other = known.Replace("\"pause\"", "\"halt\"", StringComparison.Ordinal);
        Assert.Null(Contract.FaultOf("event-command", other, asPublished: true));
        Assert.NotNull(Contract.FaultOf("event-command", other));
        Assert.Null(Contract.FaultOf(
            "event", known.Replace("\"command\",\"id\"", "\"calibration\",\"id\"", StringComparison.Ordinal), asPublished: true));
        Assert.NotNull(Contract.FaultOf(
            "event", known.Replace("\"replayed\":false", "\"replayed\":\"no\"", StringComparison.Ordinal), asPublished: true));
        Assert.NotNull(Contract.FaultOf("event", known.Replace("01a21482", "nonsense", StringComparison.Ordinal), asPublished: true));
    }

    /// <summary>A consumer may count on all of them, or, where the broker takes no large message, on those that tell of faults.</summary>
    [Fact]
    public void A_state_that_lacks_a_counter_is_not_as_promised_unless_it_lacks_all_that_may_be_left_out()
    {
        JsonObject Counters(JsonNode state) => state["counters"]!.AsObject();
        string whole = Contract.Examples("state").First();
        string[] all = [.. Counters(JsonNode.Parse(whole)!).Select(counter => counter.Key)];
        string[] kept = [.. typeof(FaultCounters).GetProperties().Select(counter => JsonNamingPolicy.CamelCase.ConvertName(counter.Name))];
        Assert.Equal(
            typeof(StateCounters).GetProperties().Select(counter => JsonNamingPolicy.CamelCase.ConvertName(counter.Name)).Order(),
            all.Order());
        foreach (string one in all)
        {
            JsonNode state = JsonNode.Parse(whole)!;
            Counters(state).Remove(one);
            Assert.NotNull(Contract.FaultOf("state", state.ToJsonString(), asPublished: true));
        }
        JsonNode brief = JsonNode.Parse(whole)!;
        foreach (string one in all.Except(kept))
            Counters(brief).Remove(one);
        Assert.Equal(kept.Length, Counters(brief).Count);
        Assert.Null(Contract.FaultOf("state", brief.ToJsonString()));
    }
}
