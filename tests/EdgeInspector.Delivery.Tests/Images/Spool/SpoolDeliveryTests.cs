using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Verdicts;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

/// <summary>From the station's thread through the disk to a real broker.</summary>
public sealed class SpoolDeliveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Spool => _folder["spool"];

    [Fact]
    public async Task Pictures_wait_on_disk_for_a_broker_that_is_away_and_survive_a_restart()
    {
        const int Parts = 40;
        List<Guid> ids = [];
        await using (LineUnderTest before = new(
            LineUnderTest.At(1), new ImageOptions { Queue = 64, SpoolMinimumFree = 0 }, dataFolder: _folder.Path))
        {
            before.StartLink();
            before.Evidence.Start([before.Link]);
            for (int i = 0; i < Parts; i++)
            {
                InspectedPart part = before.Part($"part-{i}");
                ids.Add(part.Id);
                before.Evidence.Accept(part);
            }
            await Eventually.TrueAsync(() => before.Waiting.Images == Parts, "the pictures to be on disk");
            // The backlog is on disk: no frame is held.
            Assert.Equal(0, before.Frames.InUse);
            Assert.Equal(0, before.Counters.ImagesDropped);
            // Ends without a farewell, as if it were killed.
        }
        Assert.Equal(3 * Parts, Directory.GetFiles(Spool, "*", SearchOption.AllDirectories).Length);

        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using (LineUnderTest after = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: _folder.Path).Connected())
        {
            await Eventually.TrueAsync(
                () => after is { Counters.ImagesPublished: Parts, Waiting.Images: 0 }, "the pictures to be published");
            Assert.InRange(after.Waiting.SpoolBytes, 1, long.MaxValue);
            await Eventually.TrueAsync(() => observer.On("/image").Count == Parts, "the pictures to arrive");
            // Oldest first, but one whose event is still under way lets a later one pass.
            Assert.Equal(
                ids.Select(id => id.ToString()).Order(), observer.On("/image").Select(image => image.Properties["event-id"]).Order());
            await after.Evidence.StopAsync(TimeSpan.FromSeconds(5));
        }
        await using LineUnderTest third = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: _folder.Path).Connected();
        third.Evidence.Accept(third.Part("new"));
        await Eventually.TrueAsync(() => observer.On("/image").Count > Parts, "a new picture to arrive");
        Assert.Equal("new", Assert.Single(observer.On("/image").Skip(Parts)).Properties["part"]);
    }

    [Fact]
    public async Task A_picture_comes_after_its_event_only()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        await using var connection = new BrokerConnection(LineUnderTest.At(broker.Port), "pictures", TimeProvider.System, line.Log);
        connection.Start();
        using InspectedPart waiting = line.Part("waiting"), free = line.Part("free");
        bool isWaiting = true;
        var images = new ImageDelivery(
            new DeliveryScope(
                new AgentIdentity("pc-7", "line-1", "0.1.0"),
                line.Options,
                new Dictionary<string, EvidenceStation> { [LineUnderTest.Station] = new(line.Topics, line.Health, line.Counters) },
                TimeProvider.System,
                line.Log),
            connection,
            new ImageOptions { SpoolMinimumFree = 0 },
            _folder.Path,
            new ImageTies(() => null, id => id == waiting.Id && Volatile.Read(ref isWaiting), _ => { }, (_, _, _) => { }));
        images.Start();
        Task running = images.Run(CancellationToken.None);
        Assert.True(images.TryAdd(waiting));
        Assert.True(images.TryAdd(free));
        await observer.Wait("/image", image => image.Properties["part"] == "free");
        Assert.Single(observer.On("/image"));
        Volatile.Write(ref isWaiting, false);
        await observer.Wait("/image", image => image.Properties["part"] == "waiting");
        images.Complete();
        await running.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, images.Content.Waiting);
        Assert.False(images.TryAdd(free));
    }

    [Fact]
    public async Task The_broker_gets_a_small_jpeg_and_the_disk_the_whole_picture_with_and_without_marks()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        var images = new ImageOptions { Format = ImageFormat.Png, MaxBytes = 20_000, SpoolMinimumFree = 0 };
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), images, dataFolder: _folder.Path).Connected();
        line.Evidence.Accept(line.Part(noise: true));
        Seen image = await observer.Wait("/image");
        Assert.InRange(image.Payload.Length, 1000, 20_000);
        Assert.Equal([0xFF, 0xD8], image.Payload[..2]);
        using Mat original = Cv2.ImRead(Directory.GetFiles(Spool, "*_original.png", SearchOption.AllDirectories).Single());
        using Mat annotated = Cv2.ImRead(Directory.GetFiles(Spool, "*_annotated.png", SearchOption.AllDirectories).Single());
        Assert.Equal((new Size(640, 480), new Size(640, 480)), (original.Size(), annotated.Size()));
        byte[] noise = new byte[640 * 480 * 3];
        new Random(1).NextBytes(noise);
        original.GetArray(out Vec3b[] pixels);
        Assert.Equal(noise[..300], pixels.Take(100).SelectMany(pixel => new[] { pixel.Item0, pixel.Item1, pixel.Item2 }));
        using var difference = new Mat();
        Cv2.Absdiff(original, annotated, difference);
        Assert.InRange(Cv2.Sum(difference).Val0, 1, double.MaxValue);
    }

    [Fact]
    public async Task Passed_parts_are_kept_by_their_share_and_off_keeps_none()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        var half = new ImageOptions { PassShare = 0.5, KeepOriginal = false, Queue = 200, SpoolMinimumFree = 0 };
        await using (LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), half, dataFolder: _folder.Path).Connected())
        {
            for (int i = 0; i < 100; i++)
                line.Evidence.Accept(line.Part($"part-{i}", VerdictKind.Pass));
            await line.Evidence.StopAsync(TimeSpan.FromSeconds(20));
            await Eventually.TrueAsync(() => observer.On("/event").Count == 100, "the events");
            Assert.InRange(line.Counters.ImagesPublished, 25, 75);
            Assert.Equal(
                observer.On("/event")
                    .Where(e => ImageSampling.Share(e.Json.GetProperty("id").GetGuid()) < 0.5)
                    .Select(e => e.Json.GetProperty("part").GetString()),
                observer.On("/event")
                    .Where(e => e.Json.GetProperty("image").ValueKind != System.Text.Json.JsonValueKind.Null)
                    .Select(e => e.Json.GetProperty("part").GetString()));
            Assert.Empty(Directory.GetFiles(Spool, "*_original*", SearchOption.AllDirectories));
            Assert.Equal(line.Counters.ImagesPublished, Directory.GetFiles(Spool, "*_annotated.jpg", SearchOption.AllDirectories).Length);
        }
        Directory.Delete(Spool, recursive: true);
        await using LineUnderTest off = await new LineUnderTest(
            LineUnderTest.At(broker.Port), new ImageOptions { Mode = ImageMode.Off }, dataFolder: _folder.Path).Connected();
        off.Evidence.Accept(off.Part("off"));
        await observer.Wait("/event", e => e.Json.GetProperty("part").GetString() == "off"
            && e.Json.GetProperty("image").ValueKind == System.Text.Json.JsonValueKind.Null);
        await off.Evidence.StopAsync(TimeSpan.FromSeconds(5));
        Assert.False(Directory.Exists(Spool));
        Assert.Equal(0, off.Frames.InUse);
    }

    [Fact]
    public async Task Inline_the_event_carries_a_small_picture_and_the_disk_none()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        var images = new ImageOptions { Mode = ImageMode.Inline, InlineMaxBytes = 10_000, Queue = 64 };
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), images, dataFolder: _folder.Path).Connected();
        for (int i = 0; i < 20; i++)
            line.Evidence.Accept(line.Part($"part-{i}", i % 2 == 0 ? VerdictKind.Reject : VerdictKind.Pass, noise: true));
        await line.Evidence.StopAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => observer.On("/event").Count == 20, "the events");
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"part-{i}"), observer.On("/event").Select(e => e.Json.GetProperty("part").GetString()));
        for (int i = 0; i < 20; i++)
        {
            System.Text.Json.JsonElement image = observer.On("/event")[i].Json.GetProperty("image");
            Assert.Equal(i % 2 == 0 ? System.Text.Json.JsonValueKind.Object : System.Text.Json.JsonValueKind.Null, image.ValueKind);
            if (i % 2 != 0)
                continue;
            Assert.Equal(["contentType", "base64"], image.EnumerateObject().Select(property => property.Name));
            byte[] jpeg = image.GetProperty("base64").GetBytesFromBase64();
            Assert.InRange(jpeg.Length, 1000, 10_000);
            using Mat picture = Cv2.ImDecode(jpeg, ImreadModes.Color);
            Assert.False(picture.Empty());
        }
        Assert.Empty(observer.On("/image"));
        Assert.False(Directory.Exists(Spool));
        Assert.Equal(0, line.Frames.InUse);
    }

    [Fact]
    public async Task State_tells_how_many_pictures_wait_and_what_the_spool_holds()
    {
        using Mosquitto broker = Mosquitto.Start(folder =>
        {
            string acl = Path.Combine(folder, "acl");
            File.WriteAllText(acl, "topic read #\ntopic write +/+/+/state\ntopic write +/+/+/event\n");
            return $"allow_anonymous true\nacl_file {acl}";
        });
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port)).Connected();
        line.Evidence.Accept(line.Part());
        Seen state = await observer.Wait("/state", m => m.Text.Contains("\"images\"", StringComparison.Ordinal));
        await observer.Wait("/state", m => m.Text.Contains("\"imagesWaiting\":1", StringComparison.Ordinal));
        Assert.Contains("access rules for edgeinspector/line-1/weld-3/image", state.Text, StringComparison.Ordinal);
        Assert.Contains("\"spoolBytes\":", state.Text, StringComparison.Ordinal);
        Assert.Equal(0, line.Counters.ImagesDropped);
    }

    [Fact]
    public async Task A_disk_that_refuses_costs_the_picture_and_neither_event_nor_signal()
    {
        File.WriteAllText(Spool, "in the way");
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: _folder.Path).Connected();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(SignalOutcome.Sent, line.Link.Send(line.Signal($"part-{i}")));
            line.Evidence.Accept(line.Part($"part-{i}"));
            await Eventually.TrueAsync(() => line.Counters.ImagesDropped == i + 1, "the picture to be given up");
        }
        await Eventually.TrueAsync(() => observer.On("/event").Count == 20 && observer.On("/signal").Count == 20, "events and signals");
        await observer.Wait("/state", m => m.Text.Contains("\"degraded\"", StringComparison.Ordinal)
            && m.Text.Contains("to the image spool", StringComparison.Ordinal));
        File.Delete(Spool);
        line.Evidence.Accept(line.Part("next"));
        await observer.Wait("/image", image => image.Properties["part"] == "next");
        Assert.True(line.Health.IsGood);
        Assert.Equal(0, line.Frames.InUse);
    }

    [Fact]
    public async Task What_another_agent_left_undelivered_of_a_station_that_is_gone_is_published_too()
    {
        using (var bench = new SpoolBench())
        {
            ImageSpool spool = bench.Open();
            spool.Store(bench.Part(station: "old-1"), "edgeinspector/line-1/old-1/image", null, await File.ReadAllBytesAsync(
                Picture(), TestContext.Current.CancellationToken));
            Directory.CreateDirectory(Spool);
            foreach (string file in bench.Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Spool, file))!);
                File.Copy(Path.Combine(bench.Folder, file), Path.Combine(Spool, file));
            }
        }
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(LineUnderTest.At(broker.Port), dataFolder: _folder.Path).Connected();
        Seen image = await observer.Wait("/old-1/image");
        Assert.Equal("old-1", image.Properties["station"]);
    }

    public void Dispose() => _folder.Dispose();

    private string Picture()
    {
        string file = _folder["picture.jpg"];
        using var picture = new Mat(20, 20, MatType.CV_8UC3, new Scalar(1, 2, 3));
        picture.SaveImage(file);
        return file;
    }
}
