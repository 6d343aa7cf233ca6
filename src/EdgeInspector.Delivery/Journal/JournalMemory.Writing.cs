namespace EdgeInspector.Delivery.Journal;

/// <summary>The part of the memory that the journal's thread uses.</summary>
internal sealed partial class JournalMemory
{
    /// <summary>What the journal's thread has to do.</summary>
    /// <param name="IsDue">True: the work is to be done at once.</param>
    /// <param name="DiskFails">True: the disk is to be tried again.</param>
    /// <param name="DeliveredSince">Since when delivered events wait to be forgotten on disk; null: none waits.</param>
    public readonly record struct Work(bool IsDue, bool DiskFails, long? DeliveredSince);

    /// <summary>True while the file can't be read.</summary>
    public bool ReadFails
    {
        get
        {
            lock (_gate)
                return _readFails;
        }
    }

    /// <summary>True while the disk refuses.</summary>
    public bool DiskFails
    {
        get
        {
            lock (_gate)
                return _diskFails;
        }
    }

    /// <summary>True while there are events that lie in the file alone and can be read from it.</summary>
    public bool IsReadFromFile
    {
        get
        {
            lock (_gate)
                return _onDisk > 0 && !_readFails;
        }
    }

    /// <summary>What the journal's thread has to do.</summary>
    public Work ToDo()
    {
        lock (_gate)
            return new Work(_refill || (_fresh.Count > 0 && !_diskFails), _diskFails, _delivered.Count > 0 ? _firstDeliveredAt : null);
    }

    /// <summary>Says that the file was opened, perhaps a new one: events that are not on disk yet come after those in the file.</summary>
    /// <param name="count">How many events the file has.</param>
    /// <param name="last">The position of the last event.</param>
    public void Opened(long count, long last)
    {
        lock (_gate)
        {
            if (_fresh.First is { Value.Position: var first } && first <= last)
            {
                long shift = last - first + 1;
                for (LinkedListNode<WaitingEvent>? node = _fresh.First; node is not null; node = node.Next)
                    node.Value = node.Value with { Position = node.Value.Position + shift };
                _lastPosition += shift;
            }
            _lastPosition = Math.Max(_lastPosition, last);
            _epoch++;
            _readFails = false;
            (_onDisk, _windowEnd, _passed) = (count, 0, 0);
            _window.Clear();
            _delivered.Clear();
            _refill = count > 0;
            _more.TrySetResult();
        }
    }

    /// <summary>Gives everything that is to be written in one transaction.</summary>
    /// <param name="most">The most events.</param>
    /// <param name="added">Events that are not on disk yet.</param>
    /// <param name="delivered">Positions of events to be forgotten on disk.</param>
    /// <returns>False: there is nothing to write.</returns>
    public bool TakeForCommit(int most, out WaitingEvent[] added, out long[] delivered)
    {
        lock (_gate)
        {
            added = [.. _fresh.Take(most)];
            delivered = [.. _delivered];
            return added.Length > 0 || delivered.Length > 0;
        }
    }

    /// <summary>Says that the transaction was written.</summary>
    public void Settle(WaitingEvent[] added, int delivered)
    {
        lock (_gate)
        {
            _delivered.RemoveRange(0, delivered);
            bool windowIsAll = !HasMoreOnDisk;
            foreach (WaitingEvent one in added)
            {
                if (Take(_fresh, one.Position) is null)
                {
                    // The event was delivered from memory, or given up, while it was being written.
                    _delivered.Add(one.Position);
                    continue;
                }
                _onDisk++;
                _committed++;
                if (windowIsAll && _window.Count < MostInWindow)
                {
                    _window.AddLast(one);
                    _windowEnd = one.Position;
                }
                else
                {
                    windowIsAll = false;
                }
            }
            _more.TrySetResult();
        }
    }

    /// <summary>Whether the window needs more of the file.</summary>
    /// <param name="from">The position after which to read.</param>
    /// <param name="most">The most events.</param>
    /// <param name="rewinds">Must be handed to <see cref="Refill"/>.</param>
    public bool WantsRefill(out long from, out int most, out int rewinds)
    {
        lock (_gate)
        {
            (from, most, rewinds) = (_windowEnd, MostInWindow / 2, _rewinds);
            _refill = false;
            return HasMoreOnDisk && _window.Count < MostInWindow / 2;
        }
    }

    /// <summary>Takes in the events that were read; none when the reader has begun again meanwhile.</summary>
    public void Refill(List<WaitingEvent> next, int rewinds)
    {
        lock (_gate)
        {
            if (rewinds != _rewinds)
                return;
            foreach (WaitingEvent one in next)
            {
                // After a rewind, some of these events are delivered and not yet forgotten on disk.
                if (!_delivered.Contains(one.Position))
                    _window.AddLast(one);
                _windowEnd = one.Position;
            }
            if (next.Count == 0)
                _onDisk = _window.Count + _passed;
            TellIfEmpty();
            _more.TrySetResult();
        }
    }

    /// <summary>
    /// Says that the file can't be read. Then events in memory may go first; the order begins anew when the file can be read again.
    /// </summary>
    public void ReadingFailed()
    {
        lock (_gate)
            _readFails = true;
    }

    /// <summary>Says that the oldest events were given up on disk.</summary>
    public void GaveUp(List<WaitingEvent> oldest)
    {
        lock (_gate)
        {
            foreach (WaitingEvent one in oldest)
            {
                if (Take(_window, one.Position) is null && one.Position <= _windowEnd && _passed > 0 && !_delivered.Contains(one.Position))
                    _passed--;
            }
            _onDisk -= oldest.Count;
            _windowEnd = Math.Max(_windowEnd, oldest[^1].Position);
            TellIfEmpty();
        }
    }

    /// <summary>Says that the disk refuses: waiting events can be published from memory.</summary>
    public void DiskFailed()
    {
        lock (_gate)
        {
            _diskFails = true;
            _more.TrySetResult();
        }
    }

    /// <summary>Says that the disk is well.</summary>
    /// <returns>Which events were given up while the disk was not well; null: none.</returns>
    public LostEvents? DiskIsWell()
    {
        lock (_gate)
        {
            _diskFails = false;
            LostEvents? overflow = _overflow;
            _overflow = null;
            return overflow;
        }
    }
}
