using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.State;

/// <summary>The models of a station beside the one that runs, for <c>state</c>.</summary>
/// <param name="Shadow">The candidate that runs in the shadow; null: none.</param>
/// <param name="Refused">The package that was refused last; null when another package was taken since.</param>
public sealed record ModelsBeside(ShadowedPackage? Shadow, RefusedPackage? Refused)
{
    /// <summary>No other models.</summary>
    public static ModelsBeside None { get; } = new(null, null);

    private const int LongestName = 100;
    private const int LongestReason = 500;

    /// <summary>
    /// The same models with texts fit to be shown: anybody may have brought the files that the names and reasons come from, so control
    /// characters are removed and long texts are cut.
    /// </summary>
    /// <param name="agent">Says how files of this PC are named to others.</param>
    internal ModelsBeside Printable(AgentIdentity agent) => new(
        Shadow is { } shadow
            ? shadow with { Name = PrintableText.Of(shadow.Name, LongestName), Iteration = Short(shadow.Iteration) }
            : null,
        Refused is { } refused
            ? refused with { Name = Short(refused.Name), Reason = PrintableText.Of(agent.Outward(refused.Reason), LongestReason) }
            : null);

    private static string? Short(string? text) => text is null ? null : PrintableText.Of(text, LongestName);
}

/// <summary>A candidate that runs on the same parts without a say.</summary>
/// <param name="Name">The package's name; for people.</param>
/// <param name="Hash">SHA-256 of the package's content.</param>
/// <param name="Iteration">The trainer's name for the package.</param>
/// <param name="Since">Since when the candidate runs, by the wall clock.</param>
/// <param name="Parts">How many parts the candidate has judged.</param>
/// <param name="Of">After how many parts the run ends.</param>
/// <param name="Different">To how many parts the candidate gave another verdict.</param>
/// <param name="Failed">On how many parts the candidate could not be run.</param>
/// <param name="LeftOut">How many parts came while the candidate was at work.</param>
public sealed record ShadowedPackage(
    string Name, string Hash, string? Iteration, DateTimeOffset Since, long Parts, long Of, long Different, long Failed, long LeftOut);

/// <summary>A package that was refused; the earlier model goes on.</summary>
/// <param name="Name">The package's name, as far as known; for people.</param>
/// <param name="Hash">SHA-256 of the package's content; null when the package could not even be read.</param>
/// <param name="At">When the package was refused, by the wall clock.</param>
/// <param name="From">By what way the package came.</param>
/// <param name="Reason">Why the package was refused, and what to do, in a sentence or several.</param>
public sealed record RefusedPackage(string? Name, string? Hash, DateTimeOffset At, string From, string Reason);
