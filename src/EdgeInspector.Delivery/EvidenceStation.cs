using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Delivery;

/// <summary>What the delivery of evidence needs to know of a station.</summary>
/// <param name="Topics">Its topics.</param>
/// <param name="Health">Told when evidence can't be delivered.</param>
/// <param name="Counters">Counts events and images.</param>
public sealed record EvidenceStation(StationTopics Topics, StationHealth Health, StationCounters Counters);
