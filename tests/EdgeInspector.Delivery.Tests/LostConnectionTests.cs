using System.Text.Json;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests;

public sealed class LostConnectionTests
{
    [Fact]
    public async Task State_is_retained_and_a_lost_connection_publishes_the_last_will()
    {
        using Mosquitto broker = Mosquitto.Start();
        LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        await using Observer first = await Observer.Connect(broker.Port);
        await first.Wait("/state", Is("online"));
        await line.DisposeAsync();

        Seen will = await first.Wait("/state", Is("offline"));
        Assert.Equal("connection lost", will.Json.GetProperty("reasons")[0].GetProperty("reason").GetString());

        await using Observer later = await Observer.Connect(broker.Port);
        Seen retained = await later.Wait("/state");
        Assert.True(retained.Retain);
        Assert.Equal("offline", Status(retained));
    }

    [Fact]
    public async Task State_tells_the_station_its_model_its_health_and_its_counters()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        await using Observer observer = await Observer.Connect(broker.Port);

        line.Counters.CountTrigger();
        line.Health.Complain(new Wording("camera", "fault", "The camera gives no pictures.").Of());
        Seen degraded = await observer.Wait("/state", m => m.Text.Contains("no pictures", StringComparison.Ordinal));
        Assert.Equal("degraded", Status(degraded));
        Assert.Contains(
            "camera", degraded.Json.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("component").GetString()));
        Assert.Equal(LineUnderTest.Model.Package, degraded.Json.GetProperty("package").GetProperty("hash").GetString());
        Assert.Equal("Iteration 4", degraded.Json.GetProperty("package").GetProperty("iteration").GetString());
        Assert.Equal(1, degraded.Json.GetProperty("counters").GetProperty("triggers").GetInt64());

        line.Health.Withdraw("camera");
        await Eventually.TrueAsync(() => Status(observer.On("/state")[^1]) == "online", "the station to be online again");
        Seen beat = await observer.Wait("/heartbeat");
        Assert.True(long.TryParse(beat.Text, out _));
    }

    [Fact]
    public async Task A_clean_stop_leaves_offline_stopped_and_no_last_will_follows()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        await line.Link.StopAsync(TimeSpan.FromSeconds(5));
        await line.Link.DisposeAsync();

        await using Observer later = await Observer.Connect(broker.Port);
        Seen retained = await later.Wait("/state");
        Assert.Equal("stopped", retained.Json.GetProperty("reasons")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task After_a_restart_of_the_broker_everything_is_as_before()
    {
        var triggers = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using Mosquitto broker = Mosquitto.Start();
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), onTrigger: (part, _) => triggers.Enqueue(part)).Connected();

        broker.Kill();
        await Eventually.TrueAsync(() => !line.Link.IsConnected && !line.Evidence.IsConnected, "the loss to be noticed");
        await Eventually.TrueAsync(
            () => line.Health.Complaints.ContainsKey("broker") && line.Health.Complaints.ContainsKey("evidence"), "complaints");
        Assert.Equal(SignalOutcome.NotConnected, line.Link.Send(line.Signal()));
        broker.StartAgain();
        await Eventually.TrueAsync(
            () => line.Link.IsConnected && line.Evidence.IsConnected && line.Health.IsGood, "the connections to be back");

        await using Observer observer = await Observer.Connect(broker.Port);
        await observer.Wait("/state", Is("online"));
        await Eventually.TrueAsync(
            () => line.Log.Lines.Count(text => text.Contains("connected to", StringComparison.Ordinal)) == 6, "six connects in the log");
        await observer.Publish(line.Topics.Trigger, "part-8");
        await Eventually.TrueAsync(() => triggers.Contains("part-8"), "the trigger");
    }

    [Fact]
    public async Task A_signal_without_a_connection_is_never_sent_and_events_are_replayed()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(cable.Port)).Connected();
        line.Evidence.Accept(line.Part("before"));
        await observer.Wait("/image");

        cable.Cut();
        await Eventually.TrueAsync(() => !line.Link.IsConnected && !line.Evidence.IsConnected, "the loss to be noticed");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(SignalOutcome.NotConnected, line.Link.Send(line.Signal($"lost-{i}", validMs: 60_000)));
            line.Evidence.Accept(line.Part($"kept-{i}"));
        }
        cable.Mend();
        await Eventually.TrueAsync(
            () => line.Link.IsConnected && line.Counters is { EventsPublished: 6, ImagesPublished: 6 },
            "events and images to be delivered");
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal("after", validMs: 60_000)));
        await observer.Wait("/signal", m => m.Text.Contains("after", StringComparison.Ordinal));

        Assert.Equal(["after"], observer.On("/signal").Select(m => m.Json.GetProperty("part").GetString()));
        Assert.Equal(
            [("before", false), ("kept-0", true), ("kept-1", true), ("kept-2", true), ("kept-3", true), ("kept-4", true)],
            observer.On("/event").Select(m => (m.Json.GetProperty("part").GetString()!, m.Json.GetProperty("replayed").GetBoolean())));
        Assert.Equal(6, observer.On("/image").Count);
    }

    [Fact]
    public async Task A_pulled_cable_is_noticed_although_heartbeats_are_sent()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(cable.Port)).Connected();
        await observer.Wait("/state", Is("online"));

        cable.Pull();
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal(validMs: 100)));
        line.Evidence.Accept(line.Part("kept"));
        await Eventually.TrueAsync(() => line.Link.SignalsUnacknowledged == 1, "the signal to be counted as not acknowledged");
        await Eventually.TrueAsync(() => !line.Link.IsConnected, "the loss to be noticed");
        // The last will: the broker notices as well.
        await observer.Wait("/state", Is("offline"));
        cable.Mend();
        await Eventually.TrueAsync(() => line.Counters is { EventsPublished: 1, ImagesPublished: 1 }, "the event to be delivered");
        Assert.True(observer.On("/event")[^1].Json.GetProperty("replayed").GetBoolean());
        Assert.Empty(observer.On("/signal"));
    }

    [Fact]
    public async Task Events_wait_on_disk_for_a_broker_that_is_away_and_survive_a_restart_in_order()
    {
        using var folder = new TemporaryFolder();
        await using (LineUnderTest away = new(LineUnderTest.At(1), dataFolder: folder.Path))
        {
            away.Evidence.Start([away.Link]);
            for (int i = 0; i < 600; i++)
                away.Evidence.Accept(away.Part($"part-{i}", VerdictKind.Pass, withFrame: false));
            await Eventually.TrueAsync(() => away.Evidence.Committed == 600, "the events to be on disk");
            await away.Evidence.StopAsync(TimeSpan.FromMilliseconds(200))
                .WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        }
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: folder.Path).Connected();
        line.Evidence.Accept(line.Part("news", VerdictKind.Pass, withFrame: false));
        await Eventually.TrueAsync(() => observer.On("/event").Count == 601, "all events");
        Assert.Equal(
            [.. Enumerable.Range(0, 600).Select(i => $"part-{i}"), "news"],
            observer.On("/event").Select(m => m.Json.GetProperty("part").GetString()));
        Assert.All(observer.On("/event").Take(600), m => Assert.True(m.Json.GetProperty("replayed").GetBoolean()));
        await Eventually.TrueAsync(() => line.Evidence.Waiting == 0, "the journal to be empty");
    }

    [Fact]
    public async Task A_challenge_part_that_passed_right_before_the_agent_was_killed_is_told_to_the_next_start()
    {
        using var folder = new TemporaryFolder();
        Guid passed = Guid.CreateVersion7(), ordinary = Guid.CreateVersion7();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var pass = new OpenPartOutcome(now, VerdictKind.Pass, NoneReason.NotNone, GateAction.Pass, SignalOutcome.Sent);
        using (OpenPartsFile open = OpenPartsFile.Open(folder.Path, now, out _, out _))
        {
            open.Note(passed, 1, LineUnderTest.Station, "NOK-1", now, Challenge.Bad);
            open.Note(ordinary, 2, LineUnderTest.Station, "A-1", now);
            open.NoteOutcome(passed, pass);
            open.NoteOutcome(ordinary, pass);
        }
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using var line = new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: folder.Path);
        var told = new List<(string, ChallengeResult)>();
        line.Evidence.ChallengeRecovered += (station, result) => told.Add((station, result));
        await line.Connected();
        (string station, ChallengeResult result) = Assert.Single(told);
        Assert.Equal((LineUnderTest.Station, "NOK-1", false), (station, result.Part, result.IsRight));
    }

    [Fact]
    public async Task A_part_in_hand_when_the_agent_is_killed_gets_its_event_from_the_next_start()
    {
        using TemporaryFolder folder = new(), copy = new();
        Guid opened = Guid.CreateVersion7(), answered = Guid.CreateVersion7(), judged;
        await using (LineUnderTest killed = new(LineUnderTest.At(1), dataFolder: folder.Path))
        {
            // Started without its journal's thread having had a chance: what a kill leaves behind is what the mapped file holds.
            using OpenPartsFile open = OpenPartsFile.Open(copy.Path, DateTimeOffset.UtcNow, out _, out _);
            InspectedPart part = killed.Part("judged", VerdictKind.Reject, withFrame: false);
            judged = part.Id;
            open.Note(opened, 7, LineUnderTest.Station, "in hand", DateTimeOffset.UtcNow);
            open.Note(part.Id, 8, LineUnderTest.Station, "judged", DateTimeOffset.UtcNow);
            open.Note(answered, 9, LineUnderTest.Station, "answered", DateTimeOffset.UtcNow);
            open.NoteAnswer(
                answered,
                new OpenPartOutcome(part.VerdictAt, VerdictKind.Review, NoneReason.NotNone, GateAction.Reject, SignalOutcome.Unknown));
            open.NoteOutcome(
                part.Id,
                new OpenPartOutcome(part.VerdictAt, VerdictKind.Reject, NoneReason.NotNone, GateAction.Reject, SignalOutcome.Sent));
        }
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: copy.Path).Connected();
        await Eventually.TrueAsync(() => observer.On("/event").Count == 3, "the events");
        JsonElement[] events = [.. observer.On("/event").Select(m => m.Json)];
        Assert.All(events, e => Assert.True(e.GetProperty("recovered").GetBoolean()));
        Assert.Equal([(opened, "none", "interrupted", "unknown"), (judged, "reject", null, "sent"), (answered, "review", null, "unknown")],
            events.Select(e => (
                e.GetProperty("id").GetGuid(),
                e.GetProperty("verdict").GetString(),
                e.GetProperty("reason").GetString(),
                e.GetProperty("signal").GetString())));
        await line.Evidence.StopAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_second_agent_on_the_same_data_folder_is_refused()
    {
        await using LineUnderTest first = new(LineUnderTest.At(1));
        DataFolderException refused = Assert.Throws<DataFolderException>(
            () => new LineUnderTest(LineUnderTest.At(1), dataFolder: first.DataFolder));
        Assert.Contains("in use by another agent", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_without_a_broker_ends_in_time_and_says_what_waits()
    {
        await using LineUnderTest line = new(LineUnderTest.At(1));
        line.StartLink();
        line.Evidence.Start([line.Link]);
        line.Evidence.Accept(line.Part());
        await Eventually.TrueAsync(() => line.Evidence.Waiting == 1, "the event to be kept");
        await line.Evidence.StopAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await line.Link.StopAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        // Both are safe on disk.
        Assert.Equal(0, line.Counters.EventsDropped);
        Assert.Equal(1, line.Waiting.Events);
        Assert.Equal(0, line.Counters.ImagesDropped);
        Assert.Equal(1, line.Waiting.Images);
        Assert.Contains(line.Log.Lines, text => text.Contains("1 events could not be delivered", StringComparison.Ordinal));
        Assert.Equal(0, line.Frames.InUse);
    }

    [Fact]
    public async Task What_the_broker_refuses_is_counted_and_events_are_kept()
    {
        using Mosquitto broker = Mosquitto.Start(folder =>
        {
            string acl = Path.Combine(folder, "acl");
            File.WriteAllText(acl, "topic read #\ntopic write +/+/+/state\n");
            return $"allow_anonymous true\nacl_file {acl}";
        });
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        line.Link.Send(line.Signal());
        line.Evidence.Accept(line.Part());
        await Eventually.TrueAsync(() => line.Link.SignalsRefused == 1, "the refused signal to be counted");
        await Eventually.TrueAsync(() => line.Health.Complaints.ContainsKey("signal"), "the refused signal to be complained of");
        await Eventually.TrueAsync(() => line.Health.Complaints.ContainsKey("events"), "the refused event to be complained of");
        Assert.Equal(1, line.Evidence.Waiting);
    }

    [Fact]
    public async Task With_mqtt_3_1_1_everything_arrives_without_properties()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port) with { Protocol = "3.1.1", BareSignal = true }).Connected();
        line.Link.Send(line.Signal());
        line.Link.Send(line.Signal(verdict: VerdictKind.Pass, action: GateAction.Pass));
        line.Evidence.Accept(line.Part());
        Seen image = await observer.Wait("/image");
        Assert.Empty(image.Properties);
        await Eventually.TrueAsync(() => observer.On("/signal/bare").Count == 2, "two bare signals");
        Assert.Equal(["1", "0"], observer.On("/signal/bare").Select(m => m.Text));
        Assert.Equal(2, observer.On("/signal").Count);
    }

    [Fact]
    public async Task Through_a_bad_cable_every_event_and_image_arrives_and_the_first_copies_in_order()
    {
        const int Parts = 300;
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using var cable = new Cable(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(cable.Port), new() { Queue = 64, SpoolMinimumFree = 0 }).Connected();
        for (int i = 0; i < Parts; i++)
        {
            line.Evidence.Accept(line.Part($"part-{i}", i % 10 == 0 ? VerdictKind.Reject : VerdictKind.Pass, withFrame: i % 10 == 0));
            if (i % 50 == 25)
            {
                // In the middle of the stream: at the moment when some are acknowledged and some are not.
                int published = observer.On("/event").Count;
                cable.Cut();
                await Eventually.TrueAsync(() => !line.Evidence.IsConnected, "the loss to be noticed");
                cable.Mend();
                await Eventually.TrueAsync(() => observer.On("/event").Count > published, "events to flow again");
            }
        }
        await line.Evidence.StopAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(Parts, line.Counters.EventsPublished);
        Assert.Equal(Parts / 10, line.Counters.ImagesPublished);
        Assert.Equal(0, line.Counters.EventsDropped + line.Counters.ImagesDropped);
        await Eventually.TrueAsync(() => observer.On("/event").DistinctBy(Id).Count() == Parts, "every event");
        Assert.Equal(
            Enumerable.Range(0, Parts).Select(i => $"part-{i}"),
            observer.On("/event").DistinctBy(Id).Select(m => m.Json.GetProperty("part").GetString()));
        await Eventually.TrueAsync(
            () => observer.On("/image").DistinctBy(m => m.Properties["event-id"]).Count() == Parts / 10, "every image");
        // Each later copy says that it is one.
        Assert.All(
            observer.On("/event").GroupBy(Id).SelectMany(copies => copies.Skip(1)),
            copy => Assert.True(copy.Json.GetProperty("replayed").GetBoolean()));
        Assert.Equal(0, line.Frames.InUse);

        static string? Id(Seen seen) => seen.Json.GetProperty("id").GetString();
    }

    [Fact]
    public async Task Two_agents_under_one_id_are_told_so()
    {
        using Mosquitto broker = Mosquitto.Start();
        MqttOptions options = LineUnderTest.At(broker.Port);
        await using LineUnderTest one = await new LineUnderTest(options).Connected();
        await using LineUnderTest other = await new LineUnderTest(options).Connected();
        await Eventually.TrueAsync(
            () => one.Log.Lines.Concat(other.Log.Lines)
                .Any(text => text.Contains("Give each agent its own Mqtt:ClientId", StringComparison.Ordinal)),
            "the likely reason in the log");
    }

    [Fact]
    public async Task Sending_costs_the_station_little_and_every_signal_of_a_burst_arrives()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port, "+/+/+/signal");
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal($"part-{i}", validMs: 60_000)));
            if (i % 10 == 9)
                await Eventually.TrueAsync(() => observer.On("/signal").Count == i + 1, "the signals");
        }
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => $"part-{i}"), observer.On("/signal").Select(m => m.Json.GetProperty("part").GetString()));
        Assert.Equal(0, line.Link.SignalsUnacknowledged);
    }

    private static Func<Seen, bool> Is(string status) => seen => Status(seen) == status;

    private static string? Status(Seen seen) => seen.Json.GetProperty("status").GetString();
}
