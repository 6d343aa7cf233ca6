namespace EdgeInspector.Fleet;

/// <summary>How many stations are in each condition.</summary>
internal sealed record FleetSummary(int Online, int Degraded, int Silent, int Offline, int Missing)
{
    public static FleetSummary Of(IReadOnlyList<FleetStation> stations)
    {
        int Count(Condition condition) => stations.Count(station => station.Condition == condition);
        return new FleetSummary(
            Count(Condition.Online),
            Count(Condition.Degraded),
            Count(Condition.Silent),
            Count(Condition.Offline),
            Count(Condition.Missing));
    }

    /// <summary>The exit code of the process: the worst condition decides. A fleet without stations is not healthy.</summary>
    public int ExitCode => Offline + Silent + Missing > 0 || Online + Degraded == 0 ? EdgeInspector.ExitCode.Offline
        : Degraded > 0 ? EdgeInspector.ExitCode.Degraded
        : EdgeInspector.ExitCode.Done;

    public override string ToString()
    {
        var parts = new List<string> { $"{Online} online" };
        foreach ((int count, string word) in new[]
        {
            (Degraded, "degraded"),
            (Silent, "silent"),
            (Offline, "offline"),
            (Missing, "missing"),
        })
        {
            if (count > 0)
                parts.Add($"{count} {word}");
        }
        return string.Join(", ", parts);
    }
}
