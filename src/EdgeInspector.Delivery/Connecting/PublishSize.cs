using System.Text;
using MQTTnet;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>How large a message becomes as a PUBLISH packet (MQTT 5, section 3.3), to be compared with the limit of the broker.</summary>
internal static class PublishSize
{
    // First byte, length, packet identifier, length of the properties, and the properties that have a fixed size.
    private const int Fixed = 1 + 4 + 2 + 4 + 16;

    /// <summary>Bytes of the packet, at most some tens too many.</summary>
    public static long Of(MqttApplicationMessage message) => Around(message) + message.Payload.Length;

    /// <summary>Bytes of all but the payload.</summary>
    public static long Around(MqttApplicationMessage message) =>
        Fixed + Text(message.Topic) + Text(message.ContentType) + Text(message.ResponseTopic) + 3 + (message.CorrelationData?.Length ?? 0)
        + (message.UserProperties?.Sum(property => 3 + Text(property.Name) + property.ValueBuffer.Length) ?? 0);

    private static int Text(string? text) => 3 + (text is null ? 0 : Encoding.UTF8.GetByteCount(text));
}
