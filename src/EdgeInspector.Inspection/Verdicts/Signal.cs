using System.Diagnostics.CodeAnalysis;

namespace EdgeInspector.Inspection.Verdicts;

/// <summary>The tiny message that moves the reject gate; it is sent at once or never.</summary>
/// <param name="Part">The part's id.</param>
/// <param name="Sequence">The trigger's number.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Action">What the gate is to do.</param>
/// <param name="At">When the signal was made, by the wall clock.</param>
/// <param name="WorthlessAfter">
/// Until when the signal is of use to the gate, in ticks of the station's <see cref="TimeProvider"/>: the station's deadline after the
/// trigger; for a <c>none</c> twice as long, since a <c>none</c> is often made only when no verdict can come any more.
/// </param>
public readonly record struct Signal(
    string Part, long Sequence, VerdictKind Verdict, GateAction Action, DateTimeOffset At, long WorthlessAfter);

/// <summary>What became of a signal.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The words of the field.")]
public enum SignalOutcome
{
    /// <summary>The signal was handed to the network in time.</summary>
    Sent,

    /// <summary><see cref="Signal.WorthlessAfter"/> had passed; the signal was dropped and will never be sent.</summary>
    Expired,

    /// <summary>There was no connection; the signal was dropped and will never be sent.</summary>
    NotConnected,

    /// <summary>
    /// The agent was killed between the verdict and the note of the signal's outcome. Set by the next start, in the event only.
    /// </summary>
    Unknown,
}
