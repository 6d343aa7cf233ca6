using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenCvSharp;

namespace EdgeInspector.LineTests.Line;

/// <summary>
/// A network camera: motion JPEG over HTTP, free-running, dark and bright parts in turn; its cable can be cut and mended.
/// </summary>
internal sealed class HttpCamera : IDisposable
{
    private const int Fps = 40;
    private const int Pictures = 20;

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, Pictures).Select(Draw)];
    private readonly Lock _gate = new();
    private readonly List<Socket> _viewers = [];
    private TcpListener? _listener;

    public HttpCamera()
    {
        Port = Ports.Free();
        Mend();
    }

    public int Port { get; }

    /// <summary>True: gives one and the same picture again and again, as a camera does whose encoder has stopped.</summary>
    public bool IsFrozen { get; set; }

    public string Address => $"http://127.0.0.1:{Port}/video.mjpg";

    /// <summary>Every connection breaks and no new one is taken.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (Socket viewer in _viewers)
                viewer.Dispose();
            _viewers.Clear();
        }
    }

    /// <summary>The camera is there again.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            if (_listener is not null)
                return;
            _listener = new TcpListener(IPAddress.Loopback, Port);
            _listener.Start();
            _ = Take(_listener);
        }
    }

    private async Task Take(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Socket viewer = await listener.AcceptSocketAsync();
                viewer.NoDelay = true;
                lock (_gate)
                    _viewers.Add(viewer);
                new Thread(() => Serve(viewer)) { Name = "camera", IsBackground = true }.Start();
            }
        }
        catch (Exception cut) when (cut is SocketException or InvalidOperationException)
        {
            // Nobody is served any more.
        }
    }

    private void Serve(Socket viewer)
    {
        try
        {
            viewer.Receive(new byte[4096]);
            viewer.Send("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=part\r\nConnection: close\r\n\r\n"u8);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; ; i++)
            {
                byte[] picture = _pictures[IsFrozen ? 0 : i % Pictures];
                viewer.Send([
                    .. Encoding.ASCII.GetBytes($"--part\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n"),
                    .. picture, .. "\r\n"u8]);
                TimeSpan left = TimeSpan.FromSeconds((i + 1.0) / Fps) - Stopwatch.GetElapsedTime(start);
                if (left > TimeSpan.Zero)
                    Thread.Sleep(left);
            }
        }
        catch (Exception cut) when (cut is SocketException or InvalidOperationException)
        {
            // The viewer went, or the cable was cut.
        }
    }

    /// <summary>A disc on a plain ground, at a place of its own in each picture, so that no two look the same.</summary>
    private static byte[] Draw(int number)
    {
        using var picture = new Mat(240, 320, MatType.CV_8UC3);
        Belt.Fill(picture, number % 10 < 9 ? 95 : 165);
        Cv2.Circle(picture, 20 + number * 14, 120, 16, Scalar.All(230), -1);
        Cv2.ImEncode(".jpg", picture, out byte[] jpeg);
        return jpeg;
    }

    public void Dispose() => Cut();
}
