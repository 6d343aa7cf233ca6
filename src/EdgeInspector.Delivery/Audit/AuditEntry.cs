using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Audit;

/// <summary>One thing that happened, as it stands in the audit log; a field that does not apply is null and left out.</summary>
/// <param name="Kind">
/// <c>verdict</c>, <c>model</c>, <c>command</c>, <c>rules</c>, <c>challenge</c>, <c>storm</c>, <c>reference</c>, <c>agent</c>; of the log
/// itself <c>file</c>, <c>key</c>, <c>lost</c>, <c>torn</c>, <c>removed</c>. Callers may bring other kinds, such as <c>login</c>.
/// </param>
/// <param name="At">When the thing happened, by the wall clock.</param>
public sealed record AuditEntry(string Kind, DateTimeOffset At)
{
    /// <summary>The kind of an entry that tells of a verdict.</summary>
    public const string Verdict = "verdict";

    /// <summary>The station; null: the agent as a whole.</summary>
    public string? Station { get; init; }

    /// <summary>The part's id.</summary>
    public string? Part { get; init; }

    /// <summary>The type of part that a reference is for; null: parts whose trigger names none.</summary>
    public string? Type { get; init; }

    /// <summary>The trigger's number.</summary>
    public long? Seq { get; init; }

    /// <summary>The event's id.</summary>
    public Guid? Id { get; init; }

    /// <summary>What is known of a challenge part: <c>bad</c> or <c>good</c>.</summary>
    public string? Known { get; init; }

    /// <summary>Whether the gate was told right about the challenge part; null: there was no verdict.</summary>
    public bool? Right { get; init; }

    /// <summary>What happened: the verdict, the change, the command.</summary>
    public string? What { get; init; }

    /// <summary>Why there was no verdict.</summary>
    public string? Reason { get; init; }

    /// <summary>What the gate was told to do.</summary>
    public string? Action { get; init; }

    /// <summary>What became of the signal.</summary>
    public string? Signal { get; init; }

    /// <summary>The tag that decided, or whose threshold changed.</summary>
    public string? Tag { get; init; }

    /// <summary>Probability of the tag, 0..1.</summary>
    public float? Probability { get; init; }

    /// <summary>The threshold that holds from now on, 0..1.</summary>
    public double? Threshold { get; init; }

    /// <summary>The rule that fired, or the rules in force.</summary>
    public string? Rule { get; init; }

    /// <summary>Hash of the package.</summary>
    public string? Package { get; init; }

    /// <summary>Name of the package.</summary>
    public string? Name { get; init; }

    /// <summary>The trainer's name for the package.</summary>
    public string? Iteration { get; init; }

    /// <summary>Hash of the package before, or of the last entry that was removed; for <c>key</c> the id of the key before.</summary>
    public string? Before { get; init; }

    /// <summary>By what way the change came.</summary>
    public string? From { get; init; }

    /// <summary>Who made the change, in the person's own words.</summary>
    public string? By { get; init; }

    /// <summary>Why the change was made, in a sentence.</summary>
    public string? Why { get; init; }

    /// <summary>A number, such as that of the lost entries.</summary>
    public long? Count { get; init; }

    /// <summary>
    /// True when the agent that inspected the part was killed, and the next agent wrote the entry. Then the log may hold the same id twice.
    /// </summary>
    public bool? Recovered { get; init; }

    /// <summary>Something happened to a station's model.</summary>
    public static AuditEntry Of(ModelNews news) => new("model", news.At)
    {
        Station = news.Station,
        What = news.Change,
        Package = news.Package,
        Name = news.Name,
        Iteration = news.Iteration,
        Before = news.Before,
        From = news.From,
        By = news.By,
        Why = news.Why,
    };

    /// <summary>Something happened to a station's challenge parts; verdicts on them are entries of their own.</summary>
    public static AuditEntry Of(ChallengeNews news, string station) => new("challenge", news.At)
    {
        Station = station,
        What = news.What,
        Part = news.Part,
        Known = EventWriter.Word(news.Known),
        By = news.By,
        Why = news.Why,
    };

    /// <summary>A storm of rejects began or ended.</summary>
    public static AuditEntry Of(StormNews news, string station) => new("storm", news.At)
    {
        Station = station,
        What = news.Began ? "began" : "ended",
        Reason = news.Began ? EventWriter.Word(news.Pictures) : null,
        Action = news is { Began: true, Stops: true } ? "stop" : null,
        By = news.By,
        Why = news.Why,
        Count = news.InARow,
    };

    /// <summary>A station was paused or resumed, or got other rules.</summary>
    public static AuditEntry Of(CommandNews news) => new("command", news.At)
    {
        Station = news.Station,
        What = news.Command,
        Tag = news.Tag,
        Threshold = news.Threshold,
        By = news.By,
        Why = news.Why,
    };

    /// <summary>A station's reference was learnt, could not be learnt, or was forgotten.</summary>
    public static AuditEntry Of(ReferenceNews news) => new("reference", news.At)
    {
        Station = news.Station,
        Type = news.Type,
        What = news.Change,
        From = news.From,
        By = news.By,
        Why = news.Why,
        Count = news.Parts,
    };

    internal static AuditEntry Of(in AuditedVerdict part) => new(EventWriter.KindOf(part.Challenge), part.At)
    {
        Known = part.Challenge == Challenge.None ? null : EventWriter.Word(part.Challenge),
        Right = ChallengeResult.IsRightFor(part.Challenge, part.Verdict.Kind, part.Action),
        Station = part.Station,
        Part = part.Part,
        Seq = part.Sequence,
        Id = part.Id,
        What = part.Verdict.Kind.Word(),
        Reason = part.Verdict.Reason.Word(),
        Action = part.Action.Word(),
        Signal = part.Signal.Word(),
        Tag = part.Verdict.Tag,
        Probability = part.Verdict.Tag is not null && float.IsFinite(part.Verdict.Probability) ? part.Verdict.Probability : null,
        Rule = part.Verdict.Rule,
        Package = part.Model?.Package,
        Iteration = part.Model?.Iteration,
    };

    internal static AuditEntry Of(OpenPart part, DateTimeOffset now) => new(
        EventWriter.KindOf(part.Challenge), part.Outcome?.VerdictAt ?? now)
    {
        Known = part.Challenge == Challenge.None ? null : EventWriter.Word(part.Challenge),
        Right = ChallengeResult.IsRightFor(part.Challenge, part.Outcome?.Kind ?? VerdictKind.None, part.Outcome?.Action ?? default),
        Station = part.Station,
        Part = part.Part,
        Seq = part.Number,
        Id = part.Id,
        What = (part.Outcome?.Kind ?? VerdictKind.None).Word(),
        Reason = (part.Outcome?.Reason ?? NoneReason.Interrupted).Word(),
        Action = part.Outcome?.Action.Word() ?? VerdictWords.None,
        Signal = (part.Outcome?.Signal ?? SignalOutcome.Unknown).Word(),
        Recovered = true,
    };

    internal static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A part's verdict until the log's thread writes it: copied, so that the station's thread allocates nothing.</summary>
internal readonly record struct AuditedVerdict(
    Guid Id,
    string Station,
    string Part,
    long Sequence,
    DateTimeOffset At,
    Verdict Verdict,
    GateAction Action,
    SignalOutcome Signal,
    Inspection.Predictions.ModelIdentity? Model,
    Challenge Challenge);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AuditTime)])]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;

/// <summary>Times in UTC with milliseconds, all of one width, so that they sort as text.</summary>
internal sealed class AuditTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(AuditEntry.Stamp(value));
}
