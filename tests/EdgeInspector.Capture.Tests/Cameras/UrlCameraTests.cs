using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests.Cameras;

public sealed class UrlCameraTests
{
    [Theory]
    [InlineData(StreamTransport.Tcp, "transport tcp")]
    [InlineData(StreamTransport.Udp, "transport udp")]
    public void An_rtsp_stream_is_read_over_the_transport_that_is_set(StreamTransport transport, string said)
    {
        using RtspServer server = RtspServer.Start();
        using FeedBench bench = Start(new UrlOptions { Address = server.Address, Transport = transport });
        Eventually.True(() => bench.Sink.Count >= 10);
        Assert.Equal((320, 240), (bench.Sink.Pictures[0].Width, bench.Sink.Pictures[0].Height));
        Assert.True(bench.Health.IsGood);
        Assert.Equal(said, server.Lines.Last(line => line.StartsWith("transport", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_camera_that_loses_its_power_is_read_again_when_it_is_back()
    {
        RtspServer server = RtspServer.Start();
        int port = server.Port;
        using FeedBench bench = Start(
            new UrlOptions { Address = server.Address, OpenTimeout = TimeSpan.FromSeconds(5), ReadTimeout = TimeSpan.FromSeconds(2) });
        Eventually.True(() => bench.Sink.Count >= 10);
        server.Dispose();
        Eventually.True(() => bench.Complaint is not null);
        Eventually.True(() => bench.Complaint!.Contains("refuses the connection", StringComparison.Ordinal));
        int before = bench.Sink.Count;
        using RtspServer again = RtspServer.StartOn(port);
        Eventually.True(() => bench.Health.IsGood && bench.Sink.Count >= before + 10);
        long[] numbers = [.. bench.Sink.Pictures.Select(picture => picture.Sequence)];
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(number => (long)number), numbers);
    }

    [Fact]
    public void User_and_password_open_a_protected_stream()
    {
        using RtspServer server = RtspServer.Start("--user", "cam", "--password", "p@ss:w/rd");
        using FeedBench bench = Start(new UrlOptions { Address = server.Address, UserName = "cam", Password = "p@ss:w/rd" });
        Eventually.True(() => bench.Sink.Count >= 3);
        Assert.DoesNotContain(bench.Log.Lines, line => line.Contains("p@ss", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stream_that_wants_a_password_says_so()
    {
        using RtspServer server = RtspServer.Start("--user", "cam", "--password", "secret");
        Assert.Contains("wants a user name and password", Fault(new UrlOptions { Address = server.Address }), StringComparison.Ordinal);
        string wrong = Fault(new UrlOptions { Address = server.Address, UserName = "cam", Password = "wrong" });
        Assert.Contains("refused the user name or password", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_path_says_so()
    {
        using RtspServer server = RtspServer.Start();
        Assert.Contains("knows no stream", Fault(new UrlOptions { Address = server.Address + "s" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_connection_says_so()
    {
        int port = Ports.Free();
        Assert.Contains(
            $"127.0.0.1:{port} refuses the connection",
            Fault(new UrlOptions { Address = $"rtsp://127.0.0.1:{port}/cam" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_camera_that_accepts_and_stays_silent_is_given_up_after_the_open_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        string fault = Fault(new UrlOptions { Address = $"rtsp://127.0.0.1:{port}/cam", OpenTimeout = TimeSpan.FromSeconds(1) });
        Assert.Contains("does not answer", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_says_so() =>
        Assert.Contains(
            "The name camera-3.invalid is not known",
            Fault(new UrlOptions { Address = "rtsp://camera-3.invalid/cam" }),
            StringComparison.Ordinal);

    [Fact]
    public async Task Motion_jpeg_over_http_is_read()
    {
        InstalledPrograms.Need("ffmpeg");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        byte[] jpeg = Pictures.Encode(".jpg", 160, 120);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task serving = ServeMotionJpeg(listener, jpeg, stop.Token);
        using (FeedBench bench = Start(new UrlOptions { Address = $"http://127.0.0.1:{port}/video.mjpg" }))
        {
            Eventually.True(() => bench.Sink.Count >= 5);
            Assert.Equal((160, 120), (bench.Sink.Pictures[0].Width, bench.Sink.Pictures[0].Height));
        }
        await stop.CancelAsync();
        listener.Stop();
        await serving.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_password_file_s_first_line_is_the_password()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["password"], "p@ss w\r\nrest");
        var options = new UrlOptions { Address = "rtsp://camera/cam?channel=1", UserName = "ad:min", PasswordFile = folder["password"] };
        Assert.Equal("rtsp://ad%3Amin:p%40ss%20w@camera/cam?channel=1", StreamAddress.WithCredentials(options));
        Assert.Throws<CameraException>(() => StreamAddress.WithCredentials(options with { PasswordFile = folder["none"] }));
    }

    private static async Task ServeMotionJpeg(TcpListener listener, byte[] jpeg, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop);
                NetworkStream stream = client.GetStream();
                try
                {
                    await stream.WriteAsync(
                        "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n"u8.ToArray(), stop);
                    while (true)
                    {
                        await stream.WriteAsync(
                            Encoding.ASCII.GetBytes($"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.Length}\r\n\r\n"),
                            stop);
                        await stream.WriteAsync(jpeg, stop);
                        await stream.WriteAsync("\r\n"u8.ToArray(), stop);
                        // The camera's pace, not a wait for something.
                        await Task.Delay(40, stop);
                    }
                }
                catch (IOException)
                {
                    // The reader went.
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private static string Fault(UrlOptions options)
    {
        InstalledPrograms.Need("ffmpeg");
        var source = new UrlCamera(options, TimeProvider.System);
        return Assert.Throws<CameraException>(() => source.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
    }

    private static FeedBench Start(UrlOptions options) =>
        new FeedBench(new UrlCamera(options, TimeProvider.System),
            new CameraOptions
            {
                Url = options,
                Reopen = new ReopenOptions { First = TimeSpan.FromSeconds(0.1), Max = TimeSpan.FromSeconds(0.5) },
            },
            TimeProvider.System).Start();
}
