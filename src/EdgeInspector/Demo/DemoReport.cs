using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Reporting;

namespace EdgeInspector.Demo;

/// <summary>What a demo run did, as written by <c>--report</c>. <c>received</c> counts what an independent MQTT client saw.</summary>
internal sealed record DemoReport(
    long Triggers,
    VerdictCounts Verdicts,
    TruthCounts Truth,
    SignalCounts Signals,
    EventCounts Events,
    ImageCounts Images,
    LatencyReport LatencyMs)
{
    /// <summary>True when every trigger got its verdict, and every message that was sent arrived.</summary>
    [JsonIgnore]
    public bool IsComplete =>
        Triggers == Verdicts.Pass + Verdicts.Reject + Verdicts.Review + Verdicts.None
        && Verdicts.None == 0
        && Signals.Published == Triggers
        && Signals.Received == Signals.Published
        && Events.Journalled == Triggers
        && Events.Received == Events.Delivered
        && Events.Delivered == Events.Journalled
        && Images.Received == Images.Published
        && Images.Published >= Verdicts.Reject;

    public string ToJson() => JsonSerializer.Serialize(this, DemoReportJson.Default.DemoReport);
}

internal sealed record VerdictCounts(long Pass, long Reject, long Review, long None);

/// <summary>Verdicts compared with the truth of the simulated line; every verdict but <c>pass</c> counts as found defective.</summary>
internal sealed record TruthCounts(long TruePositive, long FalsePositive, long TrueNegative, long FalseNegative);

internal sealed record SignalCounts(long Published, long Received);

internal sealed record EventCounts(long Journalled, long Delivered, long Received);

internal sealed record ImageCounts(long Published, long Received);

internal sealed record LatencyReport(Percentiles TriggerToSignal, Percentiles Inference);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoReportJson : JsonSerializerContext;
