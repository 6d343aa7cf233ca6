using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// Sends signals on the caller's thread, at once or not at all. A signal must be written and acknowledged by its deadline; after that the
/// signal is forgotten, and never sent again. Allocates nothing.
/// </summary>
internal sealed class SignalSender : IDisposable
{
    // How long to wait for a message of the client that is being written, which takes microseconds. The station has other parts to answer,
    // so it does not wait for a stalled connection.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly BrokerConnection _connection;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;
    private readonly SignalAcknowledgements _acknowledgements = new();

    // Reused memory, under _gate; uncontended, since a station sends one signal at a time.
    private readonly Lock _gate = new();
    private readonly SignalPayload _payload = new();
    private readonly SignalPacket _signal;
    private readonly SignalPacket? _bare;
    private readonly byte[] _packets;

    public SignalSender(BrokerConnection connection, MqttOptions options, StationTopics topics, TimeProvider time, ILogger log)
    {
        (_connection, _time) = (connection, time);
        _faults = new FaultLog(log, $"Sending a signal to {topics.Signal}", time);
        _signal = new SignalPacket(topics.Signal, options.IsMqtt5);
        _bare = options.BareSignal ? new SignalPacket(topics.BareSignal, options.IsMqtt5) : null;
        _packets = new byte[_signal.LengthFor(SignalPayload.MostBytes) + (_bare?.LengthFor(1) ?? 0)];
        Warm();
        connection.Channels = () => new SignalChannelFactory(_acknowledgements, Refuse, _packets.Length);
    }

    /// <summary>Signals that the broker refused.</summary>
    public long Refused => _acknowledgements.Refused;

    /// <summary>True from a signal that the broker refused until one that it took.</summary>
    public bool IsRefused => _acknowledgements.IsRefusing;

    /// <summary>Signals that the broker did not acknowledge by their deadline; the gate may or may not have got them.</summary>
    public long Unacknowledged
    {
        get
        {
            Expire(_time.GetTimestamp());
            return _acknowledgements.Missed;
        }
    }

    /// <summary>Says that the connection is lost.</summary>
    public void Lose()
    {
        if (_acknowledgements.Lose() > 0)
            _faults.Report("the connection was lost before the broker acknowledged it.");
    }

    public SignalOutcome Send(in Signal signal)
    {
        long now = _time.GetTimestamp();
        TimeSpan left = _time.GetElapsedTime(now, signal.WorthlessAfter);
        // validMs counts whole milliseconds, and a signal that is valid for none is worthless.
        if (left < TimeSpan.FromMilliseconds(1))
            return SignalOutcome.Expired;
        if (_connection.Current is not { Signals: { } channel } session)
            return SignalOutcome.NotConnected;
        lock (_gate)
        {
            Expire(now);
            if (!_acknowledgements.TryBegin(signal.WorthlessAfter, true, session.ReceiveMaximum, out ushort id))
            {
                _faults.Report("the broker has not acknowledged those before it, and takes no more.");
                return SignalOutcome.NotConnected;
            }
            int length = _signal.Write(_packets, id, _payload.Write(signal, (long)left.TotalMilliseconds).Span);
            ushort bareId = 0;
            if (_bare is not null && _acknowledgements.TryBegin(signal.WorthlessAfter, false, session.ReceiveMaximum, out bareId))
                length += _bare.Write(_packets.AsSpan(length), bareId, signal.Action == GateAction.Pass ? "0"u8 : "1"u8);
            // The system may have stopped this thread meanwhile, and a late signal is wrong for the gate.
            left = _time.GetElapsedTime(_time.GetTimestamp(), signal.WorthlessAfter);
            SignalOutcome outcome = left > TimeSpan.Zero ? Write(channel, session, length, left) : SignalOutcome.Expired;
            if (outcome != SignalOutcome.Sent)
            {
                _acknowledgements.Forget(id);
                _acknowledgements.Forget(bareId);
            }
            return outcome;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _payload.Dispose();

    /// <summary>
    /// Has the code that makes a signal compiled: on a busy machine compiling can make the first signal after a start miss its deadline.
    /// </summary>
    private void Warm()
    {
        var signal = new Signal("", 0, VerdictKind.None, GateAction.Reject, _time.GetUtcNow(), 0);
        int length = _signal.Write(_packets, 1, _payload.Write(signal, 0).Span);
        _bare?.Write(_packets.AsSpan(length), 1, "1"u8);
    }

    private SignalOutcome Write(SignalChannel channel, Session session, int length, TimeSpan left)
    {
        try
        {
            if (!channel.TryWrite(_packets.AsSpan(0, length), left < LongestWait ? left : LongestWait, out Task rest))
            {
                _faults.Report("another message stood before it in the connection and could not be written.");
                return SignalOutcome.NotConnected;
            }
            if (rest.IsCompletedSuccessfully)
                return SignalOutcome.Sent;
            _ = Follow(rest, session, left);
            return rest.IsFaulted ? SignalOutcome.NotConnected : SignalOutcome.Sent;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is ending at this moment; the library may throw anything.
            _faults.Report(e.Message);
            return SignalOutcome.NotConnected;
        }
    }

    /// <summary>Waits for a signal that the socket did not take at once.</summary>
    private async Task Follow(Task rest, Session session, TimeSpan left)
    {
        try
        {
            await rest.WaitAsync(left, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Stall(session);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _faults.Report(e.Message);
        }
    }

    /// <summary>
    /// The signal was not fully written in all this time, and may have been written in part: the connection is of no use any more.
    /// </summary>
    private void Stall(Session session)
    {
        _faults.Report("it could not be written by its deadline; the connection is stalled and will be renewed.");
        session.Abort($"The connection to the broker {session.Broker} was given up: a signal could not be written by its deadline.");
    }

    private void Expire(long now)
    {
        if (_acknowledgements.Expire(now) > 0)
            _faults.Report("the broker did not acknowledge it by its deadline.");
    }

    private void Refuse(byte reason) =>
        _faults.Report($"the broker refused it ({(MqttClientPublishReasonCode)reason}). Check its access rules for this topic.");
}
