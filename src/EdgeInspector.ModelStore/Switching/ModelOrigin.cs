namespace EdgeInspector.ModelStore.Switching;

/// <summary>Who asked for a change, by what way, and why.</summary>
/// <param name="From">By what way: <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>mqtt</c>, <c>sync</c>, <c>agent</c>.</param>
/// <param name="By">Who, as far as known.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record ModelOrigin(string From, string? By = null, string? Why = null);

/// <summary>What became of a wish to change a station's model.</summary>
/// <param name="Message">What was done, in a sentence; for people.</param>
/// <param name="Problems">Why nothing was done, a sentence each; empty: it was done.</param>
/// <param name="Package">Hash of the package that runs now.</param>
public sealed record ModelOutcome(string Message, IReadOnlyList<string> Problems, string? Package)
{
    /// <summary>True when it was done.</summary>
    public bool IsDone => Problems.Count == 0;

    /// <summary>
    /// True when the package is not to blame but the machine, for want of room or memory; the same wish may be granted later.
    /// </summary>
    public bool MayTryAgain { get; init; }

    internal static ModelOutcome Refused(string? running, params IReadOnlyList<string> problems) =>
        new("Refused; what ran goes on.", problems, running);
}
