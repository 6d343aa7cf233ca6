using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Web.CustomVision;

namespace EdgeInspector.Web.Describing;

/// <summary>What a caller may write at the places of a path, so that an example can be run as it stands.</summary>
/// <param name="stations">All stations.</param>
/// <param name="names">By which names callers know them.</param>
internal sealed class ExampleNames(IReadOnlyList<HttpStation> stations, PredictionStations names)
{
    /// <summary>For those to whom stations are nobody's business: words to put one's own in for.</summary>
    public static IReadOnlyDictionary<string, string> Withheld { get; } = new Dictionary<string, string>
    {
        ["version"] = "v3.0",
        ["project"] = "PROJECT",
        ["kind"] = "classify",
        ["iteration"] = "ITERATION",
        ["name"] = "STATION",
    };

    /// <summary>The names of the first station, with the kind of the model that it runs now.</summary>
    public IReadOnlyDictionary<string, string> Now()
    {
        if (stations.Count == 0)
            return Withheld;
        HttpStation station = stations[0];
        return new Dictionary<string, string>
        {
            ["version"] = "v3.0",
            ["project"] = names.ProjectOf(station),
            ["kind"] = station.Packages.Running.Kind == ModelKind.Detector ? "detect" : "classify",
            ["iteration"] = names.IterationOf(station),
            ["name"] = (stations.FirstOrDefault(one => one.TakesTriggers) ?? station).Name,
        };
    }
}
