using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>
/// A real RTSP server (GStreamer's, through <c>tests/rtsp/rtsp_server.py</c>) in a process of its own; killed with <see cref="Dispose"/>.
/// </summary>
internal sealed class RtspServer : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const int Missing = 77;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private RtspServer(int port, string[] arguments)
    {
        var start = new ProcessStartInfo(Python,
        [
            Repository.PathOf("tests", "rtsp", "rtsp_server.py"),
            port.ToString(CultureInfo.InvariantCulture),
            .. arguments,
            "--end-with-input",
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _lines.Enqueue(line.Data);
        };
        _process.BeginOutputReadLine();
    }

    public int Port { get; private set; }

    public string Address => $"rtsp://127.0.0.1:{Port}/cam";

    /// <summary>What the server said: <c>transport tcp</c>, ….</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Starts a server on a free port, or skips the test where GStreamer's server is not installed.</summary>
    public static RtspServer Start(params string[] arguments) => StartOn(0, arguments);

    /// <summary>Starts a server on a port, after one there was killed.</summary>
    public static RtspServer StartOn(int port, params string[] arguments)
    {
        InstalledPrograms.Need("ffmpeg");
        Assert.SkipUnless(File.Exists(Python), $"{Python}, for the RTSP server, is not installed.");
        var server = new RtspServer(port, arguments);
        string? ready = null;
        Eventually.True(() => (ready = server._lines.FirstOrDefault(line => line.StartsWith("ready", StringComparison.Ordinal))) is not null
            || server._process.HasExited);
        if (ready is null)
        {
            server._process.WaitForExit();
            int code = server._process.ExitCode;
            string said = string.Join(' ', server._lines);
            server.Dispose();
            Assert.SkipWhen(code == Missing, $"GStreamer's RTSP server is not installed ({said}); on Debian: "
                + "apt-get install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-ugly");
            Assert.Fail($"The RTSP server ended with {code}: {said}");
        }
        server.Port = int.Parse(ready["ready ".Length..], CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>Kills the server, as when the camera loses its power.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
