using EdgeInspector.Delivery.History;

namespace EdgeInspector.Cli.PartsCommands;

/// <summary>What somebody wants to know of past parts.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Query">Which parts.</param>
/// <param name="Per">By what figures are summed up; null: the parts themselves.</param>
/// <param name="Shifts">When shifts begin.</param>
/// <param name="Most">So many parts at most; null: all.</param>
/// <param name="Form">How the answer is written.</param>
internal sealed record PartsRequest(
    string Folder, HistoryQuery Query, PeriodKind? Per, IReadOnlyList<TimeOnly> Shifts, int? Most, PartsForm Form)
{
    /// <summary>True when parts of every verdict are asked for, so that they have a yield.</summary>
    public bool AreAll => Query is { Tag: null, Verdict: null };
}

/// <summary>How the answer is written.</summary>
internal enum PartsForm
{
    /// <summary>A table for people.</summary>
    Table,

    /// <summary>CSV with a heading (RFC 4180, UTF-8).</summary>
    Csv,

    /// <summary>JSON, an object a line.</summary>
    JsonLines,
}
