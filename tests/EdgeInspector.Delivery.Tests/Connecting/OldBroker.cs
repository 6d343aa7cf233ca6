using System.Net;
using System.Net.Sockets;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>A broker of MQTT 3.1.1 only, as far as the login: refuses other versions in one of the ways that such brokers have.</summary>
internal sealed class OldBroker : IAsyncDisposable
{
    // Behind the fixed header (two bytes for a short packet) and the protocol's name with its length.
    private const int VersionAt = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <param name="refusal">What it answers to another version before it hangs up; empty: nothing.</param>
    /// <param name="answer">What it answers to MQTT 3.1.1.</param>
    public OldBroker(byte[] refusal, byte[] answer)
    {
        _listener.Start();
        _accepting = Task.Run(() => Accept(refusal, answer));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task Accept(byte[] refusal, byte[] answer)
    {
        byte[] buffer = new byte[1024];
        while (true)
        {
            try
            {
                using TcpClient caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                NetworkStream stream = caller.GetStream();
                int count = await stream.ReadAsync(buffer, _stop.Token);
                bool isOld = count > VersionAt && buffer[VersionAt] == 4;
                await stream.WriteAsync(isOld ? answer : refusal, _stop.Token);
                // Until the caller leaves.
                while (isOld && await stream.ReadAsync(buffer, _stop.Token) > 0)
                {
                }
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
