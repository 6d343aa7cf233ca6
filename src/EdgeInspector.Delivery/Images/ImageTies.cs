using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Refused;

namespace EdgeInspector.Delivery.Images;

/// <summary>What ties the pictures to the events that promise them.</summary>
/// <param name="Witness">
/// Gives the session of another connection to the same broker, null while there is none: whether that session lives on tells what ended
/// the connection for pictures.
/// </param>
/// <param name="IsEventWaiting">
/// True while the event with this id is still to be delivered; its picture then waits. Asked from a pool thread, often, and without any
/// lock held.
/// </param>
/// <param name="SetAside">Told of a picture that the broker does not take. Called from a pool thread.</param>
/// <param name="Lost">
/// Told a station, the ids of events whose promised pictures will never come, and why. Called from the spool's threads, without any lock
/// held; must not block.
/// </param>
internal sealed record ImageTies(
    Func<Session?> Witness,
    Func<Guid, bool> IsEventWaiting,
    Action<RefusedMessage> SetAside,
    Action<string, IReadOnlyList<Guid>, string> Lost);
