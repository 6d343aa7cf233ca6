using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Whether the agent saw as many parts as the PLC counted.</summary>
public sealed record ReconciliationOptions
{
    /// <summary>Listen on the station's topic <c>parts</c> for the PLC's count of parts, and compare it with the triggers.</summary>
    public bool Enabled { get; init; }

    /// <summary>So many parts more or fewer are no mismatch, since a part may be between the PLC's count and its trigger.</summary>
    [Range(0, 1_000_000)]
    public int Tolerance { get; init; } = 1;

    /// <summary>A mismatch must last so long before it is an alarm.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}
