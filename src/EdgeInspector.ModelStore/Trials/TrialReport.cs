namespace EdgeInspector.ModelStore.Trials;

/// <summary>
/// What a trial found: what the package is, how it runs, what it says of the golden images, and why it is refused, if it is refused.
/// </summary>
public sealed record TrialReport
{
    /// <summary>
    /// Every reason to refuse the package, each a sentence that says what, where and how to mend it; empty: the package may become active.
    /// </summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What is worth knowing although the package is good.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Folder or file name; for people.</summary>
    public string? Name { get; init; }

    /// <summary>SHA-256 of the content; null when the package could not be read.</summary>
    public string? Hash { get; init; }

    /// <summary>The trainer's name for the package.</summary>
    public string? Iteration { get; init; }

    /// <summary><c>classifier</c> or <c>detector</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Name, shape and type of the input.</summary>
    public string? Input { get; init; }

    /// <summary>Name, shape and type of each output that is read.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>The tags in the order of the outputs.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>How a picture becomes the input.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>How the outputs become predictions.</summary>
    public string? Decoder { get; init; }

    /// <summary>The execution provider that ran the package.</summary>
    public string? Provider { get; init; }

    /// <summary>How long loading and warming up took, in milliseconds.</summary>
    public double LoadMs { get; init; }

    /// <summary>
    /// How long one prediction on a blank picture took, median, in milliseconds; measured beside a line at work, so the value is rather too
    /// large.
    /// </summary>
    public double PredictMs { get; init; }

    /// <summary>How much the process grew while the package was loaded and run, in MiB.</summary>
    public double MemoryMiB { get; init; }

    /// <summary>What the package says of the golden images; null without any.</summary>
    public GoldenReport? Golden { get; init; }
}

/// <summary>What a package says of the golden images.</summary>
/// <param name="Images">How many pictures were tried.</param>
/// <param name="Failed">Pictures that did not get the expected verdict, or got it for another reason.</param>
/// <param name="ActiveFailed">The same number for the package that runs; null when there is none to compare with.</param>
/// <param name="Changed">Pictures on which the two packages differ.</param>
/// <param name="Differences">Each picture on which the candidate is wrong or differs from the active package; at most 200.</param>
public sealed record GoldenReport(int Images, int Failed, int? ActiveFailed, int Changed, IReadOnlyList<GoldenDifference> Differences);

/// <summary>A golden image on which the candidate is wrong, or differs from the package that runs.</summary>
/// <param name="Image">Path below the golden folder.</param>
/// <param name="Expected">The verdict expected, with the tag if one is named: <c>reject (scratch)</c>.</param>
/// <param name="Saw">What the candidate gave, in the same form.</param>
/// <param name="ActiveSaw">What the active package gave; null without an active package.</param>
/// <param name="Why">The rule that decided the candidate's verdict, or its highest prediction.</param>
/// <param name="IsWrong">True when the candidate is wrong; false when it only differs from the active package.</param>
public sealed record GoldenDifference(string Image, string Expected, string Saw, string? ActiveSaw, string? Why, bool IsWrong);
