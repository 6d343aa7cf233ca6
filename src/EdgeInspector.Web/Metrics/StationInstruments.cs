using System.Diagnostics.Metrics;
using EdgeInspector.Delivery;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Web.Metrics;

/// <summary>
/// What is counted at the stations, read when somebody asks. Names by OpenTelemetry's conventions; each value has the attribute
/// <c>edgeinspector.station</c>.
/// </summary>
internal sealed class StationInstruments
{
    /// <summary>The attribute with the station's name.</summary>
    public const string StationKey = "edgeinspector.station";

    private const string VerdictKey = "edgeinspector.verdict", OutcomeKey = "edgeinspector.outcome", FateKey = "edgeinspector.fate";

    private readonly Meter _meter;
    private readonly IReadOnlyList<HttpStation> _stations;

    public StationInstruments(Meter meter, IReadOnlyList<HttpStation> stations)
    {
        (_meter, _stations) = (meter, stations);
        Parts();
        Camera();
        Evidence();
        Gauge("edgeinspector.station.online", "1", "1 while nothing is wrong at the station, else 0.",
            one => one.Station.Health.IsGood ? 1 : 0);
        Gauge("edgeinspector.station.paused", "1", "1 while the station is paused.", one => one.Station.PausedBecause is null ? 0 : 1);
        Gauge("edgeinspector.broker.connected", "1", "1 while the station's connection to the broker stands.",
            one => one.Link.IsConnected ? 1 : 0);
        meter.CreateObservableGauge("edgeinspector.station.model", Models, "1", "Always 1; the attributes name the model that runs.");
        meter.CreateObservableGauge("edgeinspector.station.complaint", Complaints, "1", "1 for each component that complains.");
    }

    private void Parts()
    {
        Counter("edgeinspector.triggers", "{trigger}", "Triggers accepted.", counters => counters.Triggers);
        Counters("edgeinspector.verdicts", "{part}", "Verdicts; together as many as triggers.", VerdictKey, counters =>
            [("pass", counters.Pass), ("reject", counters.Reject), ("review", counters.Review), ("none", counters.None)]);
        Counters("edgeinspector.signals", "{signal}", "Signals, by what became of them.", OutcomeKey, counters =>
            [("sent", counters.SignalsSent), ("expired", counters.SignalsExpired), ("not_connected", counters.SignalsNotConnected)]);
        Counter("edgeinspector.results.late", "{part}", "Predictions that came after the part's deadline.", counters => counters.Late);
        Counter("edgeinspector.challenges", "{part}", "Challenge parts.", counters => counters.Challenges);
        Of("edgeinspector.signals.refused", "{signal}", "Signals that the broker refused.", one => one.Link.SignalsRefused);
        Of("edgeinspector.signals.unacknowledged", "{signal}", "Signals that the broker did not acknowledge in time.",
            one => one.Link.SignalsUnacknowledged);
    }

    private void Camera() => Counters("edgeinspector.camera.frames", "{frame}", "Frames of the camera, by what became of them.", FateKey,
        counters => [("taken", counters.Frames), ("skipped", counters.FramesSkipped), ("idle", counters.FramesIdle)]);

    private void Evidence()
    {
        Counters("edgeinspector.events", "{event}", "Events, by what became of them.", FateKey, counters =>
            [("published", counters.EventsPublished), ("dropped", counters.EventsDropped), ("refused", counters.EventsRefused)]);
        Counters("edgeinspector.images", "{image}", "Images, by what became of them.", FateKey, counters =>
            [("published", counters.ImagesPublished), ("dropped", counters.ImagesDropped), ("refused", counters.ImagesRefused)]);
        Waiting("edgeinspector.images.waiting", "{image}", "Images that wait for the broker.", waiting => waiting.Images);
        Waiting("edgeinspector.spool.size", "By", "Bytes of the station's images on disk.", waiting => waiting.SpoolBytes);
        // The journal is one for all stations.
        WaitingEvidence any = _stations[0].Waiting;
        _meter.CreateObservableGauge(
            "edgeinspector.events.waiting", () => any.Events, "{event}", "Events of all stations that wait for the broker.");
        _meter.CreateObservableGauge("edgeinspector.journal.size", () => any.JournalBytes, "By", "Bytes of waiting events on disk.");
    }

    private void Counter(string name, string unit, string what, Func<StationCounters, long> read) =>
        Of(name, unit, what, station => read(station.Station.Counters));

    private void Of(string name, string unit, string what, Func<HttpStation, long> read) => _meter.CreateObservableCounter(
        name, () => _stations.Select(station => new Measurement<long>(read(station), Name(station))), unit, what);

    private void Counters(string name, string unit, string what, string key, Func<StationCounters, (string Word, long Count)[]> read) =>
        _meter.CreateObservableCounter(
            name,
            () => _stations.SelectMany(station => read(station.Station.Counters)
                .Select(one => new Measurement<long>(one.Count, Name(station), new(key, one.Word)))),
            unit,
            what);

    private void Gauge(string name, string unit, string what, Func<HttpStation, long> read) => _meter.CreateObservableGauge(
        name, () => _stations.Select(station => new Measurement<long>(read(station), Name(station))), unit, what);

    private void Waiting(string name, string unit, string what, Func<WaitingEvidence, long> read) =>
        Gauge(name, unit, what, station => read(station.Waiting));

    private IEnumerable<Measurement<long>> Models() => _stations.Select(station =>
    {
        ModelIdentity model = station.Packages.Running;
        return new Measurement<long>(
            1, Name(station), new("edgeinspector.model.name", model.Name), new("edgeinspector.model.package", model.Package),
            new("edgeinspector.model.iteration", model.Iteration ?? ""), new("edgeinspector.model.provider", model.Provider));
    });

    private IEnumerable<Measurement<long>> Complaints() => _stations.SelectMany(station => station.Station.Health.Complaints.Keys
        .Select(component => new Measurement<long>(1, Name(station), new("edgeinspector.component", component))));

    private static KeyValuePair<string, object?> Name(HttpStation station) => new(StationKey, station.Name);
}
