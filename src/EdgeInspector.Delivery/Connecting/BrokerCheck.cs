using System.Diagnostics;
using System.Text;
using EdgeInspector.Foundation.Text;
using MQTTnet;
using MQTTnet.Packets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>The result of a look at the broker.</summary>
/// <param name="IsGood">True when the agent can log in and gets answers.</param>
/// <param name="Message">What was found, or how to mend it; never has secrets.</param>
public sealed record BrokerCheckResult(bool IsGood, string Message);

/// <summary>Looks whether the broker can be used, for <c>doctor</c>.</summary>
public static class BrokerCheck
{
    private const string VersionTopic = "$SYS/broker/version";

    /// <summary>
    /// Looks at each broker of the settings, also at each node of a cluster, one after the other in the order of the settings.
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
    /// Logs in, measures a round trip, asks for the broker's version and to listen to the stations' topics, and logs out. Publishes
    /// nothing, since nobody here knows what a test signal or event would set off. So only the running agent shows whether the broker lets
    /// it write.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<BrokerCheckResult> RunAsync(
        MqttOptions options, IReadOnlyList<string> topics, TimeProvider time, CancellationToken stop)
    {
        var version = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            (IMqttClient client, MqttClientConnectResult answer) = await Connect(options, version, time, stop).ConfigureAwait(false);
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
                return Result(options, answer, deaf, $"{name}, round trip {trip:0.0} ms");
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

    /// <summary>Logs in; the version is told as soon as the broker says it.</summary>
    private static Task<(IMqttClient Client, MqttClientConnectResult Answer)> Connect(
        MqttOptions options, TaskCompletionSource<string> version, TimeProvider time, CancellationToken stop) => ClientFactory.Connect(
            options,
            $"{options.EffectiveClientId}-check-{Random.Shared.Next():x}",
            (fresh, _) => fresh.ApplicationMessageReceivedAsync += e =>
            {
                if (e.ApplicationMessage.Topic == VersionTopic && e.ApplicationMessage.Payload.Length < 256)
                    version.TrySetResult(PrintableText.Of(Encoding.UTF8.GetString(e.ApplicationMessage.Payload), 100));
                return Task.CompletedTask;
            },
            time,
            stop);

    /// <param name="options">The broker.</param>
    /// <param name="answer">The broker's answer to the login.</param>
    /// <param name="deaf">The topic to which the broker does not let the agent listen; null: none.</param>
    /// <param name="more">What else was found, for the end of good news.</param>
    private static BrokerCheckResult Result(MqttOptions options, MqttClientConnectResult answer, string? deaf, string more)
    {
        if (deaf is not null)
            return new(
                false,
                $"The broker {options.Address} lets the agent log in, but not listen to {deaf}. Check the broker's access rules.");
        return answer.RetainAvailable || !options.IsMqtt5
            ? new(true, $"{options.Address}, MQTT {options.Protocol}{more}")
            : new(
                false,
                $"The broker {options.Address} does not allow retained messages, which the agent's state needs. Allow them there.");
    }

    /// <summary>
    /// The first topic to which the broker does not let the agent listen, with the broker's answer; null: none. Some brokers agree to all
    /// topics and pass nothing on.
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
