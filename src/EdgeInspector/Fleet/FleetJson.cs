using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeInspector.Fleet;

/// <summary>The fleet as one JSON object, for programs.</summary>
internal static class FleetJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // The JSON is for terminals and Prometheus, not for web pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(IReadOnlyList<FleetStation> stations, long strangers, DateTimeOffset at) => JsonSerializer.Serialize(
        new
        {
            at,
            summary = FleetSummary.Of(stations),
            notUnderstood = strangers,
            stations = stations.Select(station => new
            {
                topic = station.Prefix,
                name = station.Name,
                condition = station.Condition,
                heardSecondsAgo = station.HeardAgo is { } ago ? Math.Round(ago.TotalSeconds, 1) : (double?)null,
                report = station.Report,
            }),
        },
        Options);
}
