using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeInspector.TestSupport;

/// <summary>What somebody sent by HTTP, byte by byte.</summary>
/// <param name="Line">The request's first line.</param>
/// <param name="Headers">The headers; names in any case.</param>
/// <param name="Body">The body.</param>
/// <param name="Client">The subject of the certificate that the sender showed; null: none.</param>
public sealed record ReceivedRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body, string? Client)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A web server of a few lines that keeps what it gets, and answers what the test wants. Stopped at the end.</summary>
public sealed class HttpReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly bool _asksForCertificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private int _connections;

    /// <param name="port">Where it listens on 127.0.0.1; 0: anywhere.</param>
    /// <param name="certificate">What it shows in TLS, with its key; null: it speaks plain text.</param>
    /// <param name="asksForCertificate">True: whoever shows no certificate is turned away.</param>
    public HttpReceiver(int port = 0, X509Certificate2? certificate = null, bool asksForCertificate = false)
    {
        (_certificate, _asksForCertificate) = (certificate, asksForCertificate);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The address.</summary>
    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}/events";

    /// <summary>Everything that came, in its order.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Connections that were opened so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>What is answered: status, and headers or a body behind it; null: nothing, ever. Called on the connection's task.</summary>
    public Func<ReceivedRequest, (int Status, string More)?> Answer { get; set; } = _ => (200, "Content-Length: 0\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _serving.Add(Task.Run(() => ServeAsync(client)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream stream = await OpenAsync(client);
                string? subject = (stream as SslStream)?.RemoteCertificate?.Subject;
                while (await ReadAsync(stream, subject) is { } request)
                {
                    _requests.Enqueue(request);
                    if (Answer(request) is not { } answer)
                    {
                        await Task.Delay(Timeout.Infinite, _stop.Token);
                        return;
                    }
                    await stream.WriteAsync(
                        Encoding.UTF8.GetBytes($"HTTP/1.1 {answer.Status} Said\r\n{answer.More}"), _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException
                or System.Security.Authentication.AuthenticationException)
            {
                // The sender is gone, or turned away.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
            return client.GetStream();
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = _asksForCertificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null || !_asksForCertificate,
            },
            _stop.Token);
        return stream;
    }

    private async Task<ReceivedRequest?> ReadAsync(Stream stream, string? client)
    {
        var head = new MemoryStream();
        byte[] one = new byte[1];
        while (!head.GetBuffer().AsSpan(0, (int)head.Length).EndsWith("\r\n\r\n"u8))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Write(one);
        }
        string[] lines = Encoding.Latin1.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        int length = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new ReceivedRequest(lines[0], headers, body, client);
    }
}
