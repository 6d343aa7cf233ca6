using EdgeInspector.Delivery.Signals;
using MQTTnet;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>One standing connection, from the broker's welcome to its end; never revived.</summary>
internal sealed class Session(
    IMqttClient client, MqttClientConnectResult answer, TaskCompletionSource<SessionEnd> ended, SignalChannel? signals, string broker)
{
    // What is being sent since the last acknowledgement.
    private volatile Func<string>? _carries;

    /// <summary>The address of the broker; for a cluster, the address of the node.</summary>
    public string Broker => broker;

    /// <summary>Completes when the connection is gone.</summary>
    public Task<SessionEnd> Ended => ended.Task;

    /// <summary>True once the broker has acknowledged a message: then login and network are in order.</summary>
    public bool HasDelivered { get; private set; }

    /// <summary>
    /// The message that is being sent and is not acknowledged, as in "the event X (9 bytes)"; null: no message could have made the broker
    /// end the connection.
    /// </summary>
    public string? Carries => _carries?.Invoke();

    /// <summary>The lane for signals, on a connection that has one.</summary>
    public SignalChannel? Signals => signals;

    /// <summary>True for MQTT 5, false for 3.1.1.</summary>
    public bool IsVersion5 => client.Options.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500;

    /// <summary>How many messages the broker takes without having acknowledged the messages before.</summary>
    public int ReceiveMaximum => answer.ReceiveMaximum is > 0 and var most ? most : ushort.MaxValue;

    /// <summary>The largest packet the broker takes, in bytes.</summary>
    public long MaximumPacketSize => answer.MaximumPacketSize is > 0 and var most ? most : 256L * 1024 * 1024;

    /// <summary>
    /// Publishes. The socket is written on the calling thread if nobody else is writing at the moment;
    /// the task then completes with the acknowledgement.
    /// </summary>
    public Task<MqttClientPublishResult> Publish(MqttApplicationMessage message, CancellationToken stop) =>
        client.PublishAsync(message, stop);

    /// <summary>Names what is being sent from now on: if the connection ends, that message may be the reason.</summary>
    public void Carry(Func<string> what) => _carries = what;

    /// <summary>Says that the broker has taken what was sent.</summary>
    public void Delivered()
    {
        HasDelivered = true;
        _carries = null;
    }

    public Task<MqttClientSubscribeResult> Subscribe(MqttClientSubscribeOptions options, CancellationToken stop) =>
        client.SubscribeAsync(options, stop);

    public async Task Ping(TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        await client.PingAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>Tears the connection down without a farewell: the broker will publish the last will.</summary>
    public void Abort(string reason)
    {
        if (ended.TrySetResult(new SessionEnd(reason, ByBroker: false, OverMessage: false)))
            client.Dispose();
    }

    /// <summary>Logs out.</summary>
    public async Task Close(CancellationToken limit)
    {
        try
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), limit).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is gone already, or too slow: there is no need to log out.
        }
        ended.TrySetResult(new SessionEnd("the agent stopped", ByBroker: false, OverMessage: false));
    }
}

/// <summary>Why a connection is gone.</summary>
/// <param name="Reason">The reason, in a sentence.</param>
/// <param name="ByBroker">False when the agent itself ended the connection.</param>
/// <param name="OverMessage">True when the broker said that a message was to blame (MQTT 5).</param>
internal sealed record SessionEnd(string Reason, bool ByBroker, bool OverMessage);
