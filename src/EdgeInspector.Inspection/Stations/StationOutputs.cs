using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Where the answers of a station go.</summary>
/// <param name="Signaller">Takes signals.</param>
/// <param name="Records">Takes records, after the signal.</param>
public readonly record struct StationOutputs(ISignaller Signaller, IInspectedPartSink Records);
