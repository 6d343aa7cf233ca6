using System.Collections.Concurrent;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Webhooks;

namespace EdgeInspector.Delivery.Events;

/// <summary>
/// The one way by which events come into the journal, and for webhooks into their outbox. A part's notes are freed when the event is safe
/// in both: a process that is killed in between makes the event again. Thread-safe.
/// </summary>
/// <param name="scope">What all types that deliver evidence share.</param>
/// <param name="journal">The journal.</param>
/// <param name="safe">Told the event's id once it is safe.</param>
internal sealed class EventEntry(DeliveryScope scope, EventJournal journal, Action<Guid> safe)
{
    // Events that the outbox has not kept yet; true: the journal has.
    private readonly ConcurrentDictionary<Guid, bool> _awaited = new();

    /// <summary>The webhooks; null: there are none.</summary>
    public WebhookDelivery? Webhooks { get; set; }

    /// <summary>Adds an event. Does not wait.</summary>
    public void Add(NewEvent news)
    {
        if (Webhooks is { } webhooks && webhooks.Wants(news.Station, news.Verdict))
        {
            _awaited[news.Id] = false;
            webhooks.Add(news);
        }
        journal.Add(news.Id, news.Station, scope.EventTopic(news.Station), news.Json, news.HeldBack);
    }

    /// <summary>Says that the journal has the event, or that it was delivered or lost there.</summary>
    public void SafeInJournal(Guid id)
    {
        while (_awaited.TryGetValue(id, out bool isSafe))
        {
            if (isSafe || _awaited.TryUpdate(id, true, false))
                return;
        }
        safe(id);
    }

    /// <summary>Says that the outbox needs no other memory of the event.</summary>
    public void KeptForWebhooks(Guid id)
    {
        if (_awaited.TryRemove(id, out bool isSafe) && isSafe)
            safe(id);
    }
}
