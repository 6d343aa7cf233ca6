using System.Diagnostics.CodeAnalysis;

namespace EdgeInspector.Inspection.Verdicts;

/// <summary>The tiny message that moves the reject gate; worthless after its deadline.</summary>
/// <param name="Part">The part's id.</param>
/// <param name="Sequence">The trigger's number.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Action">What the gate is to do.</param>
/// <param name="At">When the signal was made, by the wall clock.</param>
/// <param name="Deadline">When it becomes worthless, in ticks of the station's <see cref="TimeProvider"/>.</param>
public readonly record struct Signal(
    string Part, long Sequence, VerdictKind Verdict, GateAction Action, DateTimeOffset At, long Deadline);

/// <summary>What became of a signal.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The words of the field.")]
public enum SignalOutcome
{
    /// <summary>Handed to the network in time.</summary>
    Sent,

    /// <summary>Its deadline had passed; it was dropped and will never be sent.</summary>
    Expired,

    /// <summary>There was no connection; it was dropped and will never be sent.</summary>
    NotConnected,

    /// <summary>
    /// The agent was killed between the verdict and the note of what became of its signal; said by the next start, in the event only.
    /// </summary>
    Unknown,
}

/// <summary>A way to answer the PLC. The core does not know which.</summary>
public interface ISignaller
{
    /// <summary>
    /// Sends at once or not at all; never queues. Called before anything else happens with the verdict,
    /// by one thread of the station at a time.
    /// </summary>
    SignalOutcome Send(in Signal signal);
}
