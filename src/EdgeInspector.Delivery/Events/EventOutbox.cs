namespace EdgeInspector.Delivery.Events;

/// <summary>An event that waits to be delivered.</summary>
/// <param name="Position">Its place in the order; grows by each event.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Station">The station's name.</param>
/// <param name="Json">The event without its last property (<see cref="EventWriter.Write"/>).</param>
/// <param name="AddedAt">When it was added, in ticks of the clock.</param>
/// <param name="HeldBack">True when there was no connection at that time.</param>
internal sealed record OutboxEvent(long Position, Guid Id, string Station, byte[] Json, long AddedAt, bool HeldBack);

/// <summary>
/// Keeps events in order until the broker has acknowledged them. In memory and bounded: when it is full the oldest is given up, and the caller says so.
/// Thread-safe; one reader.
/// </summary>
internal sealed class EventOutbox(int capacity, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OutboxEvent> _events = new();
    private long _lastPosition;
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _emptied;

    /// <summary>Events not yet acknowledged.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _events.Count;
        }
    }

    /// <summary>Adds an event at the end and gives the one that had to go for it, or null.</summary>
    public OutboxEvent? Add(Guid id, string station, byte[] json, bool heldBack)
    {
        lock (_gate)
        {
            OutboxEvent? lost = null;
            if (_events.Count >= capacity)
            {
                lost = _events.First!.Value;
                _events.RemoveFirst();
            }
            _events.AddLast(new OutboxEvent(++_lastPosition, id, station, json, time.GetTimestamp(), heldBack));
            _added.TrySetResult();
            return lost;
        }
    }

    /// <summary>The first event after a position, or null; 0 asks for the very first.</summary>
    public OutboxEvent? Peek(long after)
    {
        lock (_gate)
        {
            // Those before are in flight: a handful.
            for (LinkedListNode<OutboxEvent>? node = _events.First; node is not null; node = node.Next)
            {
                if (node.Value.Position > after)
                    return node.Value;
            }
            return null;
        }
    }

    /// <summary>Completes when there is an event after a position.</summary>
    public Task WaitForMore(long after)
    {
        lock (_gate)
        {
            if (_events.Last is { } last && last.Value.Position > after)
                return Task.CompletedTask;
            if (_added.Task.IsCompleted)
                _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _added.Task;
        }
    }

    /// <summary>Completes when every event has been acknowledged.</summary>
    public Task WaitEmpty()
    {
        lock (_gate)
        {
            if (_events.Count == 0)
                return Task.CompletedTask;
            return (_emptied ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Forgets an event that was delivered. False when it was forgotten before.</summary>
    public bool Acknowledge(long position)
    {
        lock (_gate)
        {
            for (LinkedListNode<OutboxEvent>? node = _events.First; node is not null && node.Value.Position <= position; node = node.Next)
            {
                if (node.Value.Position != position)
                    continue;
                _events.Remove(node);
                if (_events.Count == 0)
                {
                    _emptied?.TrySetResult();
                    _emptied = null;
                }
                return true;
            }
            return false;
        }
    }
}
