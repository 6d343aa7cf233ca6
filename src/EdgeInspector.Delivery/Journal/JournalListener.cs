using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// Whom the journal tells what happens to events, and whom it asks for room. Each function is called without a lock held.
/// </summary>
/// <param name="Safe">Told each event's id once the event is committed, delivered or lost: then nothing else needs to remember it.</param>
/// <param name="Lost">Told which events will never be delivered, on the journal's thread; may add an event that says so.</param>
/// <param name="Complain">Told what is wrong with the disk, and null when the disk is well again.</param>
/// <param name="FreeSpace">Asked to free so many bytes when the disk is full; returns how many bytes it freed.</param>
internal sealed record JournalListener(
    Action<Guid> Safe, Action<LostEvents> Lost, Action<Said?> Complain, Func<long, long> FreeSpace)
{
    /// <summary>A listener that does nothing.</summary>
    public static JournalListener Nobody { get; } = new(_ => { }, _ => { }, _ => { }, _ => 0);
}
