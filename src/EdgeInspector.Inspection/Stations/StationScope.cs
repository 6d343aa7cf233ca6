using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What everything that belongs to one station shares: camera, inspection, models and link to the broker.</summary>
/// <param name="Name">The station's name in the settings.</param>
/// <param name="Health">Where everything complains of what is wrong at the station.</param>
/// <param name="Counters">Counts what is done at the station.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log of whoever is given this.</param>
public sealed record StationScope(string Name, StationHealth Health, StationCounters Counters, TimeProvider Time, ILogger Log)
{
    /// <summary>The same station with the log of another type.</summary>
    public StationScope With<T>(ILoggerFactory logs) => this with { Log = logs.CreateLogger<T>() };
}
