using System.Buffers;
using EdgeInspector.Delivery.Connecting;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Fleet;

/// <summary>
/// Listens to <c>state</c> and <c>heartbeat</c> of all stations at a broker, whichever agent runs them, and connects again for ever.
/// Publishes nothing.
/// </summary>
public sealed class FleetListener : IAsyncDisposable
{
    /// <summary>The largest payload that is handed on. A state has about 1,500 bytes.</summary>
    public const int MostBytes = 64 * 1024;

    private const string State = "/state";
    private const string Heartbeat = "/heartbeat";

    private readonly BrokerConnection _connection;
    private readonly string _filter;
    private readonly Action<FleetMessage> _heard;
    private readonly Action<string?> _connected;

    /// <summary>Prepares the listener; <see cref="Start"/> connects.</summary>
    /// <param name="options">The broker; every placeholder in its topic prefix stands for any level.</param>
    /// <param name="heard">Takes a message, in order, on the connection's receiving task; must not block.</param>
    /// <param name="connected">
    /// Told null when the broker has taken the subscriptions, and a sentence when it did not, or when the connection is lost.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DeliveryException">No topic could match the prefix.</exception>
    public FleetListener(MqttOptions options, Action<FleetMessage> heard, Action<string?> connected, TimeProvider time)
    {
        (_filter, _heard, _connected) = (TopicTemplate.Filter(options.TopicPrefix), heard, connected);
        _connection = new BrokerConnection(
            options, $"{options.EffectiveClientId}-fleet-{Random.Shared.Next():x}", time, NullLogger.Instance)
        {
            Prepare = (client, _) => client.ApplicationMessageReceivedAsync += Receive,
            Established = Subscribe,
            Lost = (_, reason) => connected(reason),
        };
    }

    /// <summary>Begins to connect; does not wait for the connection.</summary>
    public void Start() => _connection.Start();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _connection.StopAsync(limit.Token).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    // With quality 0 the broker keeps no queue for the listener; a full queue would cut off the states of a large fleet. Messages that a
    // connection loses come again with the next connection.
    private async Task Subscribe(Session session, CancellationToken stop)
    {
        var wanted = new MqttClientSubscribeOptions
        {
            TopicFilters =
            [
                new MqttTopicFilter { Topic = _filter + State, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtMostOnce },
                new MqttTopicFilter { Topic = _filter + Heartbeat, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtMostOnce },
            ],
        };
        MqttClientSubscribeResult result = await session.Subscribe(wanted, stop).ConfigureAwait(false);
        MqttClientSubscribeResultItem? refused = result.Items.FirstOrDefault(
            item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2);
        _connected(
            refused is null
                ? null
                : $"The broker refused the subscription to {refused.TopicFilter.Topic} ({refused.ResultCode}). "
                    + "Check its access rules for this user.");
    }

    private Task Receive(MqttApplicationMessageReceivedEventArgs e)
    {
        MqttApplicationMessage message = e.ApplicationMessage;
        bool isState = message.Topic.EndsWith(State, StringComparison.Ordinal);
        if (!isState && !message.Topic.EndsWith(Heartbeat, StringComparison.Ordinal))
            return Task.CompletedTask;
        _heard(new FleetMessage(
            message.Topic[..^(isState ? State : Heartbeat).Length],
            isState,
            message.Retain,
            message.Payload.Length > MostBytes ? null : message.Payload.ToArray()));
        return Task.CompletedTask;
    }
}
