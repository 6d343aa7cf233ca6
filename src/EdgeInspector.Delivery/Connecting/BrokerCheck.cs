using System.Diagnostics;
using System.Text;
using EdgeInspector.Foundation.Text;
using MQTTnet;
using MQTTnet.Packets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>What a look at the broker gave.</summary>
/// <param name="IsGood">True when the agent can log in and gets answers.</param>
/// <param name="Message">What was found, or how to mend it; never carries secrets.</param>
public sealed record BrokerCheckResult(bool IsGood, string Message);

/// <summary>Looks whether the broker can be used, for <c>doctor</c>.</summary>
public static class BrokerCheck
{
    private const string VersionTopic = "$SYS/broker/version";

    /// <summary>
    /// Looks at each broker of the settings, at the nodes of a cluster one after the other, in the order of the settings.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<IReadOnlyList<BrokerCheckResult>> RunAllAsync(
        MqttOptions options, IReadOnlyList<string> topics, TimeProvider time, CancellationToken stop)
    {
        var results = new List<BrokerCheckResult>();
        foreach (MqttOptions node in options.Nodes)
            results.Add(await RunAsync(node, topics, time, stop).ConfigureAwait(false));
        return results;
    }

    /// <summary>The topics that stations listen to.</summary>
    public static IReadOnlyList<string> Heard(IEnumerable<StationTopics> stations) =>
        [.. stations.SelectMany(topics => new[] { topics.Trigger, topics.Command + "/+" })];

    /// <summary>
    /// Logs in, measures a round trip, asks for the broker's version and to listen to the stations' topics, and leaves. Publishes nothing:
    /// what a signal or an event for a try would set off, nobody here knows. So whether the broker lets the agent write shows when it runs.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<BrokerCheckResult> RunAsync(
        MqttOptions options, IReadOnlyList<string> topics, TimeProvider time, CancellationToken stop)
    {
        var version = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            (IMqttClient client, MqttClientConnectResult answer) = await ClientFactory.Connect(
                options,
                $"{options.EffectiveClientId}-check-{Random.Shared.Next():x}",
                (fresh, _) => fresh.ApplicationMessageReceivedAsync += e =>
                {
                    if (e.ApplicationMessage.Topic == VersionTopic && e.ApplicationMessage.Payload.Length < 256)
                        version.TrySetResult(PrintableText.Of(Encoding.UTF8.GetString(e.ApplicationMessage.Payload), 100));
                    return Task.CompletedTask;
                },
                time,
                stop).ConfigureAwait(false);
            using (client)
            {
                using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
                long began = Stopwatch.GetTimestamp();
                await client.PingAsync(either.Token).ConfigureAwait(false);
                double trip = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                string name = await Version(client, version.Task, time, either.Token).ConfigureAwait(false);
                string? deaf = await Refused(client, topics, either.Token).ConfigureAwait(false);
                await client.DisconnectAsync(new MqttClientDisconnectOptions(), either.Token).ConfigureAwait(false);
                if (deaf is not null)
                    return new(
                        false,
                        $"The broker {options.Address} lets the agent log in, but not listen to {deaf}. Check the broker's access rules.");
                return answer.RetainAvailable || !options.IsMqtt5
                    ? new(true, $"{options.Address}, MQTT {options.Protocol}{name}, round trip {trip:0.0} ms")
                    : new(
                        false,
                        $"The broker {options.Address} does not allow retained messages, which the agent's state needs. Allow them there.");
            }
        }
        catch (DeliveryException e)
        {
            return new(false, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            return new(false, ConnectFault.Explain(e, options, null));
        }
    }

    /// <summary>
    /// The first topic that the broker does not let us listen to, with its answer; null: there is none.
    /// Some brokers agree to all and pass nothing on.
    /// </summary>
    private static async Task<string?> Refused(IMqttClient client, IReadOnlyList<string> topics, CancellationToken stop)
    {
        foreach (string topic in topics)
        {
            var options = new MqttClientSubscribeOptions { TopicFilters = [new MqttTopicFilter { Topic = topic }] };
            MqttClientSubscribeResultCode code =
                (await client.SubscribeAsync(options, stop).ConfigureAwait(false)).Items.First().ResultCode;
            if (code > MqttClientSubscribeResultCode.GrantedQoS2)
                return $"{topic} ({code})";
        }
        return null;
    }

    /// <summary>Many brokers tell their version on a topic of their own; some forbid it or have none.</summary>
    private static async Task<string> Version(IMqttClient client, Task<string> version, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await client.SubscribeAsync(
                new MqttClientSubscribeOptions { TopicFilters = [new MqttTopicFilter { Topic = VersionTopic }] },
                stop).ConfigureAwait(false);
            return $", {await version.WaitAsync(TimeSpan.FromMilliseconds(500), time, stop).ConfigureAwait(false)}";
        }
        catch (Exception e) when (e is not OutOfMemoryException && client.IsConnected)
        {
            return "";
        }
    }
}
