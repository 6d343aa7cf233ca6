namespace EdgeInspector.ModelStore.Proving;

/// <summary>Which reading of a package fits labelled pictures.</summary>
public sealed record Proof
{
    /// <summary>Why there is no result, in sentences; empty: there is one.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>How many pictures were looked at.</summary>
    public int Pictures { get; init; }

    /// <summary>Pictures that could not be read, each with the reason.</summary>
    public IReadOnlyList<(LabelledPicture Picture, string Problem)> Unreadable { get; init; } = [];

    /// <summary>The readings that ran, best first: by the pictures on which they are right, then by mean log-likelihood.</summary>
    public IReadOnlyList<ReadingScore> Readings { get; init; } = [];

    /// <summary>
    /// The reading in force, as the package and the settings say; with a problem where that reading can't be run; null where not even its
    /// points could be decided.
    /// </summary>
    public ReadingScore? InForce { get; init; }

    /// <summary>The reading in force in words, each point with its source; or why there is no such reading.</summary>
    public string InForceWords { get; init; } = "";

    /// <summary>The best reading, which is compared with the one in force.</summary>
    public ReadingScore? Best { get; init; }

    /// <summary>
    /// The reading to take where another than the one in force fits better: among the best readings, the one that changes least.
    /// </summary>
    public ReadingScore? Proposed { get; init; }

    /// <summary>The best reading compared with the one in force; null where the one in force can't be run or is itself the best.</summary>
    public Comparison? Difference { get; init; }

    /// <summary>True when another reading than the one in force fits better, by more than chance.</summary>
    public bool AnotherFitsBetter { get; init; }

    /// <summary>True when the best reading is right more often than the same answer to every picture.</summary>
    public bool BeatsGuessing { get; init; }

    /// <summary>The fewest pictures that could tell two readings apart.</summary>
    public int FewestPictures { get; init; }
}
