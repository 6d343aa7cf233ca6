using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>The small JSON file beside a part's pictures: what they show, and whether the broker has them.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Station">The station's name.</param>
/// <param name="Part">The part's id as the line calls it.</param>
/// <param name="At">When the part was here, in UTC.</param>
/// <param name="Verdict"><c>pass</c>, <c>reject</c>, <c>review</c> or <c>none</c>.</param>
/// <param name="Rule">The rule that fired, or null.</param>
/// <param name="Tag">The tag that decided, or null.</param>
/// <param name="Probability">That tag's probability, 0..1.</param>
/// <param name="Topic">Where the picture is published.</param>
/// <param name="Original">File name of the picture as the camera gave it, or null.</param>
/// <param name="Annotated">File name of the picture with the defects marked.</param>
/// <param name="Bytes">Bytes of the pictures together.</param>
/// <param name="Delivered">When the broker acknowledged the picture, in UTC; null until then.</param>
/// <param name="Tries">Tries that the broker did not take, in points (<see cref="Refused.Tries"/>).</param>
/// <param name="SetAside">When publishing the picture was given up, in UTC; null: publishing was not given up.</param>
/// <param name="Event">The part's event, for whoever looks at the picture later; the agent itself does not read it.</param>
internal sealed record Sidecar(
    [property: JsonRequired] Guid Id,
    [property: JsonRequired] string Station,
    [property: JsonRequired] string Part,
    [property: JsonRequired] DateTime At,
    [property: JsonRequired] string Verdict,
    string? Rule,
    string? Tag,
    float Probability,
    [property: JsonRequired] string Topic,
    string? Original,
    [property: JsonRequired] string Annotated,
    [property: JsonRequired] long Bytes,
    DateTime? Delivered,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Tries = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] DateTime? SetAside = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonElement? Event = null)
{
    /// <summary>The largest sidecar that is read, in bytes; those of the agent have about 600.</summary>
    public const int MostBytes = 64 * 1024;

    // Indented, an event takes up to three times as many bytes.
    private const int MostEventBytes = 16 * 1024;

    private const int MostTopicBytes = 60_000;

    /// <summary>The verdict as the domain's type; null when the word names none.</summary>
    [JsonIgnore]
    public VerdictKind? Kind => VerdictWords.Kind(Verdict);

    /// <summary>
    /// An event to be kept in a sidecar; null where it is so large, with hundreds of boxes, that the sidecar could not be read again.
    /// </summary>
    /// <param name="json">The event.</param>
    public static JsonElement? EventOf(ReadOnlySpan<byte> json)
    {
        if (json.Length > MostEventBytes)
            return null;
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, SidecarJson.Readable.Sidecar);

    /// <summary>
    /// Reads a sidecar; null when the sidecar is broken or not the agent's. The file may have come from anywhere: the names in it must be
    /// those of files beside it that belong to the same part, because they will be read and deleted; its topic must be one that can be
    /// published to.
    /// </summary>
    /// <param name="json">The content.</param>
    /// <param name="name">The sidecar's name without its ending.</param>
    public static Sidecar? Read(ReadOnlySpan<byte> json, string name)
    {
        Sidecar? read;
        try
        {
            read = JsonSerializer.Deserialize(json, SidecarJson.Readable.Sidecar);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return null;
        }
        return read is not null && read.IsSound(name) ? read : null;
    }

    // Checks what the serializer read: a JSON null may stand where the types allow none.
    private bool IsSound(string name) =>
        Id != Guid.Empty && SpoolNames.IdOf(name) == Id && Station is { Length: > 0 } && Part is not null && Kind is not null
        && Bytes is >= 0 and <= 1L << 40 && float.IsFinite(Probability) && At.Kind == DateTimeKind.Utc
        && Topic is { Length: > 0 } && Topic.AsSpan().IndexOfAny("+#") < 0 && MqttText.FaultOf(Topic) is null && Tries >= 0
        && Encoding.UTF8.GetByteCount(Topic) <= MostTopicBytes
        && IsPicture(Annotated, name, SpoolNames.Annotated) && (Original is null || IsPicture(Original, name, SpoolNames.Original));

    private static bool IsPicture(string? file, string name, string kind) => file == name + kind + ".jpg" || file == name + kind + ".png";
}

[JsonSerializable(typeof(Sidecar))]
internal sealed partial class SidecarJson : JsonSerializerContext
{
    /// <summary>Written for people as well: indented, and "≥" is not escaped.</summary>
    public static SidecarJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 8,
        AllowDuplicateProperties = false,
    });
}
