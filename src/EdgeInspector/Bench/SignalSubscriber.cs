using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.Bench;

/// <summary>
/// A subscriber as simple as a PLC's: one thread that blocks on the socket and notes when a message was read, before looking into the
/// message. A full library would add its own changes of threads to the measured time. MQTT 3.1.1, quality of service 1.
/// </summary>
internal sealed class SignalSubscriber : IDisposable
{
    private const byte Connack = 0x20;
    private const byte Suback = 0x90;
    private const byte Publish = 0x30;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _bytes = new byte[64 * 1024];
    private int _from;
    private int _to;

    private SignalSubscriber()
    {
    }

    /// <summary>Connects and subscribes.</summary>
    /// <param name="host">The broker.</param>
    /// <param name="port">The broker's port.</param>
    /// <param name="clientId">The client's id.</param>
    /// <param name="filter">The topics.</param>
    /// <exception cref="RefusedException">The broker does not answer, or does not let everybody in.</exception>
    public static SignalSubscriber Connect(string host, int port, string clientId, string filter)
    {
        var subscriber = new SignalSubscriber();
        try
        {
            subscriber._socket.Connect(host, port);
            // MQTT, level 4, clean session, no keep-alive.
            subscriber.Send(0x10, [.. Text("MQTT"), 4, 2, 0, 0, .. Text(clientId)]);
            subscriber.Expect(Connack, host, port);
            subscriber.Send(0x82, [0, 1, .. Text(filter), 1]);
            subscriber.Expect(Suback, host, port);
            return subscriber;
        }
        catch (SocketException fault)
        {
            subscriber.Dispose();
            throw new RefusedException($"--broker: {host}:{port} does not answer: {fault.Message}");
        }
        catch
        {
            subscriber.Dispose();
            throw;
        }
    }

    /// <summary>Reads messages until the connection ends.</summary>
    /// <param name="onMessage">Given the topic, the payload and when it was read, in ticks of <see cref="Stopwatch"/>.</param>
    public void Run(Action<string, ReadOnlyMemory<byte>, long> onMessage)
    {
        while (Next(out byte type, out ReadOnlyMemory<byte> body, out long at))
        {
            if ((type & 0xF0) != Publish)
                continue;
            int length = BinaryPrimitives.ReadUInt16BigEndian(body.Span);
            string topic = Encoding.UTF8.GetString(body.Span.Slice(2, length));
            ReadOnlyMemory<byte> rest = body[(2 + length)..];
            if ((type & 0x06) != 0)
            {
                Send(0x40, rest.Span[..2].ToArray());
                rest = rest[2..];
            }
            onMessage(topic, rest, at);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Expect(byte type, string host, int port)
    {
        // The last byte of both answers is a code.
        if (!Next(out byte came, out ReadOnlyMemory<byte> body, out _) || came != type || body.Span[^1] >= (type == Connack ? 1 : 0x80))
            throw new RefusedException($"--broker: {host}:{port} lets nobody in without a password, or is no MQTT broker.");
    }

    /// <summary>The next packet; false when the connection has ended. The body is valid until the next call.</summary>
    private bool Next(out byte type, out ReadOnlyMemory<byte> body, out long at)
    {
        (type, body, at) = (0, default, 0);
        while (true)
        {
            int length = 0, header = 1;
            bool isWhole = false;
            for (; header < Math.Min(5, _to - _from) && !isWhole; header++)
            {
                length |= (_bytes[_from + header] & 0x7F) << (7 * (header - 1));
                isWhole = _bytes[_from + header] < 0x80;
            }
            if (isWhole && _to - _from >= header + length)
            {
                at = Stopwatch.GetTimestamp();
                (type, body) = (_bytes[_from], _bytes.AsMemory(_from + header, length));
                _from += header + length;
                return true;
            }
            _bytes.AsSpan(_from, _to - _from).CopyTo(_bytes);
            (_from, _to) = (0, _to - _from);
            int read = Receive();
            if (read == 0)
                return false;
            _to += read;
        }
    }

    private int Receive()
    {
        try
        {
            return _socket.Receive(_bytes.AsSpan(_to));
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private void Send(byte type, byte[] body)
    {
        // The program chooses client id and filter, and both are short.
        byte[] packet = body.Length < 128
            ? [type, (byte)body.Length, .. body]
            : [type, (byte)(body.Length | 0x80), (byte)(body.Length >> 7), .. body];
        _socket.Send(packet);
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
