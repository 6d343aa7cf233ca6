namespace EdgeInspector.ModelStore.Trials;

/// <summary>
/// What a trial found: what the package is, how it runs, what it says of the golden images, and why it is refused if it is.
/// </summary>
public sealed record TrialReport
{
    /// <summary>
    /// Every reason to refuse the package, each a sentence that says what, where and how to mend it; empty: it may become active.
    /// </summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What is worth knowing although the package is good.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Folder or file name; for people.</summary>
    public string? Name { get; init; }

    /// <summary>SHA-256 of the content; null when the package could not be read.</summary>
    public string? Hash { get; init; }

    /// <summary>The trainer's name for it.</summary>
    public string? Iteration { get; init; }

    /// <summary><c>classifier</c> or <c>detector</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Name, shape and type of the input.</summary>
    public string? Input { get; init; }

    /// <summary>The same of the outputs that are read.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>The tags in the order of the outputs.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>How a picture becomes the input.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>How the outputs become predictions.</summary>
    public string? Decoder { get; init; }

    /// <summary>The execution provider that ran it.</summary>
    public string? Provider { get; init; }

    /// <summary>Loading and warming up, in milliseconds.</summary>
    public double LoadMs { get; init; }

    /// <summary>One prediction on a blank picture, median, in milliseconds; measured beside a line at work, so rather too long.</summary>
    public double PredictMs { get; init; }

    /// <summary>What the process grew by while it was loaded and run, in MiB.</summary>
    public double MemoryMiB { get; init; }

    /// <summary>What it says of the golden images; null without any.</summary>
    public GoldenReport? Golden { get; init; }
}

/// <summary>What a package says of the golden images.</summary>
/// <param name="Images">Pictures tried.</param>
/// <param name="Failed">Those that got another verdict, or the verdict for another reason, than is expected.</param>
/// <param name="ActiveFailed">The same of the package that runs; null when there is none to compare with.</param>
/// <param name="Changed">Pictures on which the two differ.</param>
/// <param name="Differences">Each picture on which the candidate is wrong or differs from the active package; at most 200.</param>
public sealed record GoldenReport(int Images, int Failed, int? ActiveFailed, int Changed, IReadOnlyList<GoldenDifference> Differences);

/// <summary>A golden image on which the candidate is wrong, or differs from the package that runs.</summary>
/// <param name="Image">Path below the golden folder.</param>
/// <param name="Expected">The verdict expected, with the tag if one is named: <c>reject (scratch)</c>.</param>
/// <param name="Saw">What the candidate gave, in the same form.</param>
/// <param name="ActiveSaw">What the active package gave; null without one.</param>
/// <param name="Why">The rule that decided the candidate's verdict, or its highest prediction.</param>
/// <param name="IsWrong">True when the candidate is wrong; false when it only differs from the active package.</param>
public sealed record GoldenDifference(string Image, string Expected, string Saw, string? ActiveSaw, string? Why, bool IsWrong);
