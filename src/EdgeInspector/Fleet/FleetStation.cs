namespace EdgeInspector.Fleet;

/// <summary>The condition of a station, seen from outside; the conditions that need somebody come first.</summary>
internal enum Condition
{
    /// <summary>The station was expected, and the broker knows nothing of it.</summary>
    Missing,

    /// <summary>The station has stopped, or the broker says that the station's connection is lost.</summary>
    Offline,

    /// <summary>The station calls itself online, but neither a heartbeat nor a new state was heard.</summary>
    Silent,

    /// <summary>The station inspects, or tries to, and says what is wrong.</summary>
    Degraded,

    /// <summary>All is well.</summary>
    Online,
}

/// <summary>The present condition of a station.</summary>
/// <param name="Prefix">The beginning of the station's topics.</param>
/// <param name="Condition">The condition.</param>
/// <param name="HeardAgo">How long ago the station itself was last heard; null: never, only messages that the broker had kept.</param>
/// <param name="Report">What the station said last; null for a missing station.</param>
internal sealed record FleetStation(string Prefix, Condition Condition, TimeSpan? HeardAgo, StationReport? Report)
{
    /// <summary>The name by which a person knows the station.</summary>
    public string Name => Report is { Line: { } line, Station: var station } ? $"{line}/{station}" : Prefix;
}
