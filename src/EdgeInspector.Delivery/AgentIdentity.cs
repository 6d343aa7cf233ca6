namespace EdgeInspector.Delivery;

/// <summary>Which agent speaks.</summary>
/// <param name="Agent">Name of this agent: usually the machine's.</param>
/// <param name="Line">The line on which the agent works.</param>
/// <param name="Version">Version of the program.</param>
public sealed record AgentIdentity(string Agent, string Line, string Version)
{
    /// <summary>When the process, and with it every counter, started, by the wall clock. Null where this is not needed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// The data folder, full path: texts that leave the PC name a file below this folder by its place in the folder, which tells as much
    /// and nothing of the PC. Null where this is not needed.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>A text for people other than those at this PC.</summary>
    internal string Outward(string text) => DataFolder is { } folder
        ? text.Replace(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
        : text;
}
