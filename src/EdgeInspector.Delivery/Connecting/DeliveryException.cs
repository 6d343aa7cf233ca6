namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// The broker could not be reached or refused the agent, or a setting of the connection is wrong. The message says what, where and how to
/// mend it.
/// </summary>
public sealed class DeliveryException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when no broker answered: no broker is there, or not yet. False when a broker answered, and refused.</summary>
    internal bool IsAbsence { get; init; }

    /// <summary>True when not even a TCP connection could be opened.</summary>
    internal bool IsUnreachable { get; init; }
}
