using System.Text.Json;

namespace EdgeInspector.Delivery.Audit;

/// <summary>Which entries somebody wants to see; null: no limit of this kind.</summary>
/// <param name="Since">Only entries of this time or later.</param>
/// <param name="Until">Only entries before this time.</param>
/// <param name="Part">The part's id.</param>
/// <param name="Station">The station's name.</param>
public sealed record AuditFilter(DateTimeOffset? Since, DateTimeOffset? Until, string? Part, string? Station)
{
    private readonly string? _since = Since is { } since ? AuditEntry.Stamp(since) : null;
    private readonly string? _until = Until is { } until ? AuditEntry.Stamp(until) : null;

    /// <summary>True for a whole line that is wanted.</summary>
    public bool Takes(ReadOnlySpan<byte> line)
    {
        bool hasPart = Part is null, hasStation = Station is null, isInTime = _since is null && _until is null;
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !(hasPart && hasStation && isInTime))
        {
            bool isTime = !isInTime && reader.ValueTextEquals("at"u8);
            bool isPart = reader.ValueTextEquals("part"u8), isStation = reader.ValueTextEquals("station"u8);
            reader.Read();
            if (isTime && !(isInTime = IsInTime(reader.GetString()!)))
                return false;
            if (isPart && Part is not null && !(hasPart = reader.ValueTextEquals(Part)))
                return false;
            if (isStation && Station is not null && !(hasStation = reader.ValueTextEquals(Station)))
                return false;
        }
        return hasPart && hasStation && isInTime;
    }

    // The times have one width and one zone, so they compare as texts.
    private bool IsInTime(string at) =>
        (_since is null || string.CompareOrdinal(at, _since) >= 0) && (_until is null || string.CompareOrdinal(at, _until) < 0);
}
