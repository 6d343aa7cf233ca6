using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Delivery;

/// <summary>What the delivery of evidence needs to know of a station.</summary>
/// <param name="Topics">The station's topics.</param>
/// <param name="Health">Told when evidence can't be delivered.</param>
/// <param name="Counters">Counts events and images.</param>
/// <param name="Ring">The station's newest frames, made small; null where the settings keep no frames around a part.</param>
public sealed record EvidenceStation(StationTopics Topics, StationHealth Health, StationCounters Counters, FrameRing? Ring = null)
{
    /// <summary>How much of the station's evidence waits; kept up to date by the delivery.</summary>
    public WaitingEvidence Waiting { get; } = new();
}
