using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.State;

/// <summary>The models of a station beside the one that runs, for <c>state</c>.</summary>
/// <param name="Shadow">The candidate that runs in the shadow; null: none.</param>
/// <param name="Refused">The package that was refused last; null when another was taken since.</param>
public sealed record ModelsBeside(ShadowedPackage? Shadow, RefusedPackage? Refused)
{
    /// <summary>There are none.</summary>
    public static ModelsBeside None { get; } = new(null, null);

    private const int LongestName = 100;
    private const int LongestReason = 500;

    /// <summary>
    /// The same, fit for whoever shows it: names and reasons of files that anybody may have brought, without control characters and not too
    /// long.
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
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Iteration">The trainer's name for it.</param>
/// <param name="Since">Since when, by the wall clock.</param>
/// <param name="Parts">Parts that it has judged.</param>
/// <param name="Of">The run ends after so many.</param>
/// <param name="Different">Parts to which it gave another verdict.</param>
/// <param name="Failed">Parts on which it could not be run.</param>
/// <param name="LeftOut">Parts that came while it was at work.</param>
public sealed record ShadowedPackage(
    string Name, string Hash, string? Iteration, DateTimeOffset Since, long Parts, long Of, long Different, long Failed, long LeftOut);

/// <summary>A package that was refused; what ran goes on.</summary>
/// <param name="Name">Its name, as far as known; for people.</param>
/// <param name="Hash">SHA-256 of its content; null when it could not even be read.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="From">By what way it came.</param>
/// <param name="Reason">Why, and what to do, in a sentence or several.</param>
public sealed record RefusedPackage(string? Name, string? Hash, DateTimeOffset At, string From, string Reason);
