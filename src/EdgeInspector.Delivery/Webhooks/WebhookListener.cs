using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>Whom the outbox tells what happens to events. Each function is called without a lock held, and must not block.</summary>
/// <param name="Kept">
/// Told an event's id once the event is committed, or was given up, or waits in memory since the disk refuses: then nothing else need
/// remember the event for the webhooks.
/// </param>
/// <param name="Lost">Told which events a webhook will never get.</param>
/// <param name="Complain">Told what is wrong with the disk, and null when the disk is well again.</param>
internal sealed record WebhookListener(Action<Guid> Kept, Action<LostPosts> Lost, Action<Said?> Complain)
{
    /// <summary>A listener that does nothing.</summary>
    public static WebhookListener Nobody { get; } = new(_ => { }, _ => { }, _ => { });
}
