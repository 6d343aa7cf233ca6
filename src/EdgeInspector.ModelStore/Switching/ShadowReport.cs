namespace EdgeInspector.ModelStore.Switching;

/// <summary>What a candidate would have said of live parts; kept as <c>report.json</c> beside the pictures.</summary>
/// <param name="Station">The station.</param>
/// <param name="Candidate">Hash of the candidate.</param>
/// <param name="Name">Name of the candidate.</param>
/// <param name="Active">Hash of the package that ran and decided.</param>
/// <param name="Began">When the run began, by the wall clock.</param>
/// <param name="Ended">When the run ended.</param>
/// <param name="Judged">Parts that the candidate judged.</param>
/// <param name="LeftOut">Parts that came while the candidate was at work or had used its share of the processor.</param>
/// <param name="Failed">Parts on which the candidate could not be run.</param>
/// <param name="Different">Parts to which the candidate gave another verdict.</param>
/// <param name="PredictMs">Mean time of a prediction beside the line, in milliseconds.</param>
/// <param name="Why">Why the run ended.</param>
/// <param name="Disagreements">The parts with another verdict, at most 1000.</param>
public sealed record ShadowReport(
    string Station,
    string Candidate,
    string Name,
    string Active,
    DateTimeOffset Began,
    DateTimeOffset Ended,
    int Judged,
    int LeftOut,
    int Failed,
    int Different,
    double PredictMs,
    string Why,
    IReadOnlyList<ShadowDisagreement> Disagreements)
{
    /// <summary>Share of the judged parts with another verdict, 0 to 1.</summary>
    public double Share => Judged == 0 ? 0 : (double)Different / Judged;
}

/// <summary>A part on which candidate and active package differ.</summary>
/// <param name="Part">The part's id.</param>
/// <param name="Event">The event's id.</param>
/// <param name="At">When the part was here.</param>
/// <param name="Active">The verdict that counted.</param>
/// <param name="ActiveWhy">The rule or tag behind it.</param>
/// <param name="Candidate">What the candidate said.</param>
/// <param name="CandidateWhy">The rule or tag behind the candidate's verdict.</param>
/// <param name="Picture">File name of the picture beside the report; null when none was kept.</param>
public sealed record ShadowDisagreement(
    string Part, Guid Event, DateTimeOffset At, string Active, string? ActiveWhy, string Candidate, string? CandidateWhy, string? Picture);
