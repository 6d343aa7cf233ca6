namespace EdgeInspector.Inspection.Verdicts;

/// <summary>
/// A way to answer the PLC; the core does not know which. A station has one signaller: whoever answers in two ways (MQTT and a contact)
/// writes a signaller that does both.
/// </summary>
/// <remarks>
/// A signaller that must wait for a device hands the signal to a thread of its own, and returns: <see cref="Send"/> runs under the lock
/// that keeps signals in the order of the verdicts, and the thread that answers the next part waits for that lock. The record of the part
/// shows the one outcome that <see cref="Send"/> returns, and the counters of signals count that outcome.
/// </remarks>
public interface ISignaller
{
    /// <summary>
    /// Sends at once or not at all: never queues, never repeats, never sends after <see cref="Signal.WorthlessAfter"/>. Called once for
    /// each part, by one thread of the station at a time. Before the call only the verdict is noted in memory-mapped <c>open-parts.dat</c>.
    /// </summary>
    SignalOutcome Send(in Signal signal);
}
