using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EdgeInspector.Contracts;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Refused;

/// <summary>No message stands in the way of others for ever, whatever the broker has against it.</summary>
public sealed class RefusedMessageTests : IDisposable
{
    // Mosquitto ends the connection over a topic of more than 200 levels, in both protocols, and over nothing else in these tests.
    private static readonly string Unbearable = string.Join('/', Enumerable.Repeat("a", 205));

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task Pictures_too_large_for_the_broker_are_made_smaller_and_events_do_not_wait(string protocol)
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 20000");
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port) with { Protocol = protocol }, new ImageOptions { SpoolMinimumFree = 0, Queue = 40 }).Connected();
        for (int i = 0; i < 12; i++)
            line.Evidence.Accept(line.Part($"part-{i}", width: 1280, height: 960, noise: true));
        await Eventually.TrueAsync(() => observer.On("/event").Count == 12, "the events");
        // Though the broker has ended the connection for pictures: theirs is another.
        Assert.Equal(
            Enumerable.Range(0, 12).Select(i => $"part-{i}"), observer.On("/event").Select(e => e.Json.GetProperty("part").GetString()));
        Assert.Single(line.Log.Lines, text => text.Contains("-evidence connected", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => line.Counters.ImagesPublished == 12, "the pictures");
        Assert.All(observer.On("/image"), image => Assert.InRange(image.Payload.Length, 1000, 20_000));
        Assert.Equal((0, 0, 0), (line.Counters.ImagesDropped, line.Counters.ImagesRefused, line.Waiting.Images));
        Assert.DoesNotContain(line.Log.Lines, text => text.Contains("Mqtt:ClientId", StringComparison.Ordinal));
        int connects = line.Log.Lines.Count(text => text.Contains("-images connected", StringComparison.Ordinal));
        // With MQTT 5 the broker has said it at the login; with 3.1.1 the first pictures find out.
        Assert.InRange(connects, 1, protocol == "5" ? 1 : 8);
        if (protocol == "5")
            return;
        Assert.Contains(line.Log.Lines, text => text.Contains("the picture of event", StringComparison.Ordinal)
            && text.Contains("perhaps the broker does not take that", StringComparison.Ordinal));
        Assert.Contains(line.Log.Lines, text => text.Contains("only when it was smaller", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task A_picture_over_which_the_broker_ends_the_connection_is_set_aside_and_stays_so_after_a_restart(string protocol)
    {
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port);
        MqttOptions options = LineUnderTest.At(broker.Port) with { Protocol = protocol };
        InspectedPart bad;
        await using (LineUnderTest away = new(LineUnderTest.At(1), dataFolder: _folder.Path))
        {
            away.Evidence.Start([away.Link]);
            away.Evidence.Accept(bad = away.Part("bad", noise: true));
            await Eventually.TrueAsync(() => away.Waiting.Images == 1, "the picture to be on disk");
            await away.Evidence.StopAsync(TimeSpan.FromMilliseconds(200));
        }
        string sidecar = Directory.GetFiles(_folder["spool"], "*.json", SearchOption.AllDirectories).Single();
        string told = await File.ReadAllTextAsync(sidecar, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            sidecar,
            told.Replace("edgeinspector/line-1/weld-3/image", Unbearable, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await using (LineUnderTest line = await new LineUnderTest(options, dataFolder: _folder.Path).Connected())
        {
            for (int i = 0; i < 5; i++)
                line.Evidence.Accept(line.Part($"good-{i}"));
            Seen refused = await observer.Wait("/event", Tells);
            Assert.Null(Contract.FaultOfEvent(refused.Text));
            Assert.Equal(("image", bad.Id, Unbearable), (
                refused.Json.GetProperty("what").GetString(),
                refused.Json.GetProperty("event").GetGuid(),
                refused.Json.GetProperty("topic").GetString()));
            Assert.True(File.Exists(_folder[refused.Json.GetProperty("kept").GetString()!]));
            await Eventually.TrueAsync(
                () => line is { Counters: { ImagesRefused: 1, ImagesPublished: 5, ImagesDropped: 0 }, Waiting.Images: 0 }, "the others");
            Seen state = await observer.Wait("/state", m => m.Text.Contains("\"imagesRefused\":1", StringComparison.Ordinal));
            Assert.Contains(
                bad.Id.ToString(),
                state.Json.GetProperty("reasons")
                    .EnumerateArray()
                    .Single(one => one.GetProperty("component").GetString() == "refused")
                    .GetProperty("reason")
                    .GetString(),
                StringComparison.Ordinal);
            Assert.DoesNotContain(line.Log.Lines, text => text.Contains("Mqtt:ClientId", StringComparison.Ordinal));
            await line.Evidence.StopAsync(TimeSpan.FromSeconds(5));
        }
        await using LineUnderTest after = await new LineUnderTest(options, dataFolder: _folder.Path).Connected();
        after.Evidence.Accept(after.Part("next"));
        await Eventually.TrueAsync(() => after.Counters.ImagesPublished == 1, "the next picture");
        Assert.Single(after.Log.Lines, text => text.Contains("-images connected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3.1.1", 40)]
    [InlineData("5", 40)]
    [InlineData("5", 700)]
    public async Task An_event_over_which_the_broker_ends_the_connection_is_kept_and_told_and_those_behind_it_arrive(
        string protocol, int behind)
    {
        Guid[] bad = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        await FillJournal([.. Enumerable.Range(0, behind).Select(i => i is 3 or 4 or 30
            ? (bad[i == 30 ? 2 : i - 3], Unbearable)
            : (Guid.CreateVersion7(), "edgeinspector/line-1/weld-3/event"))]);
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port);
        MqttOptions options = LineUnderTest.At(broker.Port) with { Protocol = protocol };
        await using (LineUnderTest line = await new LineUnderTest(options, dataFolder: _folder.Path).Connected())
        {
            line.Evidence.Accept(line.Part("news"));
            await Eventually.TrueAsync(() => Arrived() == behind - bad.Length + 1, "the events behind it");
            await Eventually.TrueAsync(() => line.Counters.EventsRefused == bad.Length, "the bad ones to be set aside");
            await Eventually.TrueAsync(() => line.Evidence.Waiting == 0, "the journal to be empty");
            await Eventually.TrueAsync(() => observer.On("/event").Count(Tells) >= bad.Length, "the events that tell of them");
            Seen[] told = [.. observer.On("/event").Where(Tells)];
            Assert.Equal(bad.Order(), told.Select(e => e.Json.GetProperty("event").GetGuid()).Distinct().Order());
            Assert.All(told, e => Assert.Null(Contract.FaultOfEvent(e.Text)));
            foreach (Guid id in bad)
            {
                Assert.Equal(id, JsonDocument.Parse(await File.ReadAllBytesAsync(
                    Path.Combine(_folder.Path, "refused", $"{id}.json"),
                    TestContext.Current.CancellationToken)).RootElement.GetProperty("id").GetGuid());
                Assert.Contains(
                    "The broker did not take it",
                    await File.ReadAllTextAsync(Path.Combine(_folder.Path, "refused", $"{id}.txt"), TestContext.Current.CancellationToken),
                    StringComparison.Ordinal);
            }
            Assert.Equal(0, line.Counters.EventsDropped);

            int Arrived() => observer.On("/event").Where(e => !Tells(e)).Select(e => e.Json.GetProperty("id").GetGuid()).Distinct().Count();
            Assert.DoesNotContain(line.Log.Lines, text => text.Contains("Mqtt:ClientId", StringComparison.Ordinal));
            await line.Evidence.StopAsync(TimeSpan.FromSeconds(5));
        }
        await using LineUnderTest after = await new LineUnderTest(options, dataFolder: _folder.Path).Connected();
        after.Evidence.Accept(after.Part("after"));
        await observer.Wait("/event", e => e.Text.Contains("\"after\"", StringComparison.Ordinal));
        Assert.Single(after.Log.Lines, text => text.Contains("-evidence connected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tries_are_counted_across_restarts()
    {
        Guid bad = Guid.CreateVersion7();
        await FillJournal([(bad, Unbearable)]);
        using Mosquitto broker = Mosquitto.Start();
        // Longer than each process lives: without a memory the event would be tried for the first time again and again.
        MqttOptions options = LineUnderTest.At(broker.Port) with
        {
            FirstPause = TimeSpan.FromMilliseconds(300),
            LongestPause = TimeSpan.FromMinutes(1),
        };
        string tries = Path.Combine(_folder.Path, "refused", "tries.json");
        int starts = 0;
        while (!File.Exists(Path.Combine(_folder.Path, "refused", $"{bad}.json")))
        {
            Assert.InRange(++starts, 1, 6);
            string before = Tries();
            await using LineUnderTest line = await new LineUnderTest(options, dataFolder: _folder.Path).Connected();
            await Eventually.TrueAsync(() => Tries() != before || line.Counters.EventsRefused > 0, "another try");
        }
        Assert.InRange(starts, 2, 6);

        string Tries() => File.Exists(tries) ? File.ReadAllText(tries) : "";
    }

    [Fact]
    public async Task An_outage_of_the_broker_is_no_fault_of_what_was_in_flight()
    {
        using Mosquitto broker = Mosquitto.Start();
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), new ImageOptions { SpoolMinimumFree = 0, Queue = 200 }).Connected();
        int sent = 0;
        for (int outage = 0; outage < 6; outage++)
        {
            for (int i = 0; i < 10; i++, sent++)
                line.Evidence.Accept(line.Part($"part-{sent}", noise: true));
            broker.Kill();
            await Eventually.TrueAsync(() => !line.Evidence.IsConnected, "the loss to be noticed");
            broker.StartAgain();
            await Eventually.TrueAsync(() => line.Evidence.IsConnected, "the connection");
        }
        await Eventually.TrueAsync(() => line.Counters is { EventsPublished: 60, ImagesPublished: 60 }, "everything");
        Assert.Equal((0, 0, 0), (line.Counters.EventsRefused, line.Counters.ImagesRefused, line.Counters.ImagesDropped));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task An_event_too_large_for_the_broker_goes_without_its_picture(string protocol)
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 8000");
        await using Observer observer = await Observer.Connect(broker.Port);
        var inside = new ImageOptions { Mode = ImageMode.Inline, SpoolMinimumFree = 0, Queue = 20 };
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port) with { Protocol = protocol }, images: inside).Connected();
        for (int i = 0; i < 6; i++)
            line.Evidence.Accept(line.Part($"part-{i}", noise: true));
        await Eventually.TrueAsync(
            () => observer.On("/event").Select(e => e.Json.GetProperty("part").GetString()).Distinct().Count() == 6, "the events");
        Assert.All(observer.On("/event"), e => Assert.Null(Contract.FaultOfEvent(e.Text)));
        Assert.All(observer.On("/event"), e => Assert.Equal(JsonValueKind.Null, e.Json.GetProperty("image").ValueKind));
        await Eventually.TrueAsync(
            () => line.Counters is { EventsRefused: 0, EventsDropped: 0, ImagesDropped: 6 }, "the pictures to be counted");
    }

    [Fact]
    public async Task An_event_too_large_for_the_broker_even_so_is_kept_and_told()
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 2500");
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        InspectedPart large = line.Part(new string('x', 3000), withFrame: false), small = line.Part("small", withFrame: false);
        line.Evidence.Accept(large);
        line.Evidence.Accept(small);
        Seen told = await observer.Wait("/event", Tells);
        Assert.Null(Contract.FaultOfEvent(told.Text));
        Assert.Equal(large.Id, told.Json.GetProperty("event").GetGuid());
        Assert.Contains("Allow larger messages at the broker", told.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await observer.Wait("/event", e => e.Text.Contains(small.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal((1, 0), (line.Counters.EventsRefused, line.Counters.EventsDropped));
        Assert.Single(line.Log.Lines, text => text.Contains("-evidence connected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_that_fit_do_not_wait_behind_many_that_are_too_large(bool withPictures)
    {
        const int Parts = 80;
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 1500");
        await using Observer observer = await Observer.Connect(broker.Port);
        // Such a broker does not tell its limit.
        MqttOptions options = LineUnderTest.At(broker.Port) with
        {
            Protocol = "3.1.1",
            FirstPause = TimeSpan.FromMilliseconds(50),
            LongestPause = TimeSpan.FromMinutes(10),
        };
        await using LineUnderTest line = await new LineUnderTest(
            options, new ImageOptions { SpoolMinimumFree = 0, Queue = 100 }).Connected();
        long began = Stopwatch.GetTimestamp();
        InspectedPart[] parts = [.. Enumerable.Range(0, Parts)
            .Select(i => line.Part(i % 2 == 0 ? new string('x', 1000 + (i * 7 % 50)) : $"fits-{i}", withFrame: withPictures, noise: true))];
        foreach (InspectedPart part in parts)
            line.Evidence.Accept(part);
        await Eventually.TrueAsync(
            () => observer.On("/event")
                .Select(e => e.Json.GetProperty("id").GetGuid())
                .Intersect(parts.Select(part => part.Id))
                .Count() == Parts / 2,
            "the events that fit");
        await Eventually.TrueAsync(
            () => line.Counters.EventsRefused == Parts / 2,
            () => $"the others to be set aside, not {line.Counters.EventsRefused}\n{string.Join('\n', line.Log.Lines.TakeLast(20))}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(began)}\n{string.Join('\n', line.Log.Lines)}");
        Assert.All(
            parts.Where((_, i) => i % 2 == 0),
            part => Assert.True(File.Exists(Path.Combine(line.DataFolder, "refused", $"{part.Id}.json"))));
        Assert.Equal(0, line.Counters.EventsDropped);
        // Not four certain tries for each of the forty.
        Assert.InRange(
            line.Log.Lines.Count(text => text.Contains("-evidence connected", StringComparison.Ordinal)), 2, 60);
    }

    [Fact]
    public async Task A_broker_that_takes_large_events_again_after_a_restart_gets_them()
    {
        const string Small = "allow_anonymous true\nmax_packet_size 1500";
        using Mosquitto broker = Mosquitto.Start(_ => Small);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port) with { Protocol = "3.1.1" }).Connected();
        for (int i = 0; i < 12; i++)
            line.Evidence.Accept(line.Part(i % 2 == 0 ? new string('x', 1000) : $"fits-{i}", withFrame: false));
        await Eventually.TrueAsync(() => line.Counters.EventsRefused == 6, "the large ones to be set aside");
        await Eventually.TrueAsync(() => line.Evidence.Waiting == 0, "the others");
        broker.Kill();
        await Eventually.TrueAsync(() => !line.Evidence.IsConnected, "the loss to be noticed");
        string settings = broker.In("mosquitto.conf");
        await File.WriteAllTextAsync(
            settings,
            (await File.ReadAllTextAsync(settings, TestContext.Current.CancellationToken)).Replace(
                "max_packet_size 1500", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        broker.StartAgain();
        await using Observer observer = await Observer.Connect(broker.Port);
        InspectedPart[] parts = [.. Enumerable.Range(0, 6).Select(_ => line.Part(new string('x', 1000), withFrame: false))];
        foreach (InspectedPart part in parts)
            line.Evidence.Accept(part);
        await Eventually.TrueAsync(
            () =>
                observer.On("/event").Select(e => e.Json.GetProperty("id").GetGuid()).Intersect(parts.Select(part => part.Id)).Count() == 6,
            "the large ones");
        Assert.Equal(6, line.Counters.EventsRefused);
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task The_text_beside_a_refused_event_says_how_large_it_was_where_it_was_to_go_and_how_to_mend_it(string protocol)
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 2500");
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port) with { Protocol = protocol }).Connected();
        InspectedPart large = line.Part(new string('x', 3000), withFrame: false);
        line.Evidence.Accept(line.Part("small", withFrame: false));
        line.Evidence.Accept(large);
        await Eventually.TrueAsync(() => line.Counters.EventsRefused == 1, "the event to be set aside");
        string text = await File.ReadAllTextAsync(
            Path.Combine(line.DataFolder, "refused", $"{large.Id}.txt"), TestContext.Current.CancellationToken);
        Assert.Matches(@"\b[34]\d\d\d bytes", text);
        Assert.Contains(line.Topics.Event, text, StringComparison.Ordinal);
        Assert.Contains("max_packet_size", text, StringComparison.Ordinal);
        Assert.Contains("mosquitto_pub", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_station_whose_events_the_broker_forbids_holds_up_no_other()
    {
        await FillJournal([.. Enumerable.Range(0, 600)
            .Select(i => (Guid.CreateVersion7(), i % 2 == 0 ? "edgeinspector/line-1/old-1/event" : "edgeinspector/line-1/weld-3/event"))]);
        string acl = _folder["acl"];
        await File.WriteAllTextAsync(
            acl, "topic read #\ntopic write edgeinspector/line-1/weld-3/#\n", TestContext.Current.CancellationToken);
        using Mosquitto broker = Mosquitto.Start(_ => $"allow_anonymous true\nacl_file {acl}");
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: _folder.Path).Connected();
        await Eventually.TrueAsync(() => observer.On("weld-3/event").Count >= 300, "the events of the other station");
        await Eventually.TrueAsync(() => line.Evidence.Waiting == 300, "the others to wait");
        Assert.Equal(300, observer.On("weld-3/event").Select(e => e.Json.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal((0, 0), (line.Counters.EventsRefused, line.Counters.EventsDropped));
        Assert.Contains(
            line.Log.Lines,
            text => text.Contains("no station here publishes to edgeinspector/line-1/old-1/event any more", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static bool Tells(Seen message) => message.Text.StartsWith("{\"kind\":\"refused\"", StringComparison.Ordinal);

    /// <summary>Leaves events behind as an earlier process would have, whose topics were others.</summary>
    private async Task FillJournal(IReadOnlyList<(Guid Id, string Topic)> events)
    {
        using var journal = new EventJournal(_folder.Path, new JournalOptions(), TimeProvider.System, new RecordingLog());
        journal.Start();
        foreach ((Guid id, string topic) in events)
        {
            string verdict = Contract.Examples("event-verdict").First().Replace(",\"replayed\":false", "", StringComparison.Ordinal);
            JsonElement example = JsonDocument.Parse(verdict).RootElement;
            journal.Add(
                id,
                LineUnderTest.Station,
                topic,
                Encoding.UTF8.GetBytes(verdict.Replace(example.GetProperty("id").GetString()!, id.ToString(), StringComparison.Ordinal)),
                heldBack: true);
        }
        await journal.Flush();
        await Eventually.TrueAsync(() => journal.Committed == events.Count, "the events to be on disk");
    }
}
