using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.History;

/// <summary>Which parts are asked for; null: any.</summary>
/// <param name="Since">From then on.</param>
/// <param name="Until">Before then.</param>
/// <param name="Station">The station.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Tag">The tag that decided.</param>
/// <param name="Part">The part's id.</param>
public sealed record HistoryQuery(
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    string? Station = null,
    VerdictKind? Verdict = null,
    string? Tag = null,
    string? Part = null)
{
    /// <summary>A piece of the part's id, in either case; null: any.</summary>
    public string? PieceOfPart { get; init; }

    /// <summary>At least so much of the tag that decided, 0..1; null: any.</summary>
    public double? LeastProbability { get; init; }

    /// <summary>At most so much; null: any.</summary>
    public double? MostProbability { get; init; }
}
