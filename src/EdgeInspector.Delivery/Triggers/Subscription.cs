using EdgeInspector.Delivery.Connecting;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>Subscribes to one topic with QoS 1.</summary>
internal static class Subscription
{
    /// <summary>Gives what is wrong, as a sentence, or null.</summary>
    public static async Task<string?> Make(Session session, string topic, CancellationToken stop)
    {
        var options = new MqttClientSubscribeOptions
        {
            TopicFilters = [new MqttTopicFilter { Topic = topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }],
        };
        MqttClientSubscribeResult result = await session.Subscribe(options, stop).ConfigureAwait(false);
        MqttClientSubscribeResultCode code = result.Items.First().ResultCode;
        return code <= MqttClientSubscribeResultCode.GrantedQoS2 ? null : $"The broker refused the subscription to {topic} ({code}).";
    }
}
