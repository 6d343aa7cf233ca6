using System.Text.Json.Serialization;

namespace EdgeInspector.Delivery.Events;

/// <summary>What <c>…/event</c> says; <c>replayed</c> is added when it is published.</summary>
internal sealed record EventRecord(
    Guid Id,
    string Part,
    long Seq,
    string Station,
    string Line,
    EventTimes Times,
    string Verdict,
    string? Reason,
    string Action,
    string Signal,
    IReadOnlyList<EventPrediction> Predictions,
    string? Rule,
    EventPackage? Package,
    string? Provider,
    EventLatencies LatenciesMs,
    EventImage? Image);

/// <summary>When things happened, by the wall clock, in UTC.</summary>
internal sealed record EventTimes(DateTime Trigger, DateTime? Capture, DateTime Verdict);

/// <summary>One prediction.</summary>
internal sealed record EventPrediction(
    string TagName,
    float Probability,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EventBox? BoundingBox);

/// <summary>Where, as shares of the frame.</summary>
internal sealed record EventBox(float Left, float Top, float Width, float Height);

/// <summary>The model that ran.</summary>
internal sealed record EventPackage(string Name, string Hash, string? Iteration);

/// <summary>Where the time went, in milliseconds.</summary>
internal sealed record EventLatencies(double Preprocess, double Inference, double Decode, double FrameToSignal, double TriggerToSignal);

/// <summary>The picture of the part: where it is published (it follows the event and carries its id), or the picture itself.</summary>
internal sealed record EventImage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Topic,
    string ContentType,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Base64);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventRecord))]
internal sealed partial class EventJson : JsonSerializerContext;
