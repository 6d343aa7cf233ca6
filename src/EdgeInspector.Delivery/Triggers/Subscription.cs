using EdgeInspector.Delivery.Connecting;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Subscribes to one topic with QoS 1. With MQTT 5 the broker is asked to say of each message whether it was published with the retain flag
/// (Retain As Published, MQTT 5, section 3.8.3.1): otherwise the broker says so only of messages that it kept from before. MQTT 3.1.1 can't
/// ask for that.
/// </summary>
internal static class Subscription
{
    /// <summary>Returns what is wrong, as a sentence, or null.</summary>
    public static async Task<string?> Make(Session session, string topic, CancellationToken stop)
    {
        var options = new MqttClientSubscribeOptions
        {
            TopicFilters =
            [
                new MqttTopicFilter
                {
                    Topic = topic,
                    QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                    RetainAsPublished = session.IsVersion5,
                },
            ],
        };
        MqttClientSubscribeResult result;
        try
        {
            result = await session.Subscribe(options, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            return $"The broker did not answer the subscription to {topic} ({e.Message}).";
        }
        MqttClientSubscribeResultCode code = result.Items.First().ResultCode;
        return code <= MqttClientSubscribeResultCode.GrantedQoS2 ? null : $"The broker refused the subscription to {topic} ({code}).";
    }
}
