using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>A server of web pages, or of something else that says a line, where a broker is expected.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly X509Certificate2? _certificate;
    private readonly bool _isPatient;
    private readonly byte[] _answer;

    /// <param name="answer">What it says.</param>
    /// <param name="isPatient">
    /// True: it waits for the end of a line before it says anything, as Python's does; false:
    /// whatever comes is a bad request, as for nginx.
    /// </param>
    /// <param name="certificate">What it shows in TLS; null: it speaks plain text.</param>
    public WebServer(string answer, bool isPatient, X509Certificate2? certificate = null)
    {
        (_answer, _isPatient, _certificate) = (Encoding.ASCII.GetBytes(answer), isPatient, certificate);
        _listener.Start();
        _accepting = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _certificate?.Dispose();
        _stop.Dispose();
    }

    private async Task Accept()
    {
        var callers = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                callers.Add(Serve(caller));
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or SocketException)
            {
            }
        }
        await Task.WhenAll(callers);
    }

    private async Task Serve(TcpClient caller)
    {
        using (caller)
        {
            try
            {
                Stream stream = caller.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                    stream = tls;
                }
                byte[] buffer = new byte[4096];
                int count;
                do
                    count = await stream.ReadAsync(buffer, _stop.Token);
                while (count > 0 && _isPatient && !buffer.AsSpan(0, count).Contains((byte)'\n'));
                await stream.WriteAsync(_answer, _stop.Token);
                await stream.DisposeAsync();
            }
            catch (Exception e)
                when (e is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
            {
                // The caller has hung up first.
            }
        }
    }
}
