using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_signal_arrives_with_its_six_fields_and_expires_after_a_second()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();

        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal("part-7", validMs: 150)));

        Seen seen = await observer.Wait("/signal");
        Assert.Equal("edgeinspector/line-1/weld-3/signal", seen.Topic);
        Assert.Equal(["part", "seq", "verdict", "action", "at", "validMs"], seen.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("part-7", seen.Json.GetProperty("part").GetString());
        Assert.Equal("reject", seen.Json.GetProperty("verdict").GetString());
        Assert.InRange(seen.Json.GetProperty("validMs").GetInt64(), 1, 150);
        Assert.Equal(1u, seen.Expiry);
        Assert.False(seen.Retain);
    }

    [Fact]
    public async Task A_signal_that_becomes_late_while_it_is_made_is_not_sent()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        var clock = new StolenTimeClock();
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), time: clock).Connected();
        Signal late = line.Signal("late", validMs: 1000);
        clock.ThisThreadLoses = TimeSpan.FromMilliseconds(600);
        Assert.Equal(SignalOutcome.Expired, line.Link.Send(late));
        clock.ThisThreadLoses = TimeSpan.Zero;
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal("in time", validMs: 1000)));
        Assert.Equal("in time", (await observer.Wait("/signal")).Json.GetProperty("part").GetString());
        Assert.Single(observer.On("/signal"));
    }

    [Fact]
    public async Task A_signal_past_its_deadline_is_dropped()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();

        Assert.Equal(SignalOutcome.Expired, line.Link.Send(line.Signal("late", validMs: -1)));
        Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal("in time")));

        await observer.Wait("/signal");
        Assert.Equal("in time", Assert.Single(observer.On("/signal")).Json.GetProperty("part").GetString());
    }

    [Fact]
    public async Task An_event_carries_everything_that_is_known_of_the_part_and_its_image_follows()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        InspectedPart part = line.Part("part-9");
        Guid id = part.Id;

        line.Link.Send(line.Signal("part-9"));
        line.Evidence.Accept(part);

        Seen image = await observer.Wait("/image");
        Seen seen = await observer.Wait("/event");
        List<Seen> all = [.. observer.All];
        Assert.True(
            all.FindIndex(m => m.Topic.EndsWith("/signal", StringComparison.Ordinal)) < all.IndexOf(image),
            "The signal comes before the image.");
        Assert.True(all.IndexOf(seen) < all.IndexOf(image), "The event comes before its image.");

        Assert.Equal(id, seen.Json.GetProperty("id").GetGuid());
        Assert.Equal("reject", seen.Json.GetProperty("verdict").GetString());
        Assert.False(seen.Json.GetProperty("replayed").GetBoolean());
        Assert.Equal(("scratch", 0.93f), (seen.Json.GetProperty("tag").GetString(), seen.Json.GetProperty("probability").GetSingle()));
        Assert.Equal("scratch", Assert.Single(seen.Json.GetProperty("predictions").EnumerateArray()).GetProperty("tagName").GetString());
        Assert.Equal("edgeinspector/line-1/weld-3/image", seen.Json.GetProperty("image").GetProperty("topic").GetString());
        Assert.Equal(8.6, seen.Json.GetProperty("latenciesMs").GetProperty("inference").GetDouble(), 3);

        Assert.Equal("image/jpeg", image.ContentType);
        Assert.Equal(id.ToString(), image.Properties["event-id"]);
        Assert.Equal("part-9", image.Properties["part"]);
        using Mat picture = Cv2.ImDecode(image.Payload, ImreadModes.Color);
        Assert.Equal(new Size(640, 480), picture.Size());
        Assert.True(picture.At<Vec3b>(5, 3).Item2 > 150, "The banner of a reject is red.");

        await Eventually.TrueAsync(() => line.Counters is { EventsPublished: 1, ImagesPublished: 1 }, "the counters");
        Assert.Equal(0, line.Frames.InUse);
    }

    [Fact]
    public async Task A_pass_has_an_event_without_an_image()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();

        line.Evidence.Accept(line.Part(verdict: VerdictKind.Pass));

        Seen seen = await observer.Wait("/event");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, seen.Json.GetProperty("image").ValueKind);
        await line.Evidence.StopAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(observer.On("/image"));
        Assert.Equal(0, line.Counters.ImagesDropped);
    }

    [Fact]
    public async Task Stopping_delivers_what_waits_and_says_good_bye()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), new ImageOptions { Queue = 64, SpoolMinimumFree = 0 }).Connected();

        for (int i = 0; i < 50; i++)
            line.Evidence.Accept(line.Part($"part-{i}"));
        await line.Evidence.StopAsync(TimeSpan.FromSeconds(20));
        await line.Link.StopAsync(TimeSpan.FromSeconds(5));

        Seen last = await observer.Wait("/state", m => m.Json.GetProperty("status").GetString() == "offline");
        Assert.Equal("stopped", last.Json.GetProperty("reasons")[0].GetProperty("reason").GetString());
        await Eventually.TrueAsync(() => observer.On("/event").Count == 50 && observer.On("/image").Count == 50, "50 events and images");
        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => $"part-{i}"), observer.On("/event").Select(m => m.Json.GetProperty("part").GetString()));
        Assert.Equal(50, line.Counters.ImagesPublished);
        Assert.Equal(0, line.Frames.InUse);
    }
}
