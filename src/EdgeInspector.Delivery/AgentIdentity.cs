namespace EdgeInspector.Delivery;

/// <summary>Who speaks.</summary>
/// <param name="Agent">Name of this agent: usually the machine's.</param>
/// <param name="Line">The line it works on.</param>
/// <param name="Version">Version of the program.</param>
public sealed record AgentIdentity(string Agent, string Line, string Version)
{
    /// <summary>When the process started, by the wall clock: since when its counters count. Null where nobody asks.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// The data folder, full path: what leaves the PC names files below it by their place there,
    /// which tells as much and nothing of the PC. Null where nobody asks.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>A text for others than this PC's people.</summary>
    internal string Outward(string text) => DataFolder is { } folder
        ? text.Replace(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
        : text;
}
