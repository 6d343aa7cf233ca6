namespace EdgeInspector.Fleet;

/// <summary>
/// What a station says of itself on <c>state</c>, as far as the message could be read; null where the station says nothing.
/// </summary>
internal sealed record StationReport(
    string Status,
    IReadOnlyList<ReportedReason> Reasons,
    DateTimeOffset? At,
    DateTimeOffset? StartedAt,
    string? Version,
    string? Agent,
    string? Line,
    string Station,
    ReportedPackage? Package,
    ReportedShadow? Shadow,
    ReportedRefusal? Refused,
    ReportedCounters? Counters);

/// <summary>Something that is wrong.</summary>
internal sealed record ReportedReason(string Component, string Reason);

/// <summary>The model that runs.</summary>
internal sealed record ReportedPackage(string? Name, string? Hash, string? Iteration, string? Provider);

/// <summary>The candidate that runs in the shadow.</summary>
internal sealed record ReportedShadow(string? Name, string? Hash, DateTimeOffset? Since, long Parts, long Of, long Different);

/// <summary>The package that was refused last.</summary>
internal sealed record ReportedRefusal(string? Name, string? Hash, DateTimeOffset? At, string? Reason);

/// <summary>The counters that say how a station is doing, since its process started.</summary>
internal sealed record ReportedCounters(
    long Triggers,
    long Pass,
    long Reject,
    long Review,
    long None,
    long Late,
    long SignalsNotConnected,
    long EventsWaiting,
    long ImagesWaiting)
{
    /// <summary>Share of the parts that passed, 0..1; null before the first part.</summary>
    public double? Yield => Pass + Reject + Review + None is > 0 and var verdicts ? (double)Pass / verdicts : null;
}
