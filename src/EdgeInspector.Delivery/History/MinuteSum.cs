using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.History;

/// <summary>What happened at a station within a minute, of one verdict, reason and tag.</summary>
/// <param name="At">The minute's beginning.</param>
/// <param name="Station">The station.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why there was none.</param>
/// <param name="Tag">The tag that decided; empty: none did.</param>
/// <param name="Parts">How many parts.</param>
/// <param name="Milliseconds">Their times from trigger to signal, together.</param>
/// <param name="Slowest">The longest of them, in milliseconds.</param>
public sealed record MinuteSum(
    DateTimeOffset At, string Station, VerdictKind Verdict, NoneReason Reason, string Tag, long Parts, double Milliseconds, double Slowest);
