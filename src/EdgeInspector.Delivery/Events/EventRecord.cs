using System.Text.Json.Serialization;

namespace EdgeInspector.Delivery.Events;

/// <summary>
/// What <c>…/event</c> says of a verdict, kind <c>verdict</c>, or on a challenge part, kind <c>challenge</c>;
/// <c>replayed</c> is added when it is published.
/// </summary>
internal sealed record EventRecord(
    string Kind,
    Guid Id,
    string Part,
    string? Type,
    long Seq,
    string Station,
    string Line,
    EventTimes Times,
    string Verdict,
    string? Reason,
    string Action,
    string Signal,
    IReadOnlyList<EventPrediction> Predictions,
    string? Tag,
    float? Probability,
    string? Rule,
    EventPackage? Package,
    string? Provider,
    EventLatencies? LatenciesMs,
    EventLate? Late,
    EventPicture? Picture,
    bool Recovered,
    EventImage? Image,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EventChallenge? Challenge = null);

/// <summary>
/// What is known of a challenge part, <c>bad</c> or <c>good</c>, and whether the gate was told right; null: there was no verdict.
/// </summary>
internal sealed record EventChallenge(string Known, bool? Right);

/// <summary>
/// What the picture measured against the reference: shift in pixels, rotation in degrees, sharpness in grey levels, the other measures as
/// shares of 1.
/// </summary>
internal sealed record EventPicture(
    double Brightness, double Contrast, double Sharpness, double X, double Y, double Rotation, double Different);

/// <summary>What <c>…/event</c> says of a station's reference: kind <c>reference</c>.</summary>
internal sealed record ReferenceEventRecord(
    string Kind,
    Guid Id,
    string Station,
    string Line,
    DateTime At,
    string Change,
    string? Type,
    int? Parts,
    int? LeftOut,
    int? Rejected,
    int? Review,
    string? From,
    string? By,
    string? Why);

/// <summary>What the model said too late.</summary>
internal sealed record EventLate(string Verdict, string? Rule, string? Tag, float Probability, double AfterTriggerMs);

/// <summary>What <c>…/event</c> says of losses: kind <c>eventsLost</c> or <c>imagesLost</c>. First and last are event ids.</summary>
internal sealed record LossRecord(
    string Kind, Guid Id, string? Station, string Line, DateTime At, long? Count, Guid? First, Guid? Last, string Reason);

/// <summary>What <c>…/event</c> says of a message that the broker did not take: kind <c>refused</c>.</summary>
internal sealed record RefusedRecord(
    string Kind,
    Guid Id,
    string Station,
    string Line,
    DateTime At,
    string What,
    Guid Event,
    string Topic,
    long? Bytes,
    string Kept,
    string Reason);

/// <summary>What <c>…/event</c> says of a station's model: kind <c>model</c>.</summary>
internal sealed record ModelRecord(
    string Kind,
    Guid Id,
    string Station,
    string Line,
    DateTime At,
    string Change,
    EventPackage? Package,
    string? Before,
    string From,
    string? By,
    string? Why);

/// <summary>What <c>…/event</c> says of a pause or a threshold that was commanded: kind <c>command</c>.</summary>
internal sealed record CommandRecord(
    string Kind,
    Guid Id,
    string Station,
    string Line,
    DateTime At,
    string Command,
    string? Tag,
    double? Threshold,
    string? By,
    string? Why);

/// <summary>What <c>…/event</c> says of a storm of rejects: kind <c>storm</c>.</summary>
internal sealed record StormRecord(
    string Kind,
    Guid Id,
    string Station,
    string Line,
    DateTime At,
    string Change,
    int InARow,
    int Rejected,
    int Of,
    string Pictures,
    bool Stops,
    string? By,
    string? Why);

/// <summary>When things happened, by the wall clock, in UTC.</summary>
internal sealed record EventTimes(DateTime Trigger, DateTime? Capture, DateTime Verdict);

/// <summary>One prediction.</summary>
internal sealed record EventPrediction(
    string TagName,
    float Probability,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EventBox? BoundingBox,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? MaskArea = null);

/// <summary>Where the thing is, as shares of the frame.</summary>
internal sealed record EventBox(float Left, float Top, float Width, float Height);

/// <summary>The model that ran.</summary>
internal sealed record EventPackage(string? Name, string? Hash, string? Iteration);

/// <summary>Where the time went, in milliseconds.</summary>
internal sealed record EventLatencies(
    double Queue, double Picture, double Preprocess, double Inference, double Decode, double FrameToSignal, double TriggerToSignal);

/// <summary>The picture of the part: where it is published (it follows the event and carries its id), or the picture itself.</summary>
internal sealed record EventImage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Topic,
    string ContentType,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Base64);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventRecord))]
[JsonSerializable(typeof(LossRecord))]
[JsonSerializable(typeof(RefusedRecord))]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(CommandRecord))]
[JsonSerializable(typeof(StormRecord))]
[JsonSerializable(typeof(ReferenceEventRecord))]
internal sealed partial class EventJson : JsonSerializerContext;
