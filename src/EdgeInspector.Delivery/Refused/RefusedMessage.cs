namespace EdgeInspector.Delivery.Refused;

/// <summary>A message that the broker does not take, and that was set aside so that others are not held up.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="What"><c>event</c> or <c>image</c>.</param>
/// <param name="Event">Id of the event; for a picture, of the event that it belongs to.</param>
/// <param name="Topic">Where it was to be published.</param>
/// <param name="Bytes">Bytes of its packet when it was tried last; null when it was not tried.</param>
/// <param name="Kept">Where it lies, below the data folder.</param>
/// <param name="Reason">Why, in a sentence or two.</param>
internal sealed record RefusedMessage(string Station, string What, Guid Event, string Topic, long? Bytes, string Kept, string Reason)
{
    /// <summary>False for one that itself tells of another: that would never end.</summary>
    public bool IsWorthAnEvent { get; init; } = true;
}
