namespace EdgeInspector.ModelStore.Storage;

/// <summary>What one station runs, what it ran before, and why.</summary>
public sealed record ActivePackage
{
    /// <summary>Hash of the package that runs.</summary>
    public string? Active { get; init; }

    /// <summary>Hash of the package to go back to: the package that last did well before the active one; null when there is none.</summary>
    public string? LastGood { get; init; }

    /// <summary>True until the active package has done well for as many parts as the settings ask for.</summary>
    public bool OnProbation { get; init; }

    /// <summary>
    /// How often the agent was started, and did not stop in order, since the active package is on probation: a package that ends the
    /// process is not started for ever.
    /// </summary>
    public int StartsOnProbation { get; init; }

    /// <summary>
    /// How often the process ended in the midst of a run of the active package, with less than an hour between the start of the process and
    /// that run, since the process last stopped in order.
    /// </summary>
    public int EndsInRun { get; init; }

    /// <summary>
    /// True when the active package was put in although rules name tags that the package does not know; these rules are left out at the
    /// next start too.
    /// </summary>
    public bool IsForced { get; init; }

    /// <summary>Hash of a package that sync has pulled and that waits for its set time or for approval; null: none.</summary>
    public string? Waiting { get; init; }

    /// <summary>Hash of the package that the model path of the settings held last. Only another package there is news.</summary>
    public string? FromSettings { get; init; }

    /// <summary>
    /// The model path of the settings when that hash was taken. Another path means that somebody wants another model at the next start.
    /// </summary>
    public string? SettingsPath { get; init; }

    /// <summary>The candidate that runs in the shadow; null: none. It counts only while an agent runs.</summary>
    public ShadowStart? Shadow { get; init; }

    /// <summary>The last package that was refused; null when another package was taken since.</summary>
    public ModelChange? Refused { get; init; }

    /// <summary>What happened, newest last.</summary>
    public IReadOnlyList<ModelChange> History { get; init; } = [];

    private const int MostHistory = 100;

    // A refusal may name each of many pictures.
    private const int LongestRefusal = 1000;

    /// <summary>Every package that the station runs, may go back to, or is to run later.</summary>
    internal IEnumerable<string> InUse => new[] { Active, LastGood, FromSettings, Waiting }.OfType<string>();

    internal bool IsWhole =>
        InUse.All(IsHash) && History is not null && History.All(IsSound) && (Refused is null || IsSound(Refused))
        && Shadow is null or { Package: not null, Name: not null };

    /// <summary>The station's entry after a package took over.</summary>
    /// <param name="change">The change for the history; an activation or a rollback.</param>
    /// <param name="watch">True: the package is on probation, unless it has proved itself before.</param>
    /// <param name="isForced">True: rules that the package does not know are left out.</param>
    public ActivePackage TakenOver(ModelChange change, bool watch, bool isForced)
    {
        // A package that was itself on probation is no package to go back to.
        string? good = OnProbation ? LastGood ?? change.Before : change.Before;
        bool goesBack = change.Kind == ModelChangeKind.RolledBack || change.Package == good;
        return (this with
        {
            Active = change.Package,
            LastGood = goesBack ? null : good,
            OnProbation = watch && !goesBack,
            StartsOnProbation = 0,
            EndsInRun = 0,
            IsForced = isForced,
            Waiting = Waiting == change.Package ? null : Waiting,
            // A rollback does not change what was refused.
            Refused = change.Kind == ModelChangeKind.Activated ? null : Refused,
        }).With(change);
    }

    /// <summary>The station's entry after a package was refused.</summary>
    /// <param name="change">Who wanted the package, and why it was refused.</param>
    public ActivePackage Refusing(ModelChange change)
    {
        string? why = change.Why is { Length: > LongestRefusal } all ? all[..LongestRefusal] + "…" : change.Why;
        return this with { Refused = change with { Why = why } };
    }

    private static bool IsSound(ModelChange? change) => change is { From: not null } && (change.Package is null || IsHash(change.Package));

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Adds a change to the history.</summary>
    public ActivePackage With(ModelChange change) => this with { History = [.. History.Append(change).TakeLast(MostHistory)] };
}
