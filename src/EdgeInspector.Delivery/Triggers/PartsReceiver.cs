using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Takes the PLC's count of parts from <c>…/parts</c>. A retained message is refused: it may be days old, and would be taken for the first
/// count.
/// </summary>
internal sealed class PartsReceiver(string topic, Action<long> onParts, TimeProvider time, ILogger log)
{
    private readonly FaultLog _unreadable = new(log, $"Reading a count of parts from {topic}", time);

    /// <summary>Subscribes on a fresh connection. Returns what is wrong, or null.</summary>
    public async Task<string?> Subscribe(Session session, CancellationToken stop) =>
        await Subscription.Make(session, topic, stop).ConfigureAwait(false) is { } refused
            ? $"{refused} Parts can't be reconciled; check the broker's access rules."
            : null;

    /// <summary>Takes one message. Called on the connection's receiving task.</summary>
    public Task Receive(MqttApplicationMessageReceivedEventArgs e)
    {
        MqttApplicationMessage message = e.ApplicationMessage;
        if (message.Topic != topic)
            return Task.CompletedTask;
        if (message.Retain)
            _unreadable.Report(
                "the message was retained, so it may be of another day, and was refused. Publish counts without the retain flag.");
        else if (PartsPayload.TryRead(message.Payload, out long count))
            onParts(count);
        else
            _unreadable.Report("it is neither a number nor {\"count\":number}.");
        return Task.CompletedTask;
    }
}
