using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeInspector.Delivery.Tests.Support;

/// <summary>The cable between the agent and the broker: can be cut, pulled (nothing is forwarded, nothing is closed) and mended.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly int _target;
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly List<byte> _swallowed = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;
    private volatile bool _cut;
    private volatile bool _pulled;

    public Cable(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections accepted so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Whether somebody has written a text into the cable since it was pulled.</summary>
    public bool HasSwallowed(string text)
    {
        lock (_gate)
            return CollectionsMarshal.AsSpan(_swallowed).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    /// <summary>Closes every connection and refuses new ones.</summary>
    public void Cut()
    {
        _cut = true;
        CloseAll();
    }

    /// <summary>Forwards nothing any more; both sides believe that they are connected.</summary>
    public void Pull() => _pulled = true;

    /// <summary>Lets new connections through; those from before a pull stay dead.</summary>
    public void Mend()
    {
        _cut = false;
        _pulled = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        CloseAll();
        await _accepting;
        _stop.Dispose();
    }

    private void CloseAll()
    {
        lock (_gate)
        {
            foreach (TcpClient client in _open)
                client.Close();
            _open.Clear();
        }
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient near = await _listener.AcceptTcpClientAsync(_stop.Token);
                Accepted++;
                if (_cut)
                {
                    near.Close();
                    continue;
                }
                await Connect(near);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or SocketException)
        {
        }
    }

    // One end that is gone already must not end the cable.
    private async Task Connect(TcpClient near)
    {
        var far = new TcpClient();
        try
        {
            near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
        }
        catch (SocketException)
        {
            near.Close();
            far.Close();
            return;
        }
        lock (_gate)
            _open.AddRange([near, far]);
        _ = Forward(near, far);
        _ = Forward(far, near);
        // Cut meanwhile: this one as well.
        if (_cut)
            CloseAll();
    }

    private async Task Forward(TcpClient from, TcpClient to)
    {
        byte[] buffer = new byte[64 * 1024];
        bool dead = false;
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                dead |= _pulled;
                if (!dead)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                    continue;
                }
                lock (_gate)
                    _swallowed.AddRange(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
        }
        if (dead)
            return;
        from.Close();
        to.Close();
    }
}
