namespace EdgeInspector.Delivery.Refused;

/// <summary>A message that the broker does not take, set aside so that other messages are not held up.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="What"><c>event</c> or <c>image</c>.</param>
/// <param name="Event">Id of the event; for a picture, of the event to which the picture belongs.</param>
/// <param name="Topic">Where the message was to be published.</param>
/// <param name="Bytes">Size of the message's packet when it was last tried; null when it was not tried.</param>
/// <param name="Kept">Where the message lies, below the data folder.</param>
/// <param name="Reason">Why the message was set aside, in a sentence or two.</param>
internal sealed record RefusedMessage(string Station, string What, Guid Event, string Topic, long? Bytes, string Kept, string Reason)
{
    /// <summary>False for an event that itself tells of a refused message: telling of such events would never end.</summary>
    public bool IsWorthAnEvent { get; init; } = true;
}
