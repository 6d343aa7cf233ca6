using EdgeInspector.Delivery.Signals;
using MQTTnet;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>One standing connection, from the broker's welcome to its end; never revived.</summary>
internal sealed class Session(IMqttClient client, MqttClientConnectResult answer, TaskCompletionSource<string> ended, SignalChannel? signals)
{
    /// <summary>Completes with the reason when the connection is gone.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>The lane for signals, on a connection that has one.</summary>
    public SignalChannel? Signals => signals;

    /// <summary>Messages the broker takes without having acknowledged the ones before.</summary>
    public int ReceiveMaximum => answer.ReceiveMaximum is > 0 and var most ? most : ushort.MaxValue;

    /// <summary>The largest packet the broker takes, in bytes.</summary>
    public long MaximumPacketSize => answer.MaximumPacketSize is > 0 and var most ? most : 256L * 1024 * 1024;

    /// <summary>
    /// Publishes. The socket is written on the calling thread if nobody else is writing at the moment; the task then completes with the acknowledgement.
    /// </summary>
    public Task<MqttClientPublishResult> Publish(MqttApplicationMessage message, CancellationToken stop) => client.PublishAsync(message, stop);

    public Task<MqttClientSubscribeResult> Subscribe(MqttClientSubscribeOptions options, CancellationToken stop) => client.SubscribeAsync(options, stop);

    public async Task Ping(TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        await client.PingAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>Tears the connection down without a farewell: the broker will publish the last will.</summary>
    public void Abort(string reason)
    {
        if (ended.TrySetResult(reason))
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
            // Gone already, or too slow: there is nothing left to log out from.
        }
        ended.TrySetResult("the agent stopped");
    }
}
