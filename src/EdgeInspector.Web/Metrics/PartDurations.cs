using System.Diagnostics.Metrics;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Web.Metrics;

/// <summary>
/// Where the time of each part went, as a histogram by stage. Sees a part after its signal, on the station's thread; recording allocates
/// nothing.
/// </summary>
internal sealed class PartDurations : IDisposable
{
    // From the shortest stage to the longest deadline that lines have; 1, 2, 5.
    private static readonly double[] Bounds =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10];

    private readonly Histogram<double> _durations;
    private readonly List<Action> _endings = [];

    public PartDurations(Meter meter, IReadOnlyList<HttpStation> stations)
    {
        _durations = meter.CreateHistogram(
            "edgeinspector.part.duration", "s", "From the trigger to the signal (stage total), and the stages on the way.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
        foreach (HttpStation station in stations)
        {
            var name = new KeyValuePair<string, object?>(StationInstruments.StationKey, station.Name);
            void See(InspectedPart part) => Record(part, name);
            station.Station.Inspected += See;
            _endings.Add(() => station.Station.Inspected -= See);
        }
    }

    public void Dispose() => _endings.ForEach(end => end());

    private void Record(InspectedPart part, KeyValuePair<string, object?> station)
    {
        Record(part.TriggerToSignal, station, "total");
        Record(part.Queued, station, "queue");
        // What was answered without a picture has no further stages.
        if (part.Frame is null || part.Model is null)
            return;
        Record(part.PictureWait, station, "picture");
        Record(part.Timing.Preprocess, station, "preprocess");
        Record(part.Timing.Run, station, "inference");
        Record(part.Timing.Decode, station, "decode");
    }

    private void Record(TimeSpan duration, KeyValuePair<string, object?> station, string stage) =>
        _durations.Record(duration.TotalSeconds, station, new("edgeinspector.stage", stage));
}
