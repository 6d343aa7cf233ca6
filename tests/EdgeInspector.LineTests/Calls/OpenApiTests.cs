using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Calls;

/// <summary>The description of the calls says what the agent does: each call is made as it says, and answered as it says.</summary>
public sealed class OpenApiTests(ITestOutputHelper output) : CallsTest
{
    private const string Prediction = "/customvision/{version}/Prediction/{project}/{kind}/iterations/{iteration}/";

    private static readonly string[] Always =
    [
        "GET /health/live", "HEAD /health/live", "GET /health/ready", "HEAD /health/ready", "GET /metrics",
        $"POST {Prediction}image", $"POST {Prediction}url", $"POST {Prediction}image/nostore", $"POST {Prediction}url/nostore",
    ];

    private static readonly string[] Kinds = ["classify", "detect"];

    private static readonly string[] ByChoice = ["GET /", "POST /image", "POST /url", "POST /stations/{name}/trigger"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_call_is_answered_as_the_document_says_and_none_is_missing(bool hasConsole)
    {
        int port = Ports.Free();
        byte[] picture = await File.ReadAllBytesAsync(Pictures(1)[0], Stop);
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = CallSettings(broker.Port, port);
        settings["Http"]!["Console"] = new JsonObject { ["Enabled"] = hasConsole };
        Uri address = StartListening(settings, port);
        plc.WaitFor("state", where: state => state["status"] == "online");
        ApiDocument document = await ApiDocument.ReadAsync(Client, address);
        Assert.Empty(document.Faults());
        // The console's first page stands where the container would say that it is there.
        Assert.Equal(Sorted(Always.Concat(ByChoice).Where(call => call != "GET /" || !hasConsole)), Described(document));
        var statuses = new List<string>();
        foreach (ApiDocument.Operation call in document.Operations)
            foreach (string path in Paths(call))
                foreach ((string? type, HttpContent? body) in Bodies(call, picture))
                    statuses.Add($"{await HoldAsync(document, call, address, path, body, Key)} {call.Method} {path} {type}");
        output.WriteLine(string.Join('\n', statuses));
        // No host is allowed, so that a picture by its address is refused; all else succeeds.
        Assert.All(statuses, status => Assert.StartsWith(
            status.Contains("/url", StringComparison.Ordinal) ? "400" : "200", status, StringComparison.Ordinal));
        foreach (ApiDocument.Operation call in document.Operations)
        {
            int keyless = await HoldAsync(document, call, address, Paths(call)[0], Bodies(call, picture)[0].Body, key: null);
            Assert.Equal(call.AsksForKey, keyless == 401);
            if (call.Told["requestBody"]?["required"] is not null)
                Assert.Equal(400, await HoldAsync(document, call, address, Paths(call)[0], new StringContent("no picture"), Key));
        }
    }

    [Fact]
    public async Task What_is_off_is_neither_described_nor_answered_and_names_are_told_where_no_key_is_set()
    {
        int port = Ports.Free();
        JsonObject settings = CallSettings(StartBroker().Port, port);
        foreach (string choice in new[] { "Container", "Triggers", "Key" })
            settings["Http"]!.AsObject().Remove(choice);
        Uri address = StartListening(settings, port);
        ApiDocument document = await ApiDocument.ReadAsync(Client, address);
        Assert.Empty(document.Faults());
        Assert.Equal(Sorted(Always), Described(document));
        Assert.DoesNotContain("securitySchemes", document.Root.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("\"example\":\"Iteration3\"", document.Root.ToJsonString(), StringComparison.Ordinal);
        using HttpResponseMessage trigger = await Client.PostAsync(new Uri(address, "stations/s1/trigger"), null, Stop);
        Assert.Equal(HttpStatusCode.NotFound, trigger.StatusCode);
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_one_and_HEAD_asks_for_health()
    {
        int port = Ports.Free();
        Uri address = StartListening(CallSettings(StartBroker().Port, port), port);
        using HttpResponseMessage get = await Client.GetAsync(new Uri(address, "stations/s1/trigger"), Stop);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.StatusCode, string.Join(',', get.Content.Headers.Allow)));
        Assert.Contains("MethodNotAllowed", await get.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using HttpResponseMessage nothing = await Client.GetAsync(new Uri(address, "no/such/call"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
        Assert.Contains("There is no such call here", await nothing.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var head = new HttpRequestMessage(HttpMethod.Head, new Uri(address, "health/live"));
        using HttpResponseMessage live = await Client.SendAsync(head, Stop);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    private static IEnumerable<string> Described(ApiDocument document) =>
        Sorted(document.Operations.Select(one => $"{one.Method} {one.Path}"));

    private static IEnumerable<string> Sorted(IEnumerable<string> calls) => calls.Order(StringComparer.Ordinal);

    /// <summary>Makes a call and holds its answer against the document; gives the status.</summary>
    private static async Task<int> HoldAsync(
        ApiDocument document, ApiDocument.Operation call, Uri address, string path, HttpContent? body, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(address, path)) { Content = body };
        if (key is not null && call.AsksForKey)
        {
            string scheme = call.Told["security"]![0]!.AsObject().First().Key;
            request.Headers.Add(document.Root["components"]!["securitySchemes"]![scheme]!["name"]!.GetValue<string>(), key);
        }
        using HttpResponseMessage answer = await Client.SendAsync(request, Stop);
        string said = await answer.Content.ReadAsStringAsync(Stop);
        int status = (int)answer.StatusCode;
        string what = $"{call.Method} {path}: {status} {said}";
        Assert.True(call.Responses[$"{status}"] is not null, $"{what}: the document does not know this status.");
        string type = answer.Content.Headers.ContentType?.MediaType ?? "";
        JsonNode? told = call.Responses[$"{status}"]!["content"]?[type];
        Assert.True(told is not null, $"{what}: the document does not know {type}.");
        if (type == "application/json" && call.Method != "HEAD")
            Assert.Null(document.FaultOf(told["schema"], said));
        return status;
    }

    /// <summary>The path with every word that the document lists, and names of the stations.</summary>
    private static List<string> Paths(ApiDocument.Operation call)
    {
        string path = call.Path.Replace("{name}", "s1", StringComparison.Ordinal);
        JsonNode? version = call.Told["parameters"]?.AsArray().FirstOrDefault(one => one!["name"]!.GetValue<string>() == "version");
        if (version is null)
            return [path];
        return
        [
            .. version["schema"]!["enum"]!.AsArray().SelectMany(one => Kinds.Select(kind => path
                .Replace("{version}", one!.GetValue<string>(), StringComparison.Ordinal)
                .Replace("{kind}", kind, StringComparison.Ordinal)
                .Replace("{project}", kind == "detect" ? "s2" : "8f1b6b9e-7c55-4f0a-9a52-3f0f3a8c1234", StringComparison.Ordinal)
                .Replace("{iteration}", kind == "detect" ? "s2" : "Iteration3", StringComparison.Ordinal))),
        ];
    }

    /// <summary>A body of each type that the document names.</summary>
    private static List<(string? Type, HttpContent? Body)> Bodies(ApiDocument.Operation call, byte[] picture)
    {
        if (call.Told["requestBody"]?["content"] is not JsonObject content)
            return [(null, null)];
        return [.. content.Select(one => ((string?)one.Key, (HttpContent?)(one.Key switch
        {
            "application/octet-stream" => Typed(new ByteArrayContent(picture), one.Key),
            "multipart/form-data" => new MultipartFormDataContent { { new ByteArrayContent(picture), "imageData", "part.jpg" } },
            "application/json" => new StringContent(one.Value!["example"]!.ToJsonString(), Encoding.UTF8, one.Key),
            _ => new StringContent(one.Value!["example"]!.GetValue<string>(), Encoding.UTF8, one.Key),
        })))];
    }

    private static ByteArrayContent Typed(ByteArrayContent body, string type)
    {
        body.Headers.ContentType = new(type);
        return body;
    }
}
