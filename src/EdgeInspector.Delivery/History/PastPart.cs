using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.History;

/// <summary>What is remembered of a part: the event without what only evidence needs.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="At">When the part was here, by the wall clock.</param>
/// <param name="Station">The station.</param>
/// <param name="Part">The part's id.</param>
/// <param name="Type">What kind of part; null: the trigger named none.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="Tag">The tag that decided.</param>
/// <param name="Probability">That tag's probability, 0..1.</param>
/// <param name="Rule">The rule that fired, in words.</param>
/// <param name="Action">What the gate was told.</param>
/// <param name="Signal">What became of the signal.</param>
/// <param name="IsChallenge">True for a challenge part, which counts among no others.</param>
/// <param name="TriggerToSignal">From the trigger to the signal.</param>
/// <param name="Package">Hash of the package that ran; null: none did.</param>
/// <param name="Iteration">The trainer's name for it.</param>
/// <param name="Tags">The highest probability of each tag: <c>{"scratch":0.93,"dent":0.02}</c>.</param>
public sealed record PastPart(
    Guid Id,
    DateTimeOffset At,
    string Station,
    string Part,
    string? Type,
    VerdictKind Verdict,
    NoneReason Reason,
    string? Tag,
    double Probability,
    string? Rule,
    GateAction Action,
    SignalOutcome Signal,
    bool IsChallenge,
    TimeSpan TriggerToSignal,
    string? Package,
    string? Iteration,
    string Tags)
{
    // What a model is all but sure is not there says nothing.
    private const float LeastProbability = 0.01f;

    /// <summary>What of a record is remembered; its picture is not needed any more.</summary>
    public static PastPart Of(InspectedPart part) => new(
        part.Id, part.TriggeredAt, part.Station, part.Part, part.Type, part.Verdict.Kind, part.Verdict.Reason, part.Verdict.Tag,
        Math.Round(part.Verdict.Probability, 4), part.Verdict.Rule, part.Action, part.Signal, part.Challenge != Challenge.None,
        part.TriggerToSignal,
        part.Model?.Package, part.Model?.Iteration, Highest(part.Predictions));

    private static string Highest(IReadOnlyList<Prediction> predictions)
    {
        var highest = new Dictionary<string, double>(StringComparer.Ordinal);
        // Highest first, so that the first of a tag is its highest.
        foreach (Prediction one in predictions)
        {
            if (one.Probability >= LeastProbability)
                highest.TryAdd(one.TagName, Math.Round(one.Probability, 4));
        }
        return JsonSerializer.Serialize(highest, HistoryJson.Default.DictionaryStringDouble);
    }
}

[JsonSerializable(typeof(Dictionary<string, double>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
