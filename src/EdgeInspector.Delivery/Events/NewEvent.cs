using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Events;

/// <summary>An event that has just been made.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Station">The station's name.</param>
/// <param name="Json">The event without its last property (<see cref="EventWriter"/>).</param>
/// <param name="HeldBack">True when there was no connection to the broker at that time, or an earlier process had the part.</param>
/// <param name="Verdict">The verdict that it tells; null: it tells of no part.</param>
/// <param name="HasPicture">True when a picture was promised for the spool.</param>
internal sealed record NewEvent(
    Guid Id, string Station, byte[] Json, bool HeldBack, VerdictKind? Verdict = null, bool HasPicture = false);
