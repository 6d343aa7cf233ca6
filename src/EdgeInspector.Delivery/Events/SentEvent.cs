using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using MQTTnet;

namespace EdgeInspector.Delivery.Events;

/// <summary>An event on its way.</summary>
/// <param name="Event">The event.</param>
/// <param name="Bytes">Size of the event's packet.</param>
/// <param name="IsAlone">True: nothing else is sent until the event is acknowledged.</param>
/// <param name="IsStripped">True: the event's picture was left out.</param>
/// <param name="Other">Session of the other connection at the time when the event was sent.</param>
/// <param name="Result">The broker's answer.</param>
internal sealed record SentEvent(
    WaitingEvent Event, long Bytes, bool IsAlone, bool IsStripped, Session? Other, Task<MqttClientPublishResult> Result);

/// <summary>The connection ended while one event alone was on its way.</summary>
/// <param name="Sent">The event.</param>
/// <param name="End">How the connection ended.</param>
internal sealed record CutEvent(SentEvent Sent, SessionEnd End);
