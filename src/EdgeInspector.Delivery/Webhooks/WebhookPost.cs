namespace EdgeInspector.Delivery.Webhooks;

/// <summary>An event on its way to one webhook.</summary>
/// <param name="Webhook">The webhook's name.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Station">The station's name.</param>
/// <param name="At">When the agent had the event, by the wall clock.</param>
/// <param name="HasPicture">True when the event promises a picture, and the webhook wants it.</param>
/// <param name="Json">The event without its last property (<see cref="Events.EventWriter"/>).</param>
internal sealed record WebhookPost(string Webhook, Guid Id, string Station, DateTimeOffset At, bool HasPicture, byte[] Json)
{
    // What a row and its place in two indexes take besides the JSON, about.
    private const int RowBytes = 200;

    /// <summary>The place in the order of the webhook; grows across restarts. Zero before the event is on disk.</summary>
    public long Position { get; init; }

    /// <summary>True when an earlier process had the event.</summary>
    public bool IsOld { get; init; }

    /// <summary>Bytes that the event takes.</summary>
    public long Bytes => BytesOf(Json.Length);

    /// <summary>Bytes that an event with so much JSON takes.</summary>
    public static long BytesOf(long json) => json + RowBytes;
}

/// <summary>How much waits for a webhook.</summary>
/// <param name="Count">Events.</param>
/// <param name="Bytes">Bytes on disk.</param>
internal readonly record struct WaitingPosts(long Count, long Bytes)
{
    public static WaitingPosts operator +(WaitingPosts one, WaitingPosts other) => new(one.Count + other.Count, one.Bytes + other.Bytes);

    public static WaitingPosts operator -(WaitingPosts one, WaitingPosts other) => new(one.Count - other.Count, one.Bytes - other.Bytes);
}

/// <summary>Events that a webhook will never get.</summary>
/// <param name="Webhook">The webhook's name.</param>
/// <param name="Count">How many.</param>
/// <param name="First">The id of the first event; null when nobody knows.</param>
/// <param name="Last">The id of the last event; null when nobody knows.</param>
/// <param name="Reason">Why, in a sentence.</param>
internal sealed record LostPosts(string Webhook, long Count, Guid? First, Guid? Last, string Reason);
