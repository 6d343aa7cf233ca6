using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images;

/// <summary>The pictures of parts that are published.</summary>
public sealed record ImageOptions
{
    /// <summary>Verdicts whose parts are published with a picture: <c>Reject</c> and <c>Review</c>, perhaps also <c>None</c> or <c>Pass</c>.</summary>
    public IReadOnlyList<VerdictKind> For { get; init; } = [VerdictKind.Reject, VerdictKind.Review];

    /// <summary>Quality of the JPEG, as long as it fits into <see cref="MaxBytes"/>.</summary>
    [Range(10, 100)]
    public int Quality { get; init; } = 85;

    /// <summary>The largest picture, in bytes. A larger one is given less quality, then made smaller. Brokers have limits of their own.</summary>
    [Range(8 * 1024, 64 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Boxes of a detector are drawn from this probability on; the one that decided the verdict always is.</summary>
    [Range(0.0, 1.0)]
    public double MinimumProbability { get; init; } = 0.3;

    /// <summary>Frames that may wait to be encoded, over all stations. When it is full the picture is given up and counted, never the event.</summary>
    [Range(1, 256)]
    public int Queue { get; init; } = 8;

    /// <summary>Encoded pictures that may wait for the broker. When it is full the newest is given up and counted.</summary>
    [Range(1, 10_000)]
    public int Backlog { get; init; } = 64;
}
