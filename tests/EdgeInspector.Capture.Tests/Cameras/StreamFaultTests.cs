using System.Globalization;
using System.Text.RegularExpressions;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Cameras.Network;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests.Cameras;

/// <summary>A network camera's failure is told by its true cause, whatever the login.</summary>
public sealed class StreamFaultTests
{
    private const string Head = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n";
    private const string Audio = Head + "m=audio 0 RTP/AVP 0\r\na=control:a\r\n";
    private const string Odd = Head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 X-FOO/90000\r\na=control:v\r\n";
    private const string Good = Head + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:v\r\n";

    [Theory]
    [InlineData("404 Not Found", "", "knows no stream")]
    [InlineData("200 OK", Audio, "There is no picture in the stream")]
    [InlineData("200 OK", Odd, "has its pictures as 'X-FOO', which ffmpeg can't decode")]
    [InlineData("401 Unauthorized", "", "refused the user name or password")]
    [InlineData("403 Forbidden", "", "does not allow this user")]
    [InlineData("503 Service Unavailable", "", "has no place for another viewer")]
    [InlineData("500 Internal Server Error", "", "failed when it was asked")]
    public void The_login_is_blamed_only_where_it_was_refused(string status, string description, string said)
    {
        using ScriptedServer camera = ScriptedServer.Rtsp(status, description);
        string fault = Fault(Options($"rtsp://127.0.0.1:{camera.Port}/cam"));
        Assert.Contains(said, fault, StringComparison.Ordinal);
        Assert.Equal(status.StartsWith("401", StringComparison.Ordinal), fault.Contains("password", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SETUP", "461 Unsupported Transport", "Try the other Url:Transport.")]
    [InlineData("SETUP", "401 Unauthorized", "refused the user name or password")]
    [InlineData("SETUP", "404 Not Found", "does not find its pictures (SETUP, status 404)")]
    [InlineData("SETUP", "403 Forbidden", "(status 403)")]
    [InlineData("PLAY", "453 Not Enough Bandwidth", "has no place for another viewer")]
    [InlineData("PLAY", "404 Stream Not Found", "does not find its pictures (PLAY, status 404)")]
    [InlineData("PLAY", "500 Internal Server Error", "failed when it was asked")]
    [InlineData("PLAY", "455 Method Not Valid in This State", "but refuses to send it (status 455). Try the other Url:Transport")]
    [InlineData("SETUP", "400 Bad Request", "but refuses to send it (status 400). Try the other Url:Transport")]
    public void A_refusal_behind_the_description_is_told(string method, string status, string said)
    {
        using ScriptedServer camera = ScriptedServer.RtspRefusing(method, status, Good);
        Assert.Contains(said, Fault(Options($"rtsp://127.0.0.1:{camera.Port}/cam")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SETUP", "but not for its pictures (SETUP, status 401)")]
    [InlineData("DESCRIBE", "but not in the way that ffmpeg sends them")]
    public void A_login_that_was_taken_once_is_not_called_wrong(string method, string said)
    {
        string? fault = NetworkFault.LaterRefusal(Options("rtsp://camera/1"), new Uri("rtsp://camera/1"), method, 401, isLoginTaken: true);
        Assert.Contains(said, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "301 Moved Permanently", "Location: rtsp://admin:secret@127.0.0.1:1/new\r\n", "127.0.0.1:1/new\", and no picture came from there")]
    [InlineData(
        "302 Moved Temporarily", "location:rtsp://127.0.0.1:1/new\r\n", "to \"rtsp://127.0.0.1:1/new\", and no picture came from there")]
    [InlineData("302 Found", "", "to \"nowhere\"")]
    public void A_camera_that_sends_on_in_vain_is_told_with_the_address_to_set(string status, string headers, string said)
    {
        using var camera = new ScriptedServer(request =>
            request.StartsWith("DESCRIBE", StringComparison.Ordinal)
                ? ScriptedServer.Rtsp(request, status, headers, "")
                : ScriptedServer.Rtsp(request, "200 OK", "", ""));
        string fault = Fault(Options($"rtsp://127.0.0.1:{camera.Port}/cam"));
        Assert.Contains(said, fault, StringComparison.Ordinal);
        Assert.Contains("Set Url:Address to that address if you trust it", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void No_user_is_blamed_where_none_is_set()
    {
        using ScriptedServer camera = ScriptedServer.Rtsp("403 Forbidden", wantsLogin: false);
        string fault = Fault(Options($"rtsp://127.0.0.1:{camera.Port}/cam") with { UserName = null, Password = null });
        Assert.DoesNotContain("this user", fault, StringComparison.Ordinal);
        Assert.Contains("without a login, or not to this machine (status 403). Set Url:UserName", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void An_outdated_nonce_is_not_a_wrong_login(int staleLogins)
    {
        using ScriptedServer camera = Stale(staleLogins);
        string fault = Fault(Options($"rtsp://127.0.0.1:{camera.Port}/cam"));
        Assert.Contains("outdated (stale nonce), which says nothing against user name and password", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_login_is_sent_anew_with_the_newer_nonce()
    {
        using ScriptedServer camera = Stale(1);
        RtspAnswer answer = Ask(camera, "secret");
        Assert.Equal(new RtspAnswer(200, Good, IsLoginSent: true, IsStale: true), answer);
        Assert.Contains("nonce=\"n1\"", camera.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_login_that_stays_outdated_is_not_sent_for_ever()
    {
        using ScriptedServer camera = Stale(1000);
        Assert.Equal(new RtspAnswer(401, "", IsLoginSent: true, IsStale: true), Ask(camera, "secret"));
        Assert.Equal(4, camera.Requests.Count);
    }

    [Fact]
    public void A_login_that_is_refused_behind_an_outdated_one_is_a_wrong_login()
    {
        int logins = 0;
        using var camera = new ScriptedServer(request => ScriptedServer.Rtsp(
            request,
            "401 Unauthorized",
            $"WWW-Authenticate: Digest realm=\"c\", stale={(logins++ == 1 ? "TRUE" : "false")}, nonce=\"n\"\r\n",
            ""));
        Assert.Equal(new RtspAnswer(401, "", IsLoginSent: true, IsStale: false), Ask(camera, "wrong"));
        Assert.Equal(3, logins);
    }

    [Fact]
    public void Only_a_refused_request_for_the_stream_counts_and_the_last_one()
    {
        var words = new FfmpegWords();
        words.Hear("[rtsp @ 0x1] method GET_PARAMETER failed: 501 Not Implemented");
        words.Hear("[rtsp @ 0x1] method SETUP failed: 99999 rtsp://admin:secret@camera/1");
        Assert.Null(words.RefusedRequest);
        words.Hear("[rtsp @ 0x1] method SETUP failed: 461 Unsupported Transport");
        words.Hear("[rtsp @ 0x1] method PLAY failed: 453 Not Enough Bandwidth");
        words.Hear("[rtsp @ 0x1] method TEARDOWN failed: 454 Session Not Found");
        Assert.Equal(("PLAY", 453), words.RefusedRequest);
        words.Hear("pipe:0: Server returned 4XX Client Error, but not one of 40{0,1,3,4}");
        Assert.Equal(("PLAY", 453), words.RefusedRequest);
        words.Hear("pipe:0: Server returned 400 Bad Request");
        Assert.Equal(("", 400), words.RefusedRequest);
    }

    [Fact]
    public void A_camera_that_closes_the_connection_is_not_a_wrong_login()
    {
        using var camera = new ScriptedServer(_ => null);
        Assert.Contains("closed the connection at once", Fault(Options($"rtsp://127.0.0.1:{camera.Port}/cam")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_web_server_behind_the_port_is_told()
    {
        using var web = new ScriptedServer(_ => ScriptedServer.Http("400 Bad Request", ""));
        Assert.Contains("not as an RTSP camera does", Fault(Options($"rtsp://127.0.0.1:{web.Port}/cam")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_says_the_same()
    {
        InstalledPrograms.Need("ffmpeg");
        using ScriptedServer camera = ScriptedServer.Rtsp("404 Not Found");
        var options = new CameraOptions { Url = Options($"rtsp://127.0.0.1:{camera.Port}/cam") };
        ICameraSource source = CameraSources.Create(options, TimeProvider.System, new RecordingLog());
        CameraCheckResult result = CameraCheck.Run(source, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(result.IsGood);
        Assert.Contains("knows no stream", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Good, true, "H264", true)]
    [InlineData(Audio, false, null, true)]
    [InlineData(Odd, true, "X-FOO", false)]
    [InlineData(Head + "m=video 0 RTP/AVP 26\r\n", true, "JPEG", true)]
    [InlineData(Head + "m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 97\na=rtpmap:97 H265/90000\n", true, "H265", true)]
    [InlineData("", false, null, true)]
    [InlineData("m=\r\nm=video\r\na=rtpmap:", true, null, true)]
    public void A_description_tells_the_medium_and_the_codec(string text, bool hasVideo, string? codec, bool isDecodable)
    {
        SessionDescription description = SessionDescription.Parse(text);
        Assert.Equal((hasVideo, codec, isDecodable), (description.HasVideo, description.Codec, description.IsDecodable));
    }

    [Fact]
    public void No_answer_of_a_camera_breaks_the_parsers()
    {
        var random = new Random(16);
        string[] seeds =
        [
            Good,
            Audio,
            "RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nContent-Length: 12\r\nWWW-Authenticate: "
            + "Digest realm=\"c\", nonce=\"n\", qop=\"auth,auth-int\", stale=true\r\nLocation: rtsp://c/2\r\n\r\n",
        ];
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = seeds[i % seeds.Length].ToCharArray();
            for (int change = random.Next(6); change >= 0; change--)
                text[random.Next(text.Length)] = (char)random.Next(256);
            string mutated = new(text, 0, random.Next(text.Length + 1));
            SessionDescription.Parse(mutated);
            RtspHead head = RtspDescription.ParseHead(mutated);
            Assert.InRange(head.Length, 0, 65_536);
            RtspLogin.IsStale(head.Challenges);
            RtspLogin.Answer(head.Challenges, "u", "p", "DESCRIBE", new Uri("rtsp://c/1"));
        }
    }

    // Computed with Python's hashlib.
    [Fact]
    public void A_digest_without_quality_is_answered_as_the_first_standard_says()
    {
        string answer = RtspLogin.Answer(
            ["Basic realm=\"cam\"", "Digest realm=\"cam\", nonce=\"abc123\""], "admin", "secret", "DESCRIBE",
            new Uri("rtsp://127.0.0.1:554/cam"))!;
        Assert.StartsWith(
            "Digest username=\"admin\", realm=\"cam\", nonce=\"abc123\", uri=\"rtsp://127.0.0.1:554/cam\", response=\"",
            answer,
            StringComparison.Ordinal);
        Assert.Contains("976b86f205af1e8d44afd03d034c4294", answer, StringComparison.Ordinal);
    }

    private static RtspAnswer Ask(ScriptedServer camera, string password) =>
        RtspDescription.Ask(new Uri($"rtsp://127.0.0.1:{camera.Port}/cam"), "admin", password, TestContext.Current.CancellationToken);

    /// <summary>A camera that calls so many logins of each connection outdated, with a nonce that counts them.</summary>
    private static ScriptedServer Stale(int staleLogins) => new(request =>
    {
        if (request.StartsWith("OPTIONS", StringComparison.Ordinal))
            return ScriptedServer.Rtsp(request, "200 OK", "", "");
        Match nonce = Regex.Match(request, "Authorization: .*nonce=\"n([0-9]+)\"");
        int number = nonce.Success ? int.Parse(nonce.Groups[1].Value, CultureInfo.InvariantCulture) : -1;
        return number >= staleLogins
            ? ScriptedServer.Rtsp(request, "200 OK", "", Good)
            : ScriptedServer.Rtsp(
                request,
                "401 Unauthorized",
                $"WWW-Authenticate: Digest realm=\"c\",{(nonce.Success ? " stale=true," : "")} nonce=\"n{number + 1}\"\r\n",
                "");
    });

    internal static UrlOptions Options(string address) => new()
    {
        Address = address,
        UserName = "admin",
        Password = "secret",
        OpenTimeout = TimeSpan.FromSeconds(3),
    };

    internal static string Fault(UrlOptions options)
    {
        InstalledPrograms.Need("ffmpeg");
        var source = new UrlCamera(options, TimeProvider.System);
        return Assert.Throws<CameraException>(() => source.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
    }
}
