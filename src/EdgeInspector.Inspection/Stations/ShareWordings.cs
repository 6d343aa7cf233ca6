using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What <see cref="VerdictShare"/> says of parts without a verdict.</summary>
internal static class ShareWordings
{
    public static readonly Wording Missing = new(
        Station.ShareComponent, "missing", "{none} of the last {known} parts got no verdict. {advice}");

    /// <summary>As <see cref="Missing"/>, where there are several causes.</summary>
    public static readonly Wording MissingOfCauses = new(
        Station.ShareComponent, "missingOfCauses", "{none} of the last {known} parts got no verdict ({causes:, }). {advice}");

    public static readonly Wording NoPicture = Cause("noPicture", "{parts} without a picture in time");
    public static readonly Wording Judging = Cause("judging", "{parts} still being judged at the deadline");
    public static readonly Wording Queued = Cause("queued", "{parts} still waiting for their turn");
    public static readonly Wording Failed = Cause("failed", "{parts} that could not be judged");
    public static readonly Wording Refused = Cause("refused", "{parts} whose picture is no evidence");

    private static Wording Cause(string code, string words) => new("causes", code, words, isPiece: true);
}
