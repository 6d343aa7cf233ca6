namespace EdgeInspector.Delivery.Connecting;

/// <summary>The broker could not be reached or refused us, or a setting of the connection is wrong. The message says what, where and how to mend it.</summary>
public sealed class DeliveryException(string message, Exception? inner = null) : Exception(message, inner);
