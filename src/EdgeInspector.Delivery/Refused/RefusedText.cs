using EdgeInspector.Delivery.Journal;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Refused;

/// <summary>The text beside an event that was set aside: what happened, and what to do.</summary>
internal static class RefusedText
{
    /// <summary>What to do about an event that is too large.</summary>
    public const string Allow = "Allow larger messages at the broker (mosquitto: max_packet_size).";

    /// <summary>Writes the text.</summary>
    /// <param name="one">The event.</param>
    /// <param name="bytes">Size of the event's packet; null: the event was not sent.</param>
    /// <param name="largestTaken">The largest event that the broker took lately, in bytes; 0: not known.</param>
    /// <param name="reason">Why the event was set aside, in sentences.</param>
    public static string Of(WaitingEvent one, long? bytes, long largestTaken, string reason)
    {
        string topic = PrintableText.Of(one.Topic);
        if (bytes is null)
            return $"{reason}\nTopic: {topic}";
        string taken = largestTaken > 0 && largestTaken < bytes ? $" It took events of up to {largestTaken} bytes on its topics." : "";
        return $"""
            {reason}
            Size: a packet of about {bytes} bytes, without a picture. Topic: {topic}
            If the broker takes no message as large: {Allow}{taken}
            If it takes larger ones, its log says what it has against this one: a rule for the topic, or for what is in the message.
            To publish the event once more: mosquitto_pub -h BROKER -q 1 -t '{topic}' -f {one.Id}.json
            """;
    }
}
