using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Events;

/// <summary>Makes the message of an event, no larger than the broker takes. Not thread-safe.</summary>
/// <param name="options">The broker.</param>
/// <param name="refused">Knows how often an event was tried.</param>
/// <param name="time">The clock.</param>
internal sealed class EventMessages(MqttOptions options, RefusedFolder refused, TimeProvider time)
{
    // An event of this age is history, even when there was a connection all the time.
    private static readonly TimeSpan News = TimeSpan.FromSeconds(2);

    private readonly HashSet<long> _tried = [];

    /// <summary>What was learnt about the broker's limit.</summary>
    public SizeLimit Limit { get; } = new(time);

    /// <summary>Above which size pictures are left out.</summary>
    public LearnedSize Learned { get; } = new();

    /// <summary>Makes the message.</summary>
    public EventMessage Make(WaitingEvent next, Session session)
    {
        if (MqttText.FaultOf(next.Topic) is { } unfit || next.Topic.AsSpan().ContainsAny('+', '#'))
        {
            string fault = MqttText.FaultOf(next.Topic) ?? "holds a wildcard.";
            return new EventMessage(null, null, false, $"Its topic can't be published to: it {fault}");
        }
        bool replayed = !_tried.Add(next.Position) || next.HeldBack || time.GetElapsedTime(next.AddedAt) > News;
        MqttApplicationMessage message = Message(next, next.Json, replayed);
        long whole = PublishSize.Of(message);
        bool isTooLarge = whole > Math.Min(session.MaximumPacketSize, Learned.Most) || Limit.Refuses(whole);
        bool isStripped = false;
        // The picture is left out first: an event without its picture is still the record.
        if ((isTooLarge || Tries.Shrinkings(refused.Tries(next.Id)) > 0) && EventWriter.WithoutPicture(next.Json) is { } smaller)
        {
            message = Message(next, smaller, replayed);
            isStripped = true;
        }
        long bytes = PublishSize.Of(message);
        if (bytes > session.MaximumPacketSize)
        {
            string most = $"more than the broker takes ({session.MaximumPacketSize}). {RefusedText.Allow}";
            return new EventMessage(null, bytes, isStripped, $"It makes a packet of {bytes} bytes, {most}");
        }
        return new EventMessage(message, bytes, isStripped, Limit.Refuses(bytes) ? TooLarge(bytes) : null);
    }

    /// <summary>Bytes of the whole message.</summary>
    public long SizeOf(WaitingEvent next) => PublishSize.Of(Message(next, next.Json, replayed: true));

    /// <summary>Why an event is set aside whose size is that of events over which the broker ended the connection.</summary>
    public static string TooLarge(long bytes) =>
        $"It makes a packet of {bytes} bytes, and the broker ended the connection over each as large; "
        + $"it took smaller ones. {RefusedText.Allow}";

    /// <summary>Says that an event need not be sent any more.</summary>
    public void Forget(long position) => _tried.Remove(position);

    /// <summary>Says that no event before this one need be sent any more.</summary>
    public void ForgetBefore(long position) => _tried.RemoveWhere(tried => tried < position);

    private MqttApplicationMessage Message(WaitingEvent next, byte[] json, bool replayed) => new()
    {
        Topic = next.Topic,
        PayloadSegment = EventWriter.Finish(json, replayed),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        ContentType = options.IsMqtt5 ? "application/json" : null,
    };
}

/// <summary>The message of an event.</summary>
/// <param name="Message">The message; null: it can't be sent.</param>
/// <param name="Bytes">Size of the message's packet; null: none was made.</param>
/// <param name="IsStripped">True: the event's picture was left out.</param>
/// <param name="Problem">
/// Why the event is to be set aside, in a sentence; null: it is not. If there is a message too, the reason is a guess: the broker has only
/// refused similar events.
/// </param>
internal readonly record struct EventMessage(MqttApplicationMessage? Message, long? Bytes, bool IsStripped, string? Problem);
