namespace EdgeInspector.Inference;

/// <summary>
/// The result of one step on a package's way: the step was done, or every reason why it was not. Each step adds what it yields: read,
/// loaded, imported, switched, started.
/// </summary>
/// <param name="Problems">
/// Why the step was not done, each a sentence that says what, where and how to mend it; empty: the step was done.
/// </param>
public abstract record PackageOutcome(IReadOnlyList<string> Problems)
{
    /// <summary>True when the step was done.</summary>
    public bool IsDone => Problems.Count == 0;

    /// <summary>
    /// True when not the package is to blame but the machine, for want of room or memory; the same step may succeed later.
    /// </summary>
    public bool MayTryAgain { get; init; }
}
