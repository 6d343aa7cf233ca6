using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using OpenCvSharp;

namespace EdgeInspector.LineTests.Calls;

/// <summary>Whoever calls may send anything: each call is answered with what is wrong, and the line notices nothing.</summary>
public sealed class HostileCallTests(ITestOutputHelper output) : CallsTest
{
    private const int Callers = 8;

    private static readonly byte[] Unfinished =
        "POST /image HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nx"u8.ToArray();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Requests_changed_by_chance_are_answered_and_no_part_of_the_line_is_lost() => HostileAsync(count: 2_000, seed: 20_261_129);

    /// <summary>As many as <c>FUZZ_COUNT</c> says, from the seed <c>FUZZ_SEED</c>.</summary>
    [Fact(Explicit = true)]
    public Task For_as_long_as_asked() => HostileAsync(Asked("FUZZ_COUNT", 100_000), Asked("FUZZ_SEED", 1));

    [Fact]
    public async Task A_picture_of_20_000_pixels_a_side_is_refused_before_it_is_decoded()
    {
        string file = Path.Combine(Folder, "large.png");
        using (var large = new Mat(20_000, 20_000, MatType.CV_8UC1, Scalar.All(0)))
            Cv2.ImWrite(file, large);
        int port = Ports.Free();
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(file, Stop));
        using HttpResponseMessage answer = await Client.PostAsync(new Uri(address, "image"), body, Stop);
        using JsonDocument said = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal((400, "BadRequestImageFormat"), ((int)answer.StatusCode, said.RootElement.GetProperty("code").GetString()));
        Assert.Contains("pixels", said.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_in_masses_and_bodies_that_never_end_keep_nobody_else_out_for_ever()
    {
        int port = Ports.Free();
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        TcpClient[] idle = [.. Enumerable.Range(0, 250).Select(_ => Opened(new TcpClient("127.0.0.1", port)))];
        foreach (TcpClient one in idle)
        {
            try
            {
                await one.GetStream().WriteAsync(Unfinished, Stop);
            }
            catch (IOException)
            {
                // Beyond the most connections at once.
            }
        }
        // The server gives up those that send nothing.
        Eventually.True(() => IsLive(address));
    }

    private async Task HostileAsync(int count, int seed)
    {
        int port = Ports.Free();
        byte[] picture = await File.ReadAllBytesAsync(Pictures(1)[0], CancellationToken.None);
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = CallSettings(broker.Port, port);
        Uri address = StartListening(settings, port);
        plc.WaitFor("state", where: state => state["status"] == "online");
        Task<List<int>>[] callers = [.. Enumerable.Range(0, Callers).Select(
            caller => Task.Run(() => new MutatedRequests(port, Key, picture, seed + caller).SendAsync(count / Callers)))];
        Task all = Task.WhenAll(callers);
        int parts = 0;
        while (!all.IsCompleted)
        {
            await plc.PublishAsync("edgeinspector/test/s1/trigger", $"part-{++parts}");
            int sent = parts;
            await Eventually.TrueAsync(() => Signals(plc).Count >= sent);
        }
        int[] statuses = [.. (await Task.WhenAll(callers)).SelectMany(status => status)];
        string table = string.Join(
            ", ", statuses.CountBy(status => status).OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"));
        output.WriteLine($"{statuses.Length} requests, answers {table}; {parts} parts of the line");
        // 505: the version of HTTP was changed into one that there is not.
        Assert.DoesNotContain(statuses, status => status is >= 500 and not 505);
        Assert.Contains(200, statuses);
        Assert.Equal(parts, Signals(plc).Count);
        Assert.DoesNotContain(Signals(plc), signal => signal["verdict"] == "none");
        Assert.True(IsLive(address));
    }

    private static List<Received> Signals(LineClient plc) =>
        [.. plc.All("signal").Where(signal => signal["part"]!.StartsWith("part-", StringComparison.Ordinal))];
}
