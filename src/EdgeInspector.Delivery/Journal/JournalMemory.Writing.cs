namespace EdgeInspector.Delivery.Journal;

/// <summary>What the journal's thread asks and tells.</summary>
internal sealed partial class JournalMemory
{
    /// <summary>What there is to do for the journal's thread.</summary>
    /// <param name="IsDue">True: at once.</param>
    /// <param name="DiskFails">True: the disk is to be tried again.</param>
    /// <param name="DeliveredSince">Since when what was delivered waits to be forgotten on disk; null: there is none.</param>
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

    /// <summary>What there is to do.</summary>
    public Work ToDo()
    {
        lock (_gate)
            return new Work(_refill || (_fresh.Count > 0 && !_diskFails), _diskFails, _delivered.Count > 0 ? _firstDeliveredAt : null);
    }

    /// <summary>The file was opened, perhaps a new one: what is not on disk yet comes after what is in the file.</summary>
    /// <param name="count">Events in it.</param>
    /// <param name="last">The last one's position.</param>
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

    /// <summary>What is to be written in one transaction.</summary>
    /// <param name="most">So many events at most.</param>
    /// <param name="added">Events that are not on disk yet.</param>
    /// <param name="delivered">Positions of events to be forgotten there.</param>
    /// <returns>False: nothing.</returns>
    public bool TakeForCommit(int most, out WaitingEvent[] added, out long[] delivered)
    {
        lock (_gate)
        {
            added = [.. _fresh.Take(most)];
            delivered = [.. _delivered];
            return added.Length > 0 || delivered.Length > 0;
        }
    }

    /// <summary>That was written.</summary>
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
                    // Delivered from memory, or given up, while it was being written.
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
    /// <param name="from">After which position.</param>
    /// <param name="most">So many events at most.</param>
    /// <param name="rewinds">To be handed to <see cref="Refill"/>.</param>
    public bool WantsRefill(out long from, out int most, out int rewinds)
    {
        lock (_gate)
        {
            (from, most, rewinds) = (_windowEnd, MostInWindow / 2, _rewinds);
            _refill = false;
            return HasMoreOnDisk && _window.Count < MostInWindow / 2;
        }
    }

    /// <summary>Takes in what was read; nothing when the reader has begun again meanwhile.</summary>
    public void Refill(List<WaitingEvent> next, int rewinds)
    {
        lock (_gate)
        {
            if (rewinds != _rewinds)
                return;
            foreach (WaitingEvent one in next)
            {
                // After a rewind: delivered, and not yet forgotten on disk.
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

    /// <summary>The file can't be read. Events in memory may go first then; the order begins anew when it can be read again.</summary>
    public void ReadingFailed()
    {
        lock (_gate)
            _readFails = true;
    }

    /// <summary>The oldest events were given up on disk.</summary>
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

    /// <summary>The disk refuses: whatever waits can be published from memory.</summary>
    public void DiskFailed()
    {
        lock (_gate)
        {
            _diskFails = true;
            _more.TrySetResult();
        }
    }

    /// <summary>The disk is well.</summary>
    /// <returns>What was given up while it was not; null: nothing.</returns>
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
