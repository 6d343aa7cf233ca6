namespace EdgeInspector.Delivery.Fleet;

/// <summary>A message of any station.</summary>
/// <param name="Prefix">The beginning of the station's topics, without a slash at the end, by which the station is known.</param>
/// <param name="IsState">True for the station's <c>state</c>, false for its <c>heartbeat</c>.</param>
/// <param name="IsRetained">True when the broker kept the message, which may then be of any age.</param>
/// <param name="Payload">At most <see cref="FleetListener.MostBytes"/> bytes; null when the payload was larger.</param>
public sealed record FleetMessage(string Prefix, bool IsState, bool IsRetained, byte[]? Payload);
