using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspecting;

/// <summary>What <c>inspect</c> says about one image: either a verdict with its predictions, or an error.</summary>
internal sealed record InspectedImage(
    string Image,
    VerdictKind? Verdict,
    string? Reason,
    IReadOnlyList<PredictedTag> Predictions,
    string? Package,
    string? Iteration,
    double? LatencyMs,
    [property: JsonIgnore] string? Error)
{
    public static InspectedImage Unreadable(string image, string problem) => new(image, null, null, [], null, null, null, problem);

    /// <summary>One line of JSON: the verdict, or the image with its error.</summary>
    public string ToJson() => Error is null
        ? JsonSerializer.Serialize(this, InspectedImageJson.Plain.InspectedImage)
        : JsonSerializer.Serialize(new UnreadableImage(Image, Error), InspectedImageJson.Plain.UnreadableImage);
}

/// <summary>An image that could not be inspected, as JSON spells it.</summary>
internal sealed record UnreadableImage(string Image, string Error);

/// <summary>A prediction as JSON spells it.</summary>
internal sealed record PredictedTag(
    string TagName,
    double Probability,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PredictedBox? BoundingBox,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? MaskArea = null)
{
    public static PredictedTag From(Prediction prediction) => new(
        prediction.TagName,
        Math.Round(prediction.Probability, 6),
        prediction.BoundingBox is { } box ? new PredictedBox(Round(box.Left), Round(box.Top), Round(box.Width), Round(box.Height)) : null,
        prediction.MaskArea is { } area ? Round(area) : null);

    private static double Round(float value) => Math.Round(value, 6);
}

/// <summary>Shares of the image's width and height.</summary>
internal sealed record PredictedBox(double Left, double Top, double Width, double Height);

[JsonSerializable(typeof(InspectedImage))]
[JsonSerializable(typeof(UnreadableImage))]
internal sealed partial class InspectedImageJson : JsonSerializerContext
{
    /// <summary>Names in camel case; umlauts in file names are not escaped.</summary>
    public static InspectedImageJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new LowerCaseVerdict() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Writes verdicts in the lower case of the MQTT payloads.</summary>
internal sealed class LowerCaseVerdict() : JsonStringEnumConverter<VerdictKind>(JsonNamingPolicy.CamelCase);
