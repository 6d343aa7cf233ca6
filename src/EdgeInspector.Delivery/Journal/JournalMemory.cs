namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// What the journal knows of events without asking the disk: the beginning of the file, as much as the reader needs at a time (the window),
/// the events that are not on disk yet (fresh), and the events that were delivered and are not forgotten on disk yet. Thread-safe: one
/// lock, held for moments only.
/// </summary>
/// <param name="mostFresh">The most events that wait in memory; then the oldest is given up.</param>
/// <param name="wake">Wakes the journal's thread.</param>
internal sealed partial class JournalMemory(int mostFresh, Action wake)
{
    private const int MostInWindow = 256;

    private readonly Lock _gate = new();
    private readonly LinkedList<WaitingEvent> _window = new();
    private readonly LinkedList<WaitingEvent> _fresh = new();
    private readonly List<long> _delivered = [];
    private long _lastPosition;
    private long _windowEnd;
    private long _onDisk;

    // How many events on disk the reader has passed over for the moment.
    private long _passed;
    private int _rewinds;
    private bool _diskFails;
    private bool _readFails;
    private int _epoch;
    private long _committed;
    private long _firstDeliveredAt;
    private LostEvents? _overflow;
    private bool _refill;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _emptied;

    /// <summary>Events not yet acknowledged.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
                return CountNow;
        }
    }

    /// <inheritdoc cref="EventJournal.Epoch"/>
    public int Epoch
    {
        get
        {
            lock (_gate)
                return _epoch;
        }
    }

    /// <summary>Events committed since the start.</summary>
    public long Committed
    {
        get
        {
            lock (_gate)
                return _committed;
        }
    }

    // The members below are used under the gate.
    private long CountNow => _onDisk + _fresh.Count;

    // True when the file has events that are neither in the window nor passed over.
    private bool HasMoreOnDisk => _onDisk - _passed > _window.Count;

    /// <summary>Adds an event at the end.</summary>
    /// <returns>The id of the event that was given up for the new one; null: there was room.</returns>
    public Guid? Add(Guid id, string station, string topic, byte[] json, long now, bool heldBack)
    {
        lock (_gate)
        {
            Guid? lost = _fresh.Count >= mostFresh ? GiveUpOldest() : null;
            _fresh.AddLast(new WaitingEvent(++_lastPosition, id, station, topic, json, now, heldBack));
            if (_diskFails)
                _more.TrySetResult();
            return lost;
        }
    }

    /// <inheritdoc cref="EventJournal.Peek"/>
    public WaitingEvent? Peek(long after)
    {
        lock (_gate)
        {
            if (First(_window, after) is { } next)
                return next;
            if (HasMoreOnDisk && !_readFails)
            {
                // The file has more events than the memory: the journal's thread reads them, and then WaitForMore ends.
                AskForRefill();
                return null;
            }
            return _diskFails ? First(_fresh, after) : null;
        }
    }

    /// <inheritdoc cref="EventJournal.Pass"/>
    public void Pass(long position)
    {
        lock (_gate)
        {
            if (Take(_window, position) is not null)
                _passed++;
        }
    }

    /// <inheritdoc cref="EventJournal.Rewind"/>
    public void Rewind()
    {
        lock (_gate)
        {
            if (_passed == 0 || _readFails)
                return;
            // Events that are just being read come after those that were passed over, so they are not taken in.
            _rewinds++;
            _window.Clear();
            (_passed, _windowEnd) = (0, 0);
            AskForRefill();
        }
    }

    /// <inheritdoc cref="EventJournal.WaitForMore"/>
    public Task WaitForMore(long after)
    {
        lock (_gate)
        {
            bool isFreshSeen = _diskFails && (_readFails || !HasMoreOnDisk);
            if (First(_window, after) is not null || (isFreshSeen && First(_fresh, after) is not null))
                return Task.CompletedTask;
            if (_more.Task.IsCompleted)
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (HasMoreOnDisk && !_readFails)
                AskForRefill();
            return _more.Task;
        }
    }

    /// <inheritdoc cref="EventJournal.WaitEmpty"/>
    public Task WaitEmpty()
    {
        lock (_gate)
            return CountNow == 0 ? Task.CompletedTask : (_emptied ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Forgets an event that was delivered.</summary>
    /// <returns>The event's id; null: the event was forgotten before.</returns>
    public Guid? Acknowledge(long position, long now)
    {
        lock (_gate)
        {
            Guid? id = Take(_window, position);
            if (id is not null)
            {
                _onDisk--;
                if (_delivered.Count == 0)
                    _firstDeliveredAt = now;
                _delivered.Add(position);
            }
            else
            {
                id = Take(_fresh, position);
            }
            if (id is not null)
                TellIfEmpty();
            return id;
        }
    }

    /// <summary>True while an event waits to be delivered; null: only the file knows.</summary>
    public bool? IsWaiting(Guid id)
    {
        lock (_gate)
        {
            if (_window.Any(one => one.Id == id) || _fresh.Any(one => one.Id == id))
                return true;
            // Before the file was read nobody knows.
            if (_epoch == 0 && !_diskFails)
                return true;
            return _epoch > 0 && _onDisk <= _window.Count ? false : null;
        }
    }

    private static WaitingEvent? First(LinkedList<WaitingEvent> events, long after)
    {
        // The events before are in flight: a handful.
        for (LinkedListNode<WaitingEvent>? node = events.First; node is not null; node = node.Next)
        {
            if (node.Value.Position > after)
                return node.Value;
        }
        return null;
    }

    private static Guid? Take(LinkedList<WaitingEvent> events, long position)
    {
        for (LinkedListNode<WaitingEvent>? node = events.First; node is not null && node.Value.Position <= position; node = node.Next)
        {
            if (node.Value.Position != position)
                continue;
            events.Remove(node);
            return node.Value.Id;
        }
        return null;
    }

    // The loss is told in one event once there is room for it.
    private Guid GiveUpOldest()
    {
        WaitingEvent oldest = _fresh.First!.Value;
        _fresh.RemoveFirst();
        _overflow = new LostEvents(
            _overflow is null || _overflow.Station == oldest.Station ? oldest.Station : null,
            (_overflow?.Count ?? 0) + 1,
            _overflow?.First ?? oldest.Id,
            oldest.Id,
            $"The disk took no events, and {mostFresh} waited in memory already (Journal:MemoryEvents); the oldest were given up.");
        return oldest.Id;
    }

    private void AskForRefill()
    {
        if (_refill)
            return;
        _refill = true;
        wake();
    }

    private void TellIfEmpty()
    {
        if (CountNow > 0)
            return;
        _emptied?.TrySetResult();
        _emptied = null;
    }
}
