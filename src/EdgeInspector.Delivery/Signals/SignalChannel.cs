using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;

namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// The client's connection with a lane of its own for signals: signals are written as whole packets on the caller's thread, and their
/// acknowledgements are taken out of the stream before the client sees them. The client itself would allocate two kilobytes for each
/// signal, and start tasks that compete with the signal for the processor.
/// </summary>
/// <param name="inner">The connection; owned.</param>
/// <param name="acknowledgements">Which signals wait for the broker.</param>
/// <param name="onRefusal">Told the reason code of an acknowledgement that is a refusal.</param>
/// <param name="mostBytes">The most that signals write at once.</param>
internal sealed class SignalChannel(IMqttChannel inner, SignalAcknowledgements acknowledgements, Action<byte> onRefusal, int mostBytes)
    : IMqttChannel
{
    private const byte FirstRefusal = 0x80;

    // Far longer than a signal takes to be written; the client's own packets are never urgent.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(1);

    private readonly AcknowledgementFilter _filter = new((id, reason) =>
    {
        if (!acknowledgements.TryEnd(id, reason >= FirstRefusal))
            return false;
        if (reason >= FirstRefusal)
            onRefusal(reason);
        return true;
    });

    // One packet at a time is on the way to the socket, the client's or a signal's.
    private readonly SemaphoreSlim _writing = new(1);

    // Under _writing. The bytes must stay until they are written, which may be after the call.
    private readonly byte[] _packets = new byte[mostBytes];

    /// <inheritdoc />
    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    /// <inheritdoc />
    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    /// <inheritdoc />
    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    /// <inheritdoc />
    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <summary>Writes packets of signals, if the socket can be had within a time.</summary>
    /// <param name="packets">Whole packets; copied.</param>
    /// <param name="limit">How long to wait for a packet that is being written.</param>
    /// <param name="rest">The end of the writing; completed already unless the socket takes no more bytes at the moment.</param>
    /// <returns>False when the packet before took too long; then nothing was written.</returns>
    /// <exception cref="Exception">The connection is gone; the library may throw any exception.</exception>
    public bool TryWrite(ReadOnlySpan<byte> packets, TimeSpan limit, out Task rest)
    {
        rest = Task.CompletedTask;
        if (!_writing.Wait(limit))
            return false;
        try
        {
            packets.CopyTo(_packets);
            rest = inner.WriteAsync(new ReadOnlySequence<byte>(_packets, 0, packets.Length), true, CancellationToken.None);
        }
        catch
        {
            _writing.Release();
            throw;
        }
        if (rest.IsCompleted)
            _writing.Release();
        else
            _ = rest.ContinueWith(
                _ => _writing.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    /// <inheritdoc />
    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        // A whole packet each time, since ClientFactory forbids fragments. Looks again and again instead of queueing: waking a waiter would
        // cost the signal's thread memory and time.
        while (!_writing.Wait(0, cancellationToken))
            await Task.Delay(LookAgain, cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.WriteAsync(buffer, isEndOfPacket, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            int given = _filter.Give(buffer.AsSpan(offset, count));
            if (given > 0)
                return given;
            ArraySegment<byte> room = _filter.Room;
            int read = await inner.ReadAsync(room.Array!, room.Offset, room.Count, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return 0;
            _filter.Add(read);
        }
    }

    /// <inheritdoc />
    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    /// <inheritdoc />
    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();
}
