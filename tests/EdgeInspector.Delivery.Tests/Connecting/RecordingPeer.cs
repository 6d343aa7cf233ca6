using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>Listens where a broker is expected, keeps the first bytes of each connection, gives one answer and hangs up.</summary>
internal sealed class RecordingPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly System.Collections.Concurrent.ConcurrentQueue<byte[]> _heard = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public RecordingPeer(string answer)
    {
        _listener.Start();
        _accepting = Task.Run(() => Accept(Encoding.Latin1.GetBytes(answer)));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What each connection sent, in the order in which they came.</summary>
    public IReadOnlyList<byte[]> Heard => [.. _heard];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task Accept(byte[] answer)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                using TcpClient caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                int count = await caller.GetStream().ReadAsync(buffer, _stop.Token);
                _heard.Enqueue(buffer[..count]);
                await caller.GetStream().WriteAsync(answer, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or SocketException)
            {
                return;
            }
            catch (IOException)
            {
                // The caller has hung up first.
            }
        }
    }
}
