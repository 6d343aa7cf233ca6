using System.Net;
using System.Text;
using System.Text.Json;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Calls;

/// <summary>Robots and controllers that speak HTTP: a part is announced, and its verdict is the answer.</summary>
public sealed class HttpTriggerTests : CallsTest
{
    [Fact]
    public async Task The_answer_is_the_part_s_event_and_signal_and_event_go_out_as_ever()
    {
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        Uri address = StartListening(CallSettings(broker.Port, port), port);
        plc.WaitFor("state", where: state => state["status"] == "online");
        var answers = new List<JsonElement>();
        foreach (string body in new[] { "A-1", """{"part":"B 2","type":"left"}""", "" })
            answers.Add(await FireAsync(address, "s1", body, HttpStatusCode.OK));
        Assert.Equal(["A-1", "B 2"], answers.Take(2).Select(answer => answer.GetProperty("part").GetString()));
        Assert.StartsWith("unnamed-", answers[2].GetProperty("part").GetString(), StringComparison.Ordinal);
        Assert.Equal("left", answers[1].GetProperty("type").GetString());
        plc.WaitFor("event", 3);
        foreach (JsonElement answer in answers)
        {
            string part = answer.GetProperty("part").GetString()!;
            Received told = Assert.Single(plc.All("event"), one => one["part"] == part);
            Received signal = Assert.Single(plc.All("signal"), one => one["part"] == part);
            Assert.Equal("sent", answer.GetProperty("signal").GetString());
            string? verdict = answer.GetProperty("verdict").GetString();
            Assert.Equal((told["id"], told["verdict"], signal["verdict"]), (answer.GetProperty("id").GetString(), verdict, verdict));
        }
    }

    [Fact]
    public async Task What_is_no_trigger_is_refused_with_what_to_do_and_is_no_part()
    {
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        System.Text.Json.Nodes.JsonObject settings = CallSettings(broker.Port, port);
        settings["Stations"]!["s2"]!["Trigger"] = new System.Text.Json.Nodes.JsonObject { ["Kind"] = "Interval", ["Every"] = "10s" };
        Uri address = StartListening(settings, port);
        Assert.Contains("s1, s2", await SayAsync(address, "s3", "A-1", HttpStatusCode.NotFound), StringComparison.Ordinal);
        Assert.Contains("Trigger:Kind", await SayAsync(address, "s2", "A-1", HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("128", await SayAsync(address, "s1", new string('x', 200), HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await SayAsync(address, "s1", new string('x', 2000), HttpStatusCode.RequestEntityTooLarge);
        await SayAsync(address, "s1", "A-1", HttpStatusCode.Unauthorized, key: "wrong");
        JsonElement last = await FireAsync(address, "s1", "Z", HttpStatusCode.OK);
        Assert.Equal(1, last.GetProperty("seq").GetInt32());
    }

    [Fact]
    public async Task A_picture_that_comes_along_is_the_part_s_and_one_that_is_none_is_no_part()
    {
        int port = Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        string[] pictures = Pictures(4);
        Dictionary<string, JsonElement> expected = Inspected("part-detector", pictures);
        Uri address = StartListening(CallSettings(broker.Port, port), port);
        int seen = 0;
        foreach (string picture in pictures)
        {
            JsonElement answer = await BringAsync(address, File.ReadAllBytes(picture), HttpStatusCode.OK);
            Assert.Equal((Path.GetFileName(picture), "left"), (
                answer.GetProperty("part").GetString(), answer.GetProperty("type").GetString()));
            double[] said = Probabilities(answer.GetProperty("predictions"));
            double[] best = Probabilities(expected[picture])[..said.Length];
            Assert.All(said.Zip(best), pair => Assert.Equal(pair.Second, pair.First, 2e-6));
            seen += said.Length;
            plc.WaitFor("signal", where: one => one["part"] == Path.GetFileName(picture));

            async Task<JsonElement> BringAsync(Uri to, byte[] file, HttpStatusCode status)
            {
                using var form = new MultipartFormDataContent
                {
                    { new StringContent(Path.GetFileName(picture)), "part" },
                    { new StringContent("left"), "type" },
                    { new ByteArrayContent(file), "image", "part.jpg" },
                };
                return await SendAsync(to, "s2", form, status, Key);
            }
        }
        using var broken = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "image", "part.jpg" } };
        JsonElement refused = await SendAsync(address, "s2", broken, HttpStatusCode.BadRequest, Key);
        Assert.Equal("BadRequestImageFormat", refused.GetProperty("code").GetString());
        Assert.Equal(pictures.Length, plc.All("signal").Count);
        Assert.NotEqual(0, seen);

        static double[] Probabilities(JsonElement predictions) =>
            [.. predictions.EnumerateArray().Select(one => one.GetProperty("probability").GetDouble()).OrderDescending()];
    }

    private static async Task<string> SayAsync(Uri address, string station, string body, HttpStatusCode status, string key = Key) =>
        (await FireAsync(address, station, body, status, key)).GetProperty("message").GetString()!;

    private static async Task<JsonElement> FireAsync(Uri address, string station, string body, HttpStatusCode status, string key = Key)
    {
        using var text = new StringContent(body, Encoding.UTF8, "text/plain");
        return await SendAsync(address, station, text, status, key);
    }

    private static async Task<JsonElement> SendAsync(Uri address, string station, HttpContent body, HttpStatusCode status, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"stations/{station}/trigger"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Content = body;
        using HttpResponseMessage answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        string said = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == answer.StatusCode, said);
        return JsonDocument.Parse(said).RootElement;
    }
}
