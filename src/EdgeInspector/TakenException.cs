namespace EdgeInspector;

/// <summary>Another process uses what the agent needs, for now: unlike after a refusal, a later start may find it free.</summary>
internal sealed class TakenException(string message) : Exception(message);
