using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>
/// An RTSP address on this machine, which redirects its one visitor to the camera's address with user name and password. So a command line,
/// which everybody may read, holds no secret. The path of the address is a random word: a visitor who does not know that word is sent away.
/// </summary>
internal sealed partial class RtspSignpost : IDisposable
{
    private const int MostBytes = 4096;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _word = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly string _target;

    /// <param name="target">The address to redirect to; secret.</param>
    public RtspSignpost(string target)
    {
        _target = target;
        _listener.Start(1);
        Address = $"rtsp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{_word}";
        _ = ShowTheWayAsync();
    }

    /// <summary>The address of the signpost, which redirects once.</summary>
    public string Address { get; }

    public void Dispose() => _listener.Dispose();

    private async Task ShowTheWayAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient visitor = await _listener.AcceptTcpClientAsync();
                if (!await TryAnswerAsync(visitor.GetStream()))
                    continue;
                _listener.Stop();
                return;
            }
        }
        catch (Exception end) when (end is SocketException or IOException or InvalidOperationException or OperationCanceledException)
        {
            // ffmpeg went, the stream was given up, or the listener had ended before it was asked.
        }
    }

    /// <summary>
    /// Answers a visitor. A visitor other than ffmpeg who says nothing, or goes, does not keep ffmpeg from being redirected.
    /// </summary>
    private async Task<bool> TryAnswerAsync(NetworkStream stream)
    {
        try
        {
            return await AnswerAsync(stream);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        byte[] request = new byte[MostBytes];
        int got = 0;
        while (got < request.Length && !request.AsSpan(0, got).EndsWith("\r\n\r\n"u8))
        {
            int more = await stream.ReadAsync(request.AsMemory(got), patience.Token);
            if (more == 0)
                return false;
            got += more;
        }
        string text = Encoding.Latin1.GetString(request, 0, got);
        bool isKnown = text.Split("\r\n")[0].Contains(_word, StringComparison.Ordinal);
        string number = Sequence().Match(text).Groups[1].Value;
        string answer = isKnown ? $"302 Found\r\nCSeq: {number}\r\nLocation: {_target}" : $"404 Not Found\r\nCSeq: {number}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"RTSP/1.0 {answer}\r\n\r\n"), patience.Token);
        return isKnown;
    }

    [GeneratedRegex(@"^CSeq:\s*(\d{1,9})", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Sequence();
}
