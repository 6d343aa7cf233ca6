namespace EdgeInspector.Delivery.Fleet;

/// <summary>What a station somewhere said.</summary>
/// <param name="Prefix">The beginning of its topics, without a slash at the end: what it is known by.</param>
/// <param name="IsState">True for its <c>state</c>, false for a beat of its heart.</param>
/// <param name="IsRetained">True when the broker kept it: it may be of any age.</param>
/// <param name="Payload">At most <see cref="FleetListener.MostBytes"/> bytes; null when it was larger.</param>
public sealed record FleetMessage(string Prefix, bool IsState, bool IsRetained, byte[]? Payload);
