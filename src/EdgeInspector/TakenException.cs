namespace EdgeInspector;

/// <summary>Somebody else has what the agent needs, for now: unlike what is refused, a later start may find it free.</summary>
internal sealed class TakenException(string message) : Exception(message);
