using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Cameras.Network;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture.Tests.Cameras.Network;

public sealed class HttpPictureTests
{
    private static readonly byte[] Jpeg = Pictures.Encode(".jpg", 160, 120);

    [Theory]
    [InlineData("Content-Type: image/jpeg")]
    [InlineData("Content-Type: application/octet-stream")]
    [InlineData("")]
    public void A_camera_that_gives_one_picture_for_each_request_is_asked_again_and_again(string kind)
    {
        using var camera = new ScriptedServer(_ => ScriptedServer.Http("200 OK", kind, Jpeg));
        using FeedBench bench = Start(Options(camera) with { Pace = TimeSpan.FromMilliseconds(10) }, wait: null);
        Eventually.True(() => bench.Sink.Count >= 5);
        Assert.Equal((160, 120), (bench.Sink.Pictures[0].Width, bench.Sink.Pictures[0].Height));
        Assert.True(bench.Health.IsGood);
    }

    [Fact]
    public void Where_something_else_says_that_a_part_is_here_it_is_asked_only_then()
    {
        using var camera = new ScriptedServer(_ => ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", Jpeg));
        using var wanted = new SemaphoreSlim(0);
        using FeedBench bench = Start(Options(camera), (_, stop) => wanted.Wait(stop));
        Eventually.True(() => bench.Sink.Count == 1);
        int asked = camera.Requests.Count;
        wanted.Release();
        Eventually.True(() => bench.Sink.Count == 2);
        Assert.Equal(asked + 1, camera.Requests.Count);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void A_camera_that_sends_on_is_not_followed(int status)
    {
        using var other = new ScriptedServer(_ => ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", Jpeg));
        using var camera = new ScriptedServer(
            _ => ScriptedServer.Http($"{status} Elsewhere", $"Location: http://127.0.0.1:{other.Port}/secret"));
        foreach (HttpPictureSource way in (HttpPictureSource[])[HttpPictureSource.Auto, HttpPictureSource.Request])
            Assert.EndsWith(
                $"sends on from {Options(camera).Address} to \"http://127.0.0.1:{other.Port}/secret\", "
                + "and the agent follows no camera elsewhere. "
                + "Set Url:Address to that address if you trust it.",
                Fault(Options(camera) with { Pictures = way }),
                StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("302 Found", "Location: http://127.0.0.1:{0}/secret", "")]
    [InlineData(
        "200 OK",
        "Content-Type: application/vnd.apple.mpegurl",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{0}/secret.ts\n#EXT-X-ENDLIST\n")]
    [InlineData("200 OK", "Content-Type: text/plain", "ffconcat version 1.0\nfile 'http://127.0.0.1:{0}/secret'\n")]
    [InlineData(
        "200 OK",
        "Content-Type: application/dash+xml",
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><AdaptationSet contentType=\"video\"><Representation "
        + "id=\"1\" bandwidth=\"1\"><BaseURL>http://127.0.0.1:{0}/secret</BaseURL></Representation></AdaptationSet></Period></MPD>")]
    [InlineData(
        "200 OK",
        "Content-Type: application/sdp",
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\na=control:rtsp://127.0.0.1:{0}/secret\r\nm=video 0 RTP/AVP 26\r\n")]
    public void A_stream_that_names_other_addresses_has_none_of_them_asked(string status, string headers, string body)
    {
        InstalledPrograms.Need("ffmpeg");
        using var other = new ScriptedServer(_ => ScriptedServer.Http("200 OK", "Content-Type: video/mp2t", Jpeg));
        string With(string text) => text.Replace("{0}", other.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var camera = new ScriptedServer(_ => ScriptedServer.Http(status, With(headers), Encoding.ASCII.GetBytes(With(body))));
        Fault(Options(camera) with { Pictures = HttpPictureSource.Stream, OpenTimeout = TimeSpan.FromSeconds(5) });
        Assert.NotEmpty(camera.Requests);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public void A_picture_counts_from_when_it_was_asked_for()
    {
        long answeredAt = 0;
        using var camera = new ScriptedServer(_ =>
        {
            Volatile.Write(ref answeredAt, TimeProvider.System.GetTimestamp());
            return ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", Jpeg);
        });
        var source = new UrlCamera(Options(camera), TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        long? asked = null;
        source.Run((_, _, _, askedAt) =>
        {
            asked = askedAt;
            stop.Cancel();
        }, stop.Token);
        Assert.NotNull(asked);
        Assert.True(asked < Volatile.Read(ref answeredAt));
    }

    [Theory]
    [InlineData("Basic realm=\"cam\"")]
    [InlineData("Digest realm=\"cam\", nonce=\"abc\", qop=\"auth\", algorithm=MD5")]
    public void It_logs_in_as_the_camera_asks(string challenge)
    {
        using var camera = new ScriptedServer(request => IsLoggedIn(request, "admin", "p@ss:w")
            ? ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", Jpeg)
            : ScriptedServer.Http("401 Unauthorized", $"WWW-Authenticate: {challenge}"));
        using FeedBench bench = Start(
            Options(camera) with { UserName = "admin", Password = "p@ss:w", Pace = TimeSpan.FromMilliseconds(5) }, wait: null);
        Eventually.True(() => bench.Sink.Count >= 3);
        Assert.Contains(
            "refused the user name or password",
            Fault(Options(camera) with { UserName = "admin", Password = "wrong" }),
            StringComparison.Ordinal);
        Assert.Contains("wants a user name and password", Fault(Options(camera)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found", "", "knows no stream")]
    [InlineData("403 Forbidden", "", "without a login, or not to this machine")]
    [InlineData("500 Oops", "", "failed when it was asked")]
    [InlineData("200 OK", "Content-Type: text/html", "gives a page (text/html)")]
    [InlineData("200 OK", "Content-Type: audio/basic", "There is no picture at")]
    [InlineData("200 OK", "Content-Type: image/jpeg", "gave an empty picture")]
    public void What_the_camera_refuses_is_told(string status, string kind, string said)
    {
        using var camera = new ScriptedServer(_ => ScriptedServer.Http(status, kind));
        Assert.Contains(said, Fault(Options(camera)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found", "knows no stream")]
    [InlineData("403 Forbidden", "does not allow this user")]
    [InlineData("401 Unauthorized", "refused the user name or password")]
    public void Where_the_settings_call_it_a_stream_the_cause_is_told_as_well(string status, string said)
    {
        using var camera = new ScriptedServer(_ => ScriptedServer.Http(status, "WWW-Authenticate: Basic realm=\"cam\""));
        UrlOptions options = Options(camera) with { Pictures = HttpPictureSource.Stream, UserName = "admin", Password = "wrong" };
        Assert.Contains(said, StreamFaultTests.Fault(options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_login_that_the_camera_calls_outdated_is_not_called_wrong()
    {
        using var camera = new ScriptedServer(
            _ => ScriptedServer.Http("401 Unauthorized", "WWW-Authenticate: Digest realm=\"cam\", nonce=\"abc\", stale=true"));
        Assert.Contains(
            "which says nothing against user name and password",
            Fault(Options(camera) with { UserName = "admin", Password = "right" }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 7\r\n\r\n<html/>\r\n",
        "sends data, but no picture could be made of it within 2 s")]
    [InlineData("", "could not be opened within 2 s. Check the address and that the camera sends.")]
    public void A_stream_without_a_picture_is_told_from_one_that_sends_nothing(string part, string said)
    {
        string parts = string.Concat(Enumerable.Repeat(part, 20));
        using var camera = new ScriptedServer(_ =>
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n{parts}"));
        Assert.Contains(
            said, StreamFaultTests.Fault(Options(camera) with { OpenTimeout = TimeSpan.FromSeconds(2) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_picture_is_told()
    {
        using var camera = new ScriptedServer(_ => ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", "no picture"u8.ToArray()));
        Assert.Contains("is no picture that can be read", Fault(Options(camera)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_that_does_not_end_is_cut_off(bool saysLength)
    {
        byte[] much = new byte[2_000_000];
        using var camera = new ScriptedServer(_ => saysLength
            ? ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", much)
            : [.. "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nConnection: close\r\n\r\n"u8, .. much]);
        var source = new UrlCamera(
            Options(camera), TimeProvider.System, null, new ImageLimits { MaxBytes = 1_000_000 }, FfmpegProgram.Installed);
        string fault = Assert.Throws<CameraException>(() => source.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
        Assert.Contains("does not end within 1 MB", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_camera_that_does_not_answer_a_request_is_told_and_asked_again()
    {
        int asked = 0;
        using var camera = new ScriptedServer(
            _ => Interlocked.Increment(ref asked) is 3 ? [] : ScriptedServer.Http("200 OK", "Content-Type: image/jpeg", Jpeg));
        using FeedBench bench = Start(
            Options(camera) with { ReadTimeout = TimeSpan.FromSeconds(0.5), Pace = TimeSpan.FromMilliseconds(5) }, wait: null);
        Eventually.True(() => bench.Log.Lines.Any(line => line.Contains("does not answer", StringComparison.Ordinal)));
        int before = bench.Sink.Count;
        Eventually.True(() => bench.Sink.Count > before && bench.Health.IsGood);
    }

    private static bool IsLoggedIn(string request, string user, string password)
    {
        string? header = request.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("Authorization: ", StringComparison.Ordinal))?["Authorization: ".Length..];
        if (header is null)
            return false;
        if (header.StartsWith("Basic ", StringComparison.Ordinal))
            return Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])) == $"{user}:{password}";
        string Value(string name) => header.Split(',')
            .Select(pair => pair.Trim().Split('=', 2))
            .First(pair => pair[0].EndsWith(name, StringComparison.Ordinal))[1]
            .Trim('"');
#pragma warning disable CA5351
        static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
        string expected = Hash(string.Create(
            CultureInfo.InvariantCulture,
            $"{Hash($"{user}:cam:{password}")}:abc:{Value("nc")}:{Value("cnonce")}:auth:{Hash($"GET:{Value("uri")}")}"));
        return Value("response") == expected;
    }

    private static UrlOptions Options(ScriptedServer camera) => new() { Address = $"http://127.0.0.1:{camera.Port}/snap.jpg" };

    private static string Fault(UrlOptions options)
    {
        var source = new UrlCamera(options, TimeProvider.System);
        return Assert.Throws<CameraException>(() => source.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
    }

    private static FeedBench Start(UrlOptions options, Action<TimeSpan, CancellationToken>? wait) =>
        new FeedBench(new UrlCamera(options, TimeProvider.System, new CameraPlace(new StationHealth(), "", PartUnseen: null, wait)),
            new CameraOptions
            {
                Url = options,
                Reopen = new ReopenOptions { First = TimeSpan.FromSeconds(0.1), Max = TimeSpan.FromSeconds(0.5) },
            },
            TimeProvider.System).Start();
}
