namespace EdgeInspector.Delivery;

/// <summary>Who speaks.</summary>
/// <param name="Agent">Name of this agent: usually the machine's.</param>
/// <param name="Line">The line it works on.</param>
/// <param name="Version">Version of the program.</param>
public sealed record AgentIdentity(string Agent, string Line, string Version)
{
    /// <summary>When the process started, by the wall clock: since when its counters count. Null where nobody asks.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}
