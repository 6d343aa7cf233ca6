using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What all types that belong to one station share: camera, inspection, models and link to the broker.</summary>
/// <param name="Name">The station's name in the settings.</param>
/// <param name="Health">Where complaints about the station go.</param>
/// <param name="Counters">Counts what the station does.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log of the type that is given this scope.</param>
public sealed record StationScope(string Name, StationHealth Health, StationCounters Counters, TimeProvider Time, ILogger Log)
{
    /// <summary>The same station with the log of another type.</summary>
    public StationScope With<T>(ILoggerFactory logs) => this with { Log = logs.CreateLogger<T>() };
}
