using System.Text.Json.Serialization;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Delivery.State;

/// <summary>The counters of a station that tell of faults: they stay in a <c>state</c> that is shortened.</summary>
[JsonDerivedType(typeof(StateCounters))]
internal record FaultCounters(
    long Triggers,
    long Pass,
    long Reject,
    long Review,
    long None,
    long Late,
    long SignalsNotConnected,
    long SignalsRefused,
    long EventsWaiting,
    long EventsDropped,
    long EventsRefused,
    long ImagesWaiting,
    long ImagesRefused)
{
    /// <summary>These counters without the ones that a derived record adds.</summary>
    public FaultCounters OnlyThese() => new(this);
}

/// <summary>The counters of a station.</summary>
internal sealed record StateCounters(
    long Triggers,
    long Pass,
    long Reject,
    long Review,
    long None,
    long Frames,
    long FramesSkipped,
    long FramesIdle,
    long SignalsSent,
    long SignalsExpired,
    long SignalsNotConnected,
    long SignalsRefused,
    long SignalsUnacknowledged,
    long EventsPublished,
    long EventsDropped,
    long ImagesPublished,
    long ImagesDropped,
    long Late,
    long Parts,
    long ImagesWaiting,
    long SpoolBytes,
    long EventsWaiting,
    long JournalBytes,
    long EventsRefused,
    long ImagesRefused,
    long AnswersRefused,
    long Challenges)
    : FaultCounters(
        Triggers, Pass, Reject, Review, None, Late, SignalsNotConnected, SignalsRefused, EventsWaiting, EventsDropped, EventsRefused,
        ImagesWaiting, ImagesRefused)
{
    /// <summary>The present counts.</summary>
    public static StateCounters Of(StationCounters station, SignalSender signals, WaitingEvidence waiting) => new(
        station.Triggers,
        station.Pass,
        station.Reject,
        station.Review,
        station.None,
        station.Frames,
        station.FramesSkipped,
        station.FramesIdle,
        station.SignalsSent,
        station.SignalsExpired,
        station.SignalsNotConnected,
        signals.Refused,
        signals.Unacknowledged,
        station.EventsPublished,
        station.EventsDropped,
        station.ImagesPublished,
        station.ImagesDropped,
        station.Late,
        station.Parts,
        waiting.Images,
        waiting.SpoolBytes,
        waiting.Events,
        waiting.JournalBytes,
        station.EventsRefused,
        station.ImagesRefused,
        station.AnswersRefused,
        station.Challenges);
}
