using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images.Looking;

/// <summary>Which kept parts somebody wants to look at; null: any.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Tag">The tag that decided, in either case.</param>
/// <param name="Part">A piece of the part's id, in either case.</param>
/// <param name="Since">From then on.</param>
/// <param name="Until">Before then.</param>
/// <param name="LeastProbability">At least so much of the tag that decided, 0..1.</param>
/// <param name="MostProbability">At most so much.</param>
public sealed record KeptQuery(
    string? Station = null,
    VerdictKind? Verdict = null,
    string? Tag = null,
    string? Part = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    double? LeastProbability = null,
    double? MostProbability = null);
