using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images;

/// <summary>What becomes of the pictures of parts.</summary>
public enum ImageMode
{
    /// <summary>They go to the spool on disk, and from there to the broker.</summary>
    Spool,

    /// <summary>A small one travels inside the event, as base64; nothing is written to the disk.</summary>
    Inline,

    /// <summary>None is kept or published.</summary>
    Off,
}

/// <summary>The file format of the pictures in the spool.</summary>
public enum ImageFormat
{
    /// <summary>JPEG with the configured quality.</summary>
    Jpeg,

    /// <summary>PNG: every pixel as the camera gave it, five to ten times the bytes.</summary>
    Png,
}

/// <summary>The pictures of parts: which are kept, how, and how much of the disk they may take.</summary>
public sealed record ImageOptions : IValidatableObject
{
    /// <summary>
    /// What becomes of the pictures: <c>Spool</c> (on disk, then to the broker), <c>Inline</c> (a small one inside the event's JSON;
    /// none on disk) or <c>Off</c> (none). In the last two, what lies in the spool stays there.
    /// </summary>
    public ImageMode Mode { get; init; } = ImageMode.Spool;

    /// <summary>
    /// Verdicts whose parts are kept with a picture: <c>Reject</c> and <c>Review</c>, perhaps also <c>None</c> or <c>Pass</c>.
    /// With <c>Reject</c> also parts that got <c>none</c> because of their picture.
    /// </summary>
    public IReadOnlyList<VerdictKind> For { get; init; } = [VerdictKind.Reject, VerdictKind.Review];

    /// <summary>
    /// Share of the passed parts that are kept with a picture, 0..1; the id of the event decides.
    /// With <c>Pass</c> in <see cref="For"/> it is all of them.
    /// </summary>
    [Range(0.0, 1.0)]
    public double PassShare { get; init; }

    /// <summary>Format of the files in the spool: <c>Jpeg</c> or <c>Png</c>. The broker always gets JPEG.</summary>
    public ImageFormat Format { get; init; } = ImageFormat.Jpeg;

    /// <summary>Quality of JPEG; less is only taken where a picture for the broker exceeds <see cref="MaxBytes"/>.</summary>
    [Range(10, 100)]
    public int Quality { get; init; } = 85;

    /// <summary>
    /// Also keeps the picture as the camera gave it, beside the one with the defects marked: for training, and for judging the model.
    /// </summary>
    public bool KeepOriginal { get; init; } = true;

    /// <summary>
    /// The largest picture for the broker, in bytes. A larger one is given less quality, then made smaller.
    /// Brokers have limits of their own.
    /// </summary>
    [Range(8 * 1024, 64 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>The largest picture inside an event, in bytes before base64, which makes four of three.</summary>
    [Range(2 * 1024, 1024 * 1024)]
    public int InlineMaxBytes { get; init; } = 32 * 1024;

    /// <summary>Boxes of a detector are drawn from this probability on; the one that decided the verdict always is.</summary>
    [Range(0.0, 1.0)]
    public double MinimumProbability { get; init; } = 0.3;

    /// <summary>
    /// Frames that may wait to be encoded, over all stations. When it is full, a passed part's picture is given up first,
    /// then the newest; counted, never the event.
    /// </summary>
    [Range(1, 256)]
    public int Queue { get; init; } = 8;

    /// <summary>
    /// The most bytes the spool may hold. Beyond it the oldest delivered pictures go first, then the oldest undelivered, passed parts
    /// before others.
    /// </summary>
    [Range(1_000_000.0, 1e15)]
    public long SpoolMaxBytes { get; init; } = 10_000_000_000;

    /// <summary>
    /// The most bytes that sheets with the frames around a part may take in the spool, beside <see cref="SpoolMaxBytes"/>; the oldest go
    /// first, and before any picture where the disk is short. Which stations keep frames around says <c>FramesAround</c> of the station.
    /// </summary>
    [Range(0.0, 1e15)]
    public long AroundMaxBytes { get; init; } = 1_000_000_000;

    /// <summary>The most parts whose pictures the spool may hold: keeps folders and the memory for the list of them bounded.</summary>
    [Range(10, 1_000_000)]
    public int SpoolMaxParts { get; init; } = 50_000;

    /// <summary>
    /// Pictures older than this go, delivered or not; those not delivered not within the first hour after a start, and none for a day after
    /// the wall clock jumped.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan SpoolMaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Bytes of the disk that pictures leave free for events, logs and others; below it pictures go, in the order of <see
    /// cref="SpoolMaxBytes"/>.
    /// </summary>
    [Range(0.0, 1e15)]
    public long SpoolMinimumFree { get; init; } = 1_000_000_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Mode != ImageMode.Off && For.Count == 0 && PassShare == 0)
            yield return new(
                "For is empty and PassShare is 0, so that no picture would ever be kept; name a verdict, or set Mode to Off.",
                [nameof(For)]);
    }
}
