using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.LineTests.Line;

/// <summary>A message and the moment at which its last byte was read.</summary>
internal readonly record struct Arrival(string Topic, byte[] Payload, DateTime At)
{
    /// <summary>The last level of the topic.</summary>
    public string Kind => Topic[(Topic.LastIndexOf('/') + 1)..];
}

/// <summary>
/// MQTT 3.1.1 by hand, for a client that outlives its broker: it connects again for ever, and when the broker is killed it still reads what
/// the broker had written, down to the last byte, which a library gives up with the connection. Messages are stamped on the thread that
/// reads the socket.
/// </summary>
internal sealed class WireClient : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // A node of a cluster that has lost another may take a connection and say nothing.
    private static readonly TimeSpan LoginWithin = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<int> _ports;
    private readonly string _id;
    private readonly bool _clean;
    private readonly string[] _filters;
    private readonly Action<Arrival>? _receive;
    private readonly Thread _thread;
    private readonly Lock _writing = new();
    private readonly ManualResetEventSlim _subscribed = new();
    private readonly ManualResetEventSlim _stop = new();
    private byte[] _buffer = new byte[256 * 1024];
    private Socket? _socket;
    private volatile bool _ready;
    private ushort _packet;
    private long _acknowledged;

    /// <param name="clean">False: the broker keeps the subscriptions, and what they yield, while this client is away.</param>
    public WireClient(int port, string id, bool clean, string[] filters, Action<Arrival>? receive)
        : this([port], id, clean, filters, receive)
    {
    }

    /// <param name="ports">Of the nodes of a cluster; the next is tried when one is lost, or does not let us in.</param>
    /// <param name="clean">False: the broker keeps the subscriptions, and what they yield, while this client is away.</param>
    public WireClient(IReadOnlyList<int> ports, string id, bool clean, string[] filters, Action<Arrival>? receive)
    {
        (_ports, _id, _clean, _filters, _receive) = (ports, id, clean, filters, receive);
        _thread = new Thread(Run) { Name = id, IsBackground = true };
        _thread.Start();
        if (!_subscribed.Wait(LineTest.Patience))
            throw new TimeoutException($"{id} could not subscribe.");
    }

    /// <summary>Messages of ours that a broker acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Publishes with QoS 1, or not at all: nothing is kept for later or sent again.</summary>
    public bool TryPublish(string topic, byte[] payload)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        byte[] body = new byte[2 + name.Length + 2 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)name.Length);
        name.CopyTo(body, 2);
        payload.CopyTo(body, 4 + name.Length);
        lock (_writing)
        {
            if (!_ready)
                return false;
            _packet = (ushort)(_packet % ushort.MaxValue + 1);
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2 + name.Length), _packet);
            return TryWrite(0x32, body);
        }
    }

    private void Run()
    {
        for (int turn = 0; !_stop.IsSet; turn++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Connect("127.0.0.1", _ports[turn % _ports.Count]);
                if (_ports.Count > 1)
                    socket.ReceiveTimeout = (int)LoginWithin.TotalMilliseconds;
                lock (_writing)
                {
                    _socket = socket;
                    TryWrite(0x10, [0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, (byte)(_clean ? 2 : 0), 0, 0, .. Text(_id)]);
                }
                ReadToTheEnd(socket);
            }
            catch (SocketException)
            {
                // The broker is away, or went away.
            }
            _ready = false;
            _stop.Wait(Pause);
        }
    }

    private void ReadToTheEnd(Socket socket)
    {
        int filled = 0;
        while (true)
        {
            if (filled == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            int read = socket.Receive(_buffer.AsSpan(filled));
            if (read == 0)
                return;
            DateTime at = DateTime.UtcNow;
            filled += read;
            int start = 0;
            while (Packet(_buffer.AsSpan(start, filled - start), at) is > 0 and int length)
                start += length;
            _buffer.AsSpan(start, filled - start).CopyTo(_buffer);
            filled -= start;
        }
    }

    /// <summary>Handles the packet at the start and gives its length; 0 when it is not yet complete.</summary>
    private int Packet(ReadOnlySpan<byte> bytes, DateTime at)
    {
        int length = 0, head = 1;
        for (int shift = 0; ; shift += 7, head++)
        {
            if (head >= bytes.Length)
                return 0;
            length |= (bytes[head] & 0x7F) << shift;
            if ((bytes[head] & 0x80) == 0)
                break;
        }
        head++;
        if (bytes.Length < head + length)
            return 0;
        ReadOnlySpan<byte> body = bytes.Slice(head, length);
        switch (bytes[0] >> 4)
        {
            case 2:
                // Connected. Subscribing again costs nothing where the session still knows.
                lock (_writing)
                {
                    _socket!.ReceiveTimeout = 0;
                    if (_filters.Length > 0)
                        TryWrite(0x82, [0, 1, .. _filters.SelectMany(filter => (byte[])[.. Text(filter), 1])]);
                    _packet = 1;
                    _ready = true;
                }
                if (_filters.Length == 0)
                    _subscribed.Set();
                break;
            case 3:
                Message(bytes[0], body, at);
                break;
            case 4:
                Interlocked.Increment(ref _acknowledged);
                break;
            case 9 when body[2..].Contains((byte)0x80):
                // Refused: a cluster that has just lost a node does so for a while.
                _socket!.Shutdown(SocketShutdown.Both);
                break;
            case 9:
                _subscribed.Set();
                break;
        }
        return head + length;
    }

    private void Message(byte flags, ReadOnlySpan<byte> body, DateTime at)
    {
        int name = BinaryPrimitives.ReadUInt16BigEndian(body);
        string topic = Encoding.UTF8.GetString(body.Slice(2, name));
        bool wantsAnswer = (flags & 0x06) != 0;
        ReadOnlySpan<byte> rest = body[(2 + name)..];
        _receive?.Invoke(new Arrival(topic, rest[(wantsAnswer ? 2 : 0)..].ToArray(), at));
        if (!wantsAnswer)
            return;
        lock (_writing)
            TryWrite(0x40, rest[..2].ToArray());
    }

    private bool TryWrite(byte kind, byte[] body)
    {
        Span<byte> size = stackalloc byte[4];
        int digits = 0, left = body.Length;
        do
        {
            size[digits++] = (byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
            left >>= 7;
        }
        while (left > 0);
        byte[] packet = [kind, .. size[..digits], .. body];
        try
        {
            for (int sent = 0; sent < packet.Length;)
                sent += _socket!.Send(packet.AsSpan(sent));
            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Nothing can be said any more, but what was said to us is still read.
            return false;
        }
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    public void Dispose()
    {
        _stop.Set();
        try
        {
            _socket?.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It was not connected.
        }
        _thread.Join();
        _subscribed.Dispose();
        _stop.Dispose();
    }
}
