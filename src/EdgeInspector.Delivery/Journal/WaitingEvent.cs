namespace EdgeInspector.Delivery.Journal;

/// <summary>An event that waits to be delivered.</summary>
/// <param name="Position">The event's place in the order; grows by each event, across restarts.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Station">The station's name; after a restart it may be a name that the settings no longer know.</param>
/// <param name="Topic">Where the event is published.</param>
/// <param name="Json">The event without its last property (<see cref="Events.EventWriter"/>).</param>
/// <param name="AddedAt">When this process got the event, in ticks of the clock.</param>
/// <param name="HeldBack">True when there was no connection at that time, or an earlier process got it.</param>
internal sealed record WaitingEvent(long Position, Guid Id, string Station, string Topic, byte[] Json, long AddedAt, bool HeldBack);

/// <summary>Events that will never be delivered.</summary>
/// <param name="Station">The station of the events, or null when there are several or nobody knows.</param>
/// <param name="Count">How many events, or null when nobody knows.</param>
/// <param name="First">The id of the first event, or null.</param>
/// <param name="Last">The id of the last event, or null.</param>
/// <param name="Reason">Why, in a sentence.</param>
internal sealed record LostEvents(string? Station, long? Count, Guid? First, Guid? Last, string Reason);
