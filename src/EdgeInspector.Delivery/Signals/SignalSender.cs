using System.Buffers;
using System.Collections.Concurrent;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// Sends signals on the caller's thread, at once or not at all. A signal has until its deadline to be written and acknowledged; after that it is
/// forgotten, and nothing ever sends it again.
/// </summary>
internal sealed class SignalSender(BrokerConnection connection, MqttOptions options, StationTopics topics, TimeProvider time, ILogger log)
{
    private readonly FaultLog _faults = new(log, $"Sending a signal to {topics.Signal}", time);

    // Reused memory: a slot belongs to the thread that took it until its publish has ended.
    private readonly ConcurrentStack<Slot> _slots = new();
    private long _refused;
    private long _unacknowledged;

    /// <summary>Signals that the broker refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Signals that the broker did not acknowledge by their deadline; the gate may or may not have got them.</summary>
    public long Unacknowledged => Interlocked.Read(ref _unacknowledged);

    public SignalOutcome Send(in Signal signal)
    {
        long now = time.GetTimestamp();
        TimeSpan left = time.GetElapsedTime(now, signal.Deadline);
        // validMs counts whole milliseconds, and a signal that is good for none is worthless.
        if (left < TimeSpan.FromMilliseconds(1))
            return SignalOutcome.Expired;
        if (connection.Current is not { } session)
            return SignalOutcome.NotConnected;

        Slot slot = _slots.TryPop(out Slot? free) ? free : new Slot(options, topics);
        slot.Message.Payload = new ReadOnlySequence<byte>(slot.Payload.Write(signal, (long)left.TotalMilliseconds));
        var untilDeadline = new CancellationTokenSource(left, time);
        Task<MqttClientPublishResult>? bare = null;
        Task<MqttClientPublishResult> sending;
        try
        {
            sending = session.Publish(slot.Message, untilDeadline.Token);
            if (slot.Bare is not null && !sending.IsFaulted)
            {
                slot.Bare.Payload = signal.Action == GateAction.Pass ? Slot.Zero : Slot.One;
                bare = session.Publish(slot.Bare, untilDeadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The deadline passed in these very microseconds; nothing was written.
            untilDeadline.Dispose();
            return SignalOutcome.Expired;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is going down under our hands; the library then throws whatever it stumbles over.
            untilDeadline.Dispose();
            _faults.Report(e.Message);
            return SignalOutcome.NotConnected;
        }
        bool broken = sending.IsFaulted;
        _ = Follow(slot, sending, bare, untilDeadline, session);
        return broken ? SignalOutcome.NotConnected : SignalOutcome.Sent;
    }

    private async Task Follow(
        Slot slot, Task<MqttClientPublishResult> sending, Task<MqttClientPublishResult>? bare, CancellationTokenSource untilDeadline, Session session)
    {
        bool broken = sending.IsFaulted;
        await Follow(sending, session, !broken, untilDeadline.Token).ConfigureAwait(false);
        if (bare is not null)
            await Follow(bare, session, false, untilDeadline.Token).ConfigureAwait(false);
        untilDeadline.Dispose();
        _slots.Push(slot);
    }

    private async Task Follow(Task<MqttClientPublishResult> sending, Session session, bool count, CancellationToken deadline)
    {
        string fault;
        try
        {
            MqttClientPublishResult result = await sending.ConfigureAwait(false);
            if (result.IsSuccess)
                return;
            if (count)
                Interlocked.Increment(ref _refused);
            _faults.Report($"the broker refused it ({result.ReasonCode}). Check its access rules for this topic.");
            return;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // Not even written in all this time, and perhaps written in half: the connection is of no use any more.
            fault = "it could not be written by its deadline; the connection is stalled and will be renewed.";
            session.Abort($"The connection to the broker {options.Address} was given up: a signal could not be written by its deadline.");
        }
        catch (MqttCommunicationTimedOutException)
        {
            fault = "the broker did not acknowledge it by its deadline.";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            fault = $"the connection was lost before the broker acknowledged it ({e.Message}).";
        }
        if (count)
            Interlocked.Increment(ref _unacknowledged);
        _faults.Report(fault);
    }

    private sealed class Slot
    {
        public static readonly ReadOnlySequence<byte> Zero = new("0"u8.ToArray());
        public static readonly ReadOnlySequence<byte> One = new("1"u8.ToArray());

        public Slot(MqttOptions options, StationTopics topics)
        {
            Message = Make(options, topics.Signal);
            Bare = options.BareSignal ? Make(options, topics.BareSignal) : null;
        }

        public SignalPayload Payload { get; } = new();

        public MqttApplicationMessage Message { get; }

        public MqttApplicationMessage? Bare { get; }

        private static MqttApplicationMessage Make(MqttOptions options, string topic) => new()
        {
            Topic = topic,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            MessageExpiryInterval = options.IsMqtt5 ? 1u : 0u,
        };
    }
}
