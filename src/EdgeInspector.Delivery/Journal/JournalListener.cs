namespace EdgeInspector.Delivery.Journal;

/// <summary>Whom the journal tells what becomes of events, and whom it asks for room. Each is called without a lock held.</summary>
/// <param name="Safe">Told each event's id once it is committed, delivered or lost: nothing else need remember it.</param>
/// <param name="Lost">Told what will never be delivered, on the journal's thread; may add an event that says so.</param>
/// <param name="Complain">Told what is wrong with the disk, null when it is well again.</param>
/// <param name="FreeSpace">Asked to free so many bytes when the disk is full; gives how many it freed.</param>
internal sealed record JournalListener(
    Action<Guid> Safe, Action<LostEvents> Lost, Action<string?> Complain, Func<long, long> FreeSpace)
{
    /// <summary>Nobody.</summary>
    public static JournalListener Nobody { get; } = new(_ => { }, _ => { }, _ => { }, _ => 0);
}
