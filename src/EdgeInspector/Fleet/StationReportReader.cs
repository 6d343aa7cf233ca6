using System.Globalization;
using System.Text.Json;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Fleet;

/// <summary>
/// Reads a <c>state</c> that came from outside. Trusts nothing: a value of another type than expected counts as missing, texts are cut and
/// cleaned for the terminal, and a message that is no state of a station gives null.
/// </summary>
internal static class StationReportReader
{
    private const int MostReasons = 20;
    private const int LongestName = 64;
    private const int LongestReason = 300;

    public static StationReport? Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                payload, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            JsonElement state = document.RootElement;
            return state.ValueKind == JsonValueKind.Object && Name(state, "status") is "online" or "degraded" or "offline"
                && Name(state, "station") is { } station
                ? new StationReport(
                    Name(state, "status")!,
                    Reasons(state),
                    Moment(state, "at"),
                    Moment(state, "startedAt"),
                    Name(state, "version"),
                    Name(state, "agent"),
                    Name(state, "line"),
                    station,
                    Block(state, "package") is { } package
                        ? new ReportedPackage(
                            Name(package, "name"), Name(package, "hash"), Name(package, "iteration"), Name(package, "provider"))
                        : null,
                    Block(state, "shadow") is { } shadow
                        ? new ReportedShadow(
                            Name(shadow, "name"), Name(shadow, "hash"), Moment(shadow, "since"),
                            Count(shadow, "parts"), Count(shadow, "of"), Count(shadow, "different"))
                        : null,
                    Block(state, "refused") is { } refused
                        ? new ReportedRefusal(
                            Name(refused, "name"), Name(refused, "hash"), Moment(refused, "at"), Text(refused, "reason", LongestReason))
                        : null,
                    Block(state, "counters") is { } counters ? Counters(counters) : null)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return null;
        }
    }

    private static ReportedCounters Counters(JsonElement counters) => new(
        Count(counters, "triggers"),
        Count(counters, VerdictWords.Pass),
        Count(counters, VerdictWords.Reject),
        Count(counters, VerdictWords.Review),
        Count(counters, VerdictWords.None),
        Count(counters, "late"),
        Count(counters, "signalsNotConnected"),
        Count(counters, "eventsWaiting"),
        Count(counters, "imagesWaiting"));

    private static List<ReportedReason> Reasons(JsonElement state) =>
        state.TryGetProperty("reasons", out JsonElement reasons) && reasons.ValueKind == JsonValueKind.Array
            ? [.. reasons.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object).Take(MostReasons)
                .Select(reason => new ReportedReason(Name(reason, "component") ?? "?", Text(reason, "reason", LongestReason) ?? ""))]
            : [];

    private static JsonElement? Block(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string? Name(JsonElement parent, string name) => Text(parent, name, LongestName);

    private static string? Text(JsonElement parent, string name, int most) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? PrintableText.Of(text, most)
            : null;

    private static DateTimeOffset? Moment(JsonElement parent, string name) =>
        Name(parent, name) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset at)
            ? at
            : null;

    // Below the largest number that all JSON readers know exactly, so that no sum can overflow.
    private static long Count(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long count)
        && count is >= 0 and <= 1L << 53
            ? count
            : 0;
}
