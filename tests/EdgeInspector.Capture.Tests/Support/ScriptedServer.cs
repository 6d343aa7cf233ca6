using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>
/// A server on loopback that answers each request, up to its blank line, as a test says; RTSP and HTTP alike. Null closes the connection.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, byte[]?> _answer;

    public ScriptedServer(Func<string, byte[]?> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Requests { get; } = new();

    public static byte[] Http(string status, string headers, byte[]? body = null)
    {
        body ??= [];
        return [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status}\r\n{(headers.Length > 0 ? headers + "\r\n" : "")}Content-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }

    /// <summary>An RTSP camera that wants a Digest login and then answers DESCRIBE as told.</summary>
    public static ScriptedServer Rtsp(string status, string description = "", bool wantsLogin = true) => new(request =>
    {
        string number = request.Split("\r\n").First(line => line.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase))[5..].Trim();
        if (request.StartsWith("OPTIONS", StringComparison.Ordinal))
            return Encoding.ASCII.GetBytes($"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n");
        if (wantsLogin && !request.Contains("Authorization: Digest", StringComparison.Ordinal))
            return Encoding.ASCII.GetBytes(
                $"RTSP/1.0 401 Unauthorized\r\nCSeq: {number}\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"abc123\"\r\n\r\n");
        return Encoding.ASCII.GetBytes($"RTSP/1.0 {status}\r\nCSeq: {number}\r\nContent-Type: application/sdp\r\nContent-Length: "
            + $"{description.Length}\r\n\r\n{description}");
    });

    /// <summary>An RTSP camera without a login that describes its stream and then refuses requests of one method.</summary>
    public static ScriptedServer RtspRefusing(string method, string status, string description) => new(request =>
    {
        string answered = request.Split(' ')[0];
        return Rtsp(
            request,
            answered == method ? status : "200 OK",
            answered == "SETUP" ? "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n" : "",
            answered == "DESCRIBE" && answered != method ? description : "");
    });

    /// <summary>An RTSP answer to a request.</summary>
    /// <param name="request">The request, whose number the answer carries.</param>
    /// <param name="status">Number and words.</param>
    /// <param name="headers">Further headers, each with its line's end.</param>
    /// <param name="description">The stream's description; empty for none.</param>
    public static byte[] Rtsp(string request, string status, string headers, string description)
    {
        string number = request.Split("\r\n").First(line => line.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase))[5..].Trim();
        string kind = description.Length > 0 ? $"Content-Type: application/sdp\r\nContent-Length: {description.Length}\r\n" : "";
        return Encoding.ASCII.GetBytes($"RTSP/1.0 {status}\r\nCSeq: {number}\r\n{headers}{kind}\r\n{description}");
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = AnswerAsync(client);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                var request = new StringBuilder();
                byte[] piece = new byte[4096];
                while (await stream.ReadAsync(piece) is var got and > 0)
                {
                    request.Append(Encoding.Latin1.GetString(piece, 0, got));
                    if (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                        continue;
                    string text = request.ToString();
                    request.Clear();
                    Requests.Enqueue(text);
                    if (_answer(text) is not { } answer)
                        return;
                    await stream.WriteAsync(answer);
                }
            }
            catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException)
            {
                // The client went.
            }
        }
    }
}
