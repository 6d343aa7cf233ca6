using System.Buffers;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Turns messages on <c>…/trigger</c> into triggers. Whatever a message says, it means that a part is here: a message that can't be read
/// becomes a trigger with an id made up here. Only two kinds of message are no triggers: a retained message, whose part was here long ago,
/// and a message that the broker repeats.
/// </summary>
/// <remarks>
/// A repeated message (DUP flag, QoS 1) is ambiguous: the first copy may or may not have arrived.
/// Every connection has a clean session, so a broker can only repeat within one connection, where TCP has already delivered the first copy,
/// unless the broker itself never sent it. So: DUP with a packet id whose last message on this connection had the same payload is the same
/// trigger and is dropped; any other message with DUP is a part that was not seen yet.
/// </remarks>
internal sealed class TriggerReceiver(string topic, Func<string, long, string?, bool> onTrigger, TimeProvider time, ILogger log)
{
    private readonly FaultLog _unreadable = new(log, $"Reading a part id from {topic}", time);
    private readonly FaultLog _retained = new(log, $"A trigger on {topic}", time);
    private readonly FaultLog _rejected = new(log, $"Handling a trigger on {topic}", time);

    // Hashes of the payloads of the present connection, by packet id. Not the payloads themselves, since a busy line uses all 65,535 ids in
    // an hour. Used only by the receiving task of that connection.
    private Dictionary<ushort, int> _received = [];

    /// <summary>Subscribes on a fresh connection. Returns what is wrong, or null.</summary>
    public async Task<string?> Subscribe(Session session, CancellationToken stop) =>
        await Subscription.Make(session, topic, stop).ConfigureAwait(false) is { } refused
            ? $"{refused} No trigger arrives; check the broker's access rules."
            : null;

    /// <summary>Forgets the packet ids of the connection before. Called before a client connects.</summary>
    public void Reset() => _received = [];

    /// <summary>Takes one message. Called on the connection's receiving task.</summary>
    public Task Receive(MqttApplicationMessageReceivedEventArgs e)
    {
        long receivedAt = time.GetTimestamp();
        MqttApplicationMessage message = e.ApplicationMessage;
        if (message.Topic != topic)
            return Task.CompletedTask;
        if (message.Retain)
        {
            _retained.Report("the message was retained, so it may speak of a part of long ago, and was refused. "
                + "Publish triggers without the retain flag, and clear this one with an empty retained message.");
            return Task.CompletedTask;
        }
        if (IsRepeated(e.PacketIdentifier, message))
            return Task.CompletedTask;
        if (!TriggerPayload.TryRead(message.Payload, out string? part, out string? type, out string? wrong))
            part = $"unnamed-{WallTime.NewId(time.GetUtcNow()):N}";
        if (wrong is not null)
            _unreadable.Report($"{wrong}. The part is inspected as {part}.");
        try
        {
            // A station that is stopping does not take this part, so the message stays unacknowledged.
            e.AutoAcknowledge = onTrigger(part, receivedAt, type);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _rejected.Report(failure.Message);
        }
        return Task.CompletedTask;
    }

    private bool IsRepeated(ushort packet, MqttApplicationMessage message)
    {
        if (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
            return false;
        Span<byte> start = stackalloc byte[(int)Math.Min(message.Payload.Length, TriggerPayload.MostBytes)];
        message.Payload.Slice(0, start.Length).CopyTo(start);
        var hash = new HashCode();
        hash.AddBytes(start);
        int payload = hash.ToHashCode();
        if (message.Dup && _received.TryGetValue(packet, out int before) && payload == before)
            return true;
        _received[packet] = payload;
        return false;
    }
}
