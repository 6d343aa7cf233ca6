namespace EdgeInspector.ModelStore.Storage;

/// <summary>Which package each station runs: the content of <c>active.json</c>.</summary>
public sealed record ActivePackages
{
    /// <summary>The format's version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Entries by the station's name.</summary>
    public Dictionary<string, ActivePackage> Stations { get; init; } = [];

    /// <summary>What this program would not have written, in half a sentence; null: nothing.</summary>
    internal string? Complaint =>
        Version != 1 ? $"it was written by a newer version (format {Version})"
        : Stations is null ? "it has no stations"
        : Stations.FirstOrDefault(station => station.Value is not { IsWhole: true }).Key is { } name
            ? $"what it says of station {name} is damaged"
        : null;
}
