using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Events;

/// <summary>Makes the JSON of an event.</summary>
internal static class EventWriter
{
    // A tag with a smaller probability says nothing, and there may be hundreds of such tags.
    private const float LeastProbability = 0.01f;
    private const int MostPredictions = 100;

    private const string RefusedKind = "refused";

    /// <summary>
    /// Gives the event as a JSON object without its last property, <c>replayed</c>, which is known only when the event is published.
    /// </summary>
    /// <param name="part">The record; the record's picture is not needed any more.</param>
    /// <param name="line">The line.</param>
    /// <param name="imageTopic">Where the part's picture will be published, or null when there is none.</param>
    /// <param name="picture">The JPEG that the event itself carries, or null.</param>
    public static byte[] Write(InspectedPart part, string line, string? imageTopic, byte[]? picture = null) =>
        JsonSerializer.SerializeToUtf8Bytes(Record(part, line, imageTopic, picture), EventJson.Default.EventRecord);

    /// <summary>
    /// The event of a part that an earlier process had accepted but could not report: with everything that is known of the part.
    /// </summary>
    public static byte[] Write(OpenPart part, string line, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(
        new EventRecord(
            KindOf(part.Challenge),
            part.Id,
            part.Part,
            null,
            part.Number,
            part.Station,
            line,
            new EventTimes(part.TriggeredAt.UtcDateTime, null, (part.Outcome?.VerdictAt ?? now).UtcDateTime),
            (part.Outcome?.Kind ?? VerdictKind.None).Word(),
            (part.Outcome?.Reason ?? NoneReason.Interrupted).Word(),
            // Nobody told the gate anything, which the PLC must notice.
            part.Outcome?.Action.Word() ?? VerdictWords.None,
            (part.Outcome?.Signal ?? SignalOutcome.Unknown).Word(),
            [],
            null,
            null,
            part.Outcome is null ? "the agent ended before the part was judged, or before it could note the verdict" : null,
            null,
            null,
            null,
            null,
            null,
            Recovered: true,
            null,
            Of(part.Challenge, part.Outcome?.Kind ?? VerdictKind.None, part.Outcome?.Action ?? default)),
        EventJson.Default.EventRecord);

    /// <summary>The event that says that events or images are lost.</summary>
    public static byte[] Write(string kind, Guid id, LostEvents lost, string line, DateTimeOffset at) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new LossRecord(kind, id, lost.Station, line, at.UtcDateTime, lost.Count, lost.First, lost.Last, lost.Reason),
            EventJson.Default.LossRecord);

    /// <summary>The event that says that the broker did not take a message.</summary>
    public static byte[] Write(RefusedMessage message, Guid id, string line, DateTimeOffset at) => JsonSerializer.SerializeToUtf8Bytes(
        new RefusedRecord(
            RefusedKind, id, message.Station, line, at.UtcDateTime, message.What, message.Event, message.Topic, message.Bytes, message.Kept,
            message.Reason),
        EventJson.Default.RefusedRecord);

    /// <summary>True for an event that itself says that the broker did not take a message.</summary>
    public static bool TellsOfRefused(ReadOnlySpan<byte> json) => json.StartsWith("{\"kind\":\"refused\""u8);

    /// <summary>True for an event that carries a picture, and can be made smaller.</summary>
    public static bool CarriesPicture(ReadOnlySpan<byte> json) => json.IndexOf("\"base64\":"u8) >= 0;

    /// <summary>The event without the picture that it carries; null when it carries none.</summary>
    public static byte[]? WithoutPicture(byte[] json)
    {
        if (!CarriesPicture(json) || JsonNode.Parse(json) is not JsonObject read || read["image"]?["base64"] is null)
            return null;
        read["image"] = null;
        return JsonSerializer.SerializeToUtf8Bytes(read);
    }

    /// <summary>The event that says that something happened to a station's model.</summary>
    public static byte[] Write(ModelNews news, Guid id, string line) => JsonSerializer.SerializeToUtf8Bytes(
        new ModelRecord(
            "model",
            id,
            news.Station,
            line,
            news.At.UtcDateTime,
            news.Change,
            news.Package is null && news.Name is null ? null : new EventPackage(news.Name, news.Package, news.Iteration),
            news.Before,
            news.From,
            news.By,
            news.Why),
        EventJson.Default.ModelRecord);

    /// <summary>The event that says that a station was paused or resumed, or got another threshold.</summary>
    public static byte[] Write(CommandNews news, Guid id, string line) => JsonSerializer.SerializeToUtf8Bytes(
        new CommandRecord(
            "command", id, news.Station, line, news.At.UtcDateTime, news.Command, news.Tag, news.Threshold, news.By, news.Why),
        EventJson.Default.CommandRecord);

    /// <summary>The event that says that a storm of rejects began or ended.</summary>
    public static byte[] Write(StormNews news, Guid id, string station, string line) => JsonSerializer.SerializeToUtf8Bytes(
        new StormRecord(
            "storm", id, station, line, news.At.UtcDateTime, news.Began ? "began" : "ended", news.InARow, news.Rejected, news.Known,
            Word(news.Pictures), news.Stops, news.By, news.Why),
        EventJson.Default.StormRecord);

    internal static string Word(PictureChange pictures) => pictures switch
    {
        PictureChange.Same => "same",
        PictureChange.Changed => "changed",
        _ => "unknown",
    };

    /// <summary>The event that says that a station's reference was learnt or forgotten.</summary>
    public static byte[] Write(ReferenceNews news, Guid id, string line) => JsonSerializer.SerializeToUtf8Bytes(
        new ReferenceEventRecord(
            "reference", id, news.Station, line, news.At.UtcDateTime, news.Change, news.Type, news.Parts, news.LeftOut, news.Rejected,
            news.Review, news.From, news.By, news.Why),
        EventJson.Default.ReferenceEventRecord);

    /// <summary>Adds the last property.</summary>
    public static byte[] Finish(ReadOnlySpan<byte> json, bool replayed) =>
        [.. json[..^1], .. replayed ? ",\"replayed\":true}"u8 : ",\"replayed\":false}"u8];

    private static EventRecord Record(InspectedPart part, string line, string? imageTopic, byte[]? picture) => new(
        KindOf(part.Challenge),
        part.Id,
        part.Part,
        part.Type,
        part.Sequence,
        part.Station,
        line,
        new EventTimes(part.TriggeredAt.UtcDateTime, part.CapturedAt?.UtcDateTime, part.VerdictAt.UtcDateTime),
        part.Verdict.Kind.Word(),
        part.Verdict.Reason.Word(),
        part.Action.Word(),
        part.Signal.Word(),
        [.. part.Predictions.Where(p => p.Probability >= LeastProbability).Take(MostPredictions).Select(Prediction)],
        part.Verdict.Tag,
        part.Verdict.Tag is null ? null : Finite(part.Verdict.Probability),
        part.Verdict.Rule,
        part.Model is { } model ? new EventPackage(model.Name, model.Package, model.Iteration) : null,
        part.Model?.Provider,
        new EventLatencies(
            Milliseconds(part.Queued),
            Milliseconds(part.PictureWait),
            Milliseconds(part.Timing.Preprocess),
            Milliseconds(part.Timing.Run),
            Milliseconds(part.Timing.Decode),
            Milliseconds(part.FrameToSignal),
            Milliseconds(part.TriggerToSignal)),
        part.Late is { } late
            ? new EventLate(
                late.Verdict.Kind.Word(),
                late.Verdict.Rule,
                late.Verdict.Tag,
                Finite(late.Verdict.Probability),
                Milliseconds(late.AfterTrigger))
            : null,
        part.Picture is { } seen
            ? new EventPicture(
                Rounded(seen.Brightness, 4), Rounded(seen.Contrast, 4), Rounded(seen.Sharpness, 2),
                Rounded(seen.Place.X, 1), Rounded(seen.Place.Y, 1), Rounded(seen.Place.Degrees, 2), Rounded(seen.Different, 4))
            : null,
        Recovered: false,
        imageTopic is null && picture is null ? null : new EventImage(imageTopic, "image/jpeg", picture),
        Of(part.Challenge, part.Verdict.Kind, part.Action));

    private static EventPrediction Prediction(Prediction prediction) => new(
        prediction.TagName,
        Finite(prediction.Probability),
        prediction.BoundingBox is { } box ? new EventBox(Finite(box.Left), Finite(box.Top), Finite(box.Width), Finite(box.Height)) : null,
        prediction.MaskArea is { } area ? Finite(area) : null);

    // JSON knows no infinity, and one bad number must not cost the event.
    private static float Finite(float value) => float.IsFinite(value) ? value : 0;

    private static double Rounded(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : 0;

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    internal static string KindOf(Challenge challenge) => challenge == Challenge.None ? "verdict" : "challenge";

    internal static string Word(Challenge known) => known == Challenge.Bad ? "bad" : "good";

    private static EventChallenge? Of(Challenge known, VerdictKind verdict, GateAction action) =>
        known == Challenge.None ? null : new EventChallenge(Word(known), ChallengeResult.IsRightFor(known, verdict, action));
}
