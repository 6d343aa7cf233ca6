namespace EdgeInspector.Fleet;

/// <summary>How a station is, seen from outside; in the order of what needs somebody first.</summary>
internal enum Condition
{
    /// <summary>It was expected, and the broker knows nothing of it.</summary>
    Missing,

    /// <summary>It said good-bye, or the broker says that its connection is lost.</summary>
    Offline,

    /// <summary>It calls itself online, but nothing is heard of it: neither its heart nor a fresh state.</summary>
    Silent,

    /// <summary>It inspects, or tries to, and says what is wrong.</summary>
    Degraded,

    /// <summary>All is well.</summary>
    Online,
}

/// <summary>A station as it is at the moment.</summary>
/// <param name="Prefix">The beginning of its topics.</param>
/// <param name="Condition">How it is.</param>
/// <param name="HeardAgo">How long ago it was last heard itself; null when never, which is so for what the broker had kept.</param>
/// <param name="Report">What it said last; null for one that is missing.</param>
internal sealed record FleetStation(string Prefix, Condition Condition, TimeSpan? HeardAgo, StationReport? Report)
{
    /// <summary>The name a person knows it by.</summary>
    public string Name => Report is { Line: { } line, Station: var station } ? $"{line}/{station}" : Prefix;
}
