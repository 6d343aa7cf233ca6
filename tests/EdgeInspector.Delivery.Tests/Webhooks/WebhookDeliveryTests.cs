using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Webhooks;

/// <summary>Evidence without any broker, and receivers that are well, away, or difficult.</summary>
public sealed class WebhookDeliveryTests : IAsyncDisposable
{
    private const string Secret = "nobody guesses this one";
    private const string Empty = "Content-Length: 0\r\n\r\n";

    private readonly List<IAsyncDisposable> _open = [];

    public async ValueTask DisposeAsync()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
            await _open[i].DisposeAsync();
    }

    [Fact]
    public async Task Each_event_arrives_in_order_signed_and_without_a_broker()
    {
        HttpReceiver receiver = Opened(new HttpReceiver());
        LineUnderTest line = Line(("mes", To(receiver) with { Secret = Secret }));
        InspectedPart[] parts = Accept(line, 20);
        await Eventually.TrueAsync(() => receiver.Requests.Count == 20);
        Assert.Equal(parts.Select(part => part.Id), Ids(receiver));
        foreach (ReceivedRequest request in receiver.Requests)
        {
            Assert.Equal("POST /events HTTP/1.1", request.Line);
            Assert.Equal("application/json", request.Headers["Content-Type"]);
            Assert.Equal(Json(request).GetProperty("id").GetString(), request.Headers[WebhookClient.EventHeader]);
            string[] signature = request.Headers[WebhookSignature.Header].Split(',');
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature[0][2..], CultureInfo.InvariantCulture));
            Assert.InRange(DateTimeOffset.UtcNow - at, TimeSpan.FromSeconds(-2), Eventually.Patience);
            Assert.Equal(WebhookSignature.Of(Secret, request.Body, at), request.Headers[WebhookSignature.Header]);
        }
        Assert.Equal(1, receiver.Connections);
        // The answer is on its way back while the receiver has the request already.
        await Eventually.TrueAsync(() => Assert.Single(line.Evidence.Webhooks).Sent == 20);
        await Eventually.TrueAsync(() => line.Evidence.Waiting == 20);
    }

    [Fact]
    public async Task A_receiver_that_is_away_gets_all_in_order_once_it_is_back_and_holds_up_no_other()
    {
        int port = Ports.Free();
        HttpReceiver other = Opened(new HttpReceiver()), silent = Opened(new HttpReceiver() { Answer = _ => null });
        WebhookOptions away = To(other) with { Url = $"http://127.0.0.1:{port}/events" };
        LineUnderTest line = Line(("away", away), ("silent", To(silent) with { Timeout = TimeSpan.FromSeconds(60) }), ("well", To(other)));
        InspectedPart[] parts = Accept(line, 30);
        await Eventually.TrueAsync(() => other.Requests.Count == 30);
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Waiting == 30 && line.Evidence.Webhooks[1].Waiting == 30);
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0] is { Why: not null, OldestAge.Ticks: > 0 });
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[2] is { Waiting: 0, Why: null, OldestAge.Ticks: 0 });
        // Being away is no loss, and nothing for the PLC.
        Assert.False(line.Health.Has("webhooks"));

        HttpReceiver back = Opened(new HttpReceiver(port));
        await Eventually.TrueAsync(() => back.Requests.Count == 30);
        Assert.Equal(parts.Select(part => part.Id), Ids(back));
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0] is { Waiting: 0, Why: null, OldestAge.Ticks: 0 });
        Assert.Contains(line.Log.Lines, said => said.StartsWith("The webhook away takes no events for now", StringComparison.Ordinal));
        Assert.Contains("The webhook away takes events again", line.Log.Lines);
    }

    [Fact]
    public async Task What_was_not_taken_is_sent_by_the_next_process_and_what_was_taken_is_not()
    {
        using var folder = new TemporaryFolder();
        HttpReceiver receiver = Opened(new HttpReceiver());
        bool isAway = false;
        receiver.Answer = _ => (Volatile.Read(ref isAway) ? 503 : 200, Empty);
        LineUnderTest before = Line(folder.Path, ("mes", To(receiver)));
        Accept(before, 3);
        await Eventually.TrueAsync(() => before.Evidence.Webhooks[0].Sent == 3);
        Volatile.Write(ref isAway, true);
        InspectedPart[] parts = Accept(before, 5);
        await Eventually.TrueAsync(() => before.Evidence.Webhooks[0].Waiting == 5);
        await before.Evidence.StopAsync(TimeSpan.FromSeconds(10));
        await before.DisposeAsync();

        Volatile.Write(ref isAway, false);
        int already = receiver.Requests.Count;
        LineUnderTest next = Line(folder.Path, ("mes", To(receiver)));
        Accept(next, 1);
        await Eventually.TrueAsync(() => next.Evidence.Webhooks[0].Sent == 6);
        Assert.Equal(parts.Select(part => part.Id), Ids(receiver).Skip(already).Take(5));
        Assert.All(receiver.Requests.Skip(already).Take(5), request => Assert.True(Json(request).GetProperty("replayed").GetBoolean()));
        Assert.False(Json(receiver.Requests[^1]).GetProperty("replayed").GetBoolean());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task An_event_that_is_refused_is_set_aside_after_a_few_tries_and_those_behind_it_arrive(int status)
    {
        HttpReceiver receiver = Opened(new HttpReceiver());
        receiver.Answer = request => request.Text.Contains("part-2\"", StringComparison.Ordinal)
            ? (status, "Content-Length: 9\r\n\r\nno \u001b[31m!") : (200, Empty);
        LineUnderTest line = Line(("mes", To(receiver)));
        InspectedPart[] parts = Accept(line, 5);
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Sent == 4);
        Assert.Equal(4, Ids(receiver).Count(id => id == parts[2].Id));
        Assert.Equal([0, 1, 2, 3, 4], Ids(receiver).Distinct().Select(id => Array.FindIndex(parts, part => part.Id == id)));
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Refused == 1 && line.Evidence.Webhooks[0].Waiting == 0);
        string kept = $"webhooks/mes/refused/{parts[2].Id}.json";
        string complaint = line.Health.Complaints["webhooks"];
        Assert.Contains(kept, complaint, StringComparison.Ordinal);
        Assert.Contains($"{status}: \"no \\u001B", complaint, StringComparison.Ordinal);
        using var lies = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(line.DataFolder, kept), TestContext.Current.CancellationToken));
        Assert.Equal("part-2", lies.RootElement.GetProperty("part").GetString());
    }

    [Theory]
    [InlineData(301, "Location: http://127.0.0.1:1/\r\n")]
    [InlineData(401, "")]
    [InlineData(403, "")]
    [InlineData(404, "")]
    [InlineData(429, "Retry-After: 0\r\n")]
    [InlineData(500, "")]
    [InlineData(503, "Retry-After: soon\r\n")]
    public async Task Whatever_else_a_receiver_answers_the_event_is_sent_again_in_its_turn(int status, string header)
    {
        HttpReceiver receiver = Opened(new HttpReceiver());
        int tries = 0;
        receiver.Answer = _ => Interlocked.Increment(ref tries) <= 30 ? (status, header + Empty) : (200, Empty);
        LineUnderTest line = Line(("mes", To(receiver)));
        InspectedPart[] parts = Accept(line, 3);
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Sent == 3);
        Assert.Equal(
            [.. Enumerable.Repeat(parts[0].Id, 31), parts[1].Id, parts[2].Id], Ids(receiver));
        Assert.Equal(0, line.Evidence.Webhooks[0].Refused);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_time_is_left_alone_for_so_long()
    {
        HttpReceiver receiver = Opened(new HttpReceiver());
        receiver.Answer = _ => receiver.Requests.Count == 1 ? (429, $"Retry-After: 2\r\n{Empty}") : (200, Empty);
        LineUnderTest line = Line(("mes", To(receiver)));
        long began = Stopwatch.GetTimestamp();
        Accept(line, 1);
        await Eventually.TrueAsync(() => receiver.Requests.Count == 2);
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Only_events_with_the_verdicts_that_are_named_are_sent_and_news_have_none()
    {
        HttpReceiver all = Opened(new HttpReceiver()), rejects = Opened(new HttpReceiver()), others = Opened(new HttpReceiver());
        LineUnderTest line = Line(
            ("all", To(all)), ("rejects", To(rejects) with { Verdicts = [VerdictKind.Reject] }),
            ("others", To(others) with { Stations = ["s9"] }));
        Guid pass = Accept(line, line.Part("a", VerdictKind.Pass)), reject = Accept(line, line.Part("b"));
        line.Evidence.News.Tell(new CommandNews(LineUnderTest.Station, "pause", DateTimeOffset.UtcNow, null, null, "joe", null));
        Guid none = Accept(line, line.Part("c", VerdictKind.None)), last = Accept(line, line.Part("d"));
        await Eventually.TrueAsync(() => all.Requests.Count == 5 && rejects.Requests.Count == 2);
        Assert.Equal([reject, last], Ids(rejects));
        Assert.Equal([pass, reject, none, last], Ids(all).Intersect([pass, reject, none, last]));
        Assert.Single(all.Requests, request => Json(request).GetProperty("kind").GetString() == "command");
        Assert.Empty(others.Requests);
    }

    [Theory]
    [InlineData(ImageMode.Spool)]
    [InlineData(ImageMode.Inline)]
    public async Task Where_it_is_wanted_the_picture_goes_with_its_event(ImageMode mode)
    {
        HttpReceiver with = Opened(new HttpReceiver()), without = Opened(new HttpReceiver());
        var images = new ImageOptions { Mode = mode, SpoolMinimumFree = 0 };
        LineUnderTest line = Line(images, ("with", To(with) with { Pictures = true }), ("without", To(without)));
        Guid reject = Accept(line, line.Part()), pass = Accept(line, line.Part(verdict: VerdictKind.Pass));
        await Eventually.TrueAsync(() => with.Requests.Count == 2 && without.Requests.Count == 2);
        Assert.Equal([reject, pass], with.Requests.Select(request => Guid.Parse(request.Headers[WebhookClient.EventHeader])));
        (JsonElement told, byte[] jpeg) = Form(with.Requests[0]);
        Assert.Equal(reject, told.GetProperty("id").GetGuid());
        Assert.True(jpeg is [0xFF, 0xD8, .., 0xFF, 0xD9]);
        Assert.DoesNotContain("base64", told.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("application/json", with.Requests[1].Headers["Content-Type"]);
        Assert.All(without.Requests, request => Assert.DoesNotContain("base64", request.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_whose_picture_is_gone_goes_without_it()
    {
        using var folder = new TemporaryFolder();
        int port = Ports.Free();
        var options = new WebhookOptions
        {
            Url = $"http://127.0.0.1:{port}",
            Pictures = true,
            FirstPause = TimeSpan.FromMilliseconds(10),
            LongestPause = TimeSpan.FromMilliseconds(20),
        };
        LineUnderTest before = Line(folder.Path, ("mes", options));
        Accept(before, before.Part());
        await Eventually.TrueAsync(() => Directory.EnumerateFiles(folder.Path, "*_annotated.jpg", SearchOption.AllDirectories).Any());
        await before.Evidence.StopAsync(TimeSpan.FromSeconds(10));
        await before.DisposeAsync();
        Directory.Delete(folder["spool"], recursive: true);

        HttpReceiver receiver = Opened(new HttpReceiver(port));
        Line(folder.Path, ("mes", options));
        await Eventually.TrueAsync(() => receiver.Requests.Count == 1);
        Assert.Equal("application/json", receiver.Requests[0].Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_picture_that_a_receiver_does_not_want_does_not_cost_the_event()
    {
        HttpReceiver receiver = Opened(new HttpReceiver());
        receiver.Answer = request => request.Headers["Content-Type"].StartsWith("multipart", StringComparison.Ordinal)
            ? (413, Empty) : (200, Empty);
        LineUnderTest line = Line(("mes", To(receiver) with { Pictures = true }));
        Accept(line, line.Part());
        await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Sent == 1);
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task A_secret_is_changed_while_the_agent_runs_and_one_that_is_missing_costs_no_event()
    {
        using var folder = new TemporaryFolder();
        HttpReceiver receiver = Opened(new HttpReceiver());
        string file = folder["secret"];
        LineUnderTest line = Line(("mes", To(receiver) with { SecretFile = file }));
        Accept(line, 1);
        await Eventually.TrueAsync(() => line.Log.Lines.Any(said => said.Contains(file, StringComparison.Ordinal)));
        Assert.Empty(receiver.Requests);
        foreach (string secret in new[] { "the first secret of all", "another one" })
        {
            await File.WriteAllTextAsync(file, secret + "\n", TestContext.Current.CancellationToken);
            int count = receiver.Requests.Count;
            Accept(line, 1);
            await Eventually.TrueAsync(() => line.Evidence.Webhooks[0].Waiting == 0);
            Assert.All(receiver.Requests.Skip(count), request => Assert.True(IsSigned(request, secret)));
            Assert.DoesNotContain(line.Log.Lines, said => said.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static bool IsSigned(ReceivedRequest request, string secret)
    {
        string signature = request.Headers[WebhookSignature.Header];
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature.Split(',')[0][2..], CultureInfo.InvariantCulture));
        return signature == WebhookSignature.Of(secret, request.Body, at);
    }

    private static WebhookOptions To(HttpReceiver receiver) => new()
    {
        Url = receiver.Url,
        FirstPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(20),
    };

    private static InspectedPart[] Accept(LineUnderTest line, int count)
    {
        InspectedPart[] parts = [.. Enumerable.Range(0, count).Select(i => line.Part($"part-{i}", withFrame: false))];
        foreach (InspectedPart part in parts)
            line.Evidence.Accept(part);
        return parts;
    }

    private static Guid Accept(LineUnderTest line, InspectedPart part)
    {
        line.Evidence.Accept(part);
        return part.Id;
    }

    private static JsonElement Json(ReceivedRequest request) => JsonDocument.Parse(request.Body).RootElement;

    private static Guid[] Ids(HttpReceiver receiver) =>
        [.. receiver.Requests.Select(request => Guid.Parse(request.Headers[WebhookClient.EventHeader]))];

    private static (JsonElement Event, byte[] Picture) Form(ReceivedRequest request)
    {
        string boundary = "\r\n--" + request.Headers["Content-Type"].Split("boundary=")[1];
        // Every byte is one letter.
        string text = "\r\n" + System.Text.Encoding.Latin1.GetString(request.Body);
        string[] pieces = text.Split(boundary);
        Assert.Equal(4, pieces.Length);
        string[] contents = [.. pieces[1..3].Select(piece => piece[(piece.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])];
        Assert.Contains("name=\"event\"", pieces[1], StringComparison.Ordinal);
        Assert.Contains("name=\"picture\"; filename=", pieces[2], StringComparison.Ordinal);
        return (JsonDocument.Parse(System.Text.Encoding.Latin1.GetBytes(contents[0])).RootElement,
            System.Text.Encoding.Latin1.GetBytes(contents[1]));
    }

    private T Opened<T>(T resource)
        where T : IAsyncDisposable
    {
        _open.Add(resource);
        return resource;
    }

    private LineUnderTest Line(params (string Name, WebhookOptions Options)[] webhooks) => Line(null, null, webhooks);

    private LineUnderTest Line(ImageOptions images, params (string Name, WebhookOptions Options)[] webhooks) =>
        Line(null, images, webhooks);

    private LineUnderTest Line(string folder, params (string Name, WebhookOptions Options)[] webhooks) => Line(folder, null, webhooks);

    private LineUnderTest Line(string? folder, ImageOptions? images, (string Name, WebhookOptions Options)[] webhooks)
    {
        LineUnderTest line = Opened(new LineUnderTest(
            LineUnderTest.At(Ports.Free()), images, dataFolder: folder,
            webhooks: webhooks.ToDictionary(one => one.Name, one => one.Options)));
        line.Evidence.Start([line.Link]);
        return line;
    }
}
