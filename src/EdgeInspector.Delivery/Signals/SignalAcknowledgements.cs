namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// Which signals the broker has not acknowledged yet, across connections. A signal that is not acknowledged by its deadline is counted, and
/// its identifier is kept until the broker answers or the connection ends. Thread-safe.
/// </summary>
internal sealed class SignalAcknowledgements
{
    // Far from the identifiers with which the client begins. If the client and a signal use the same one all the same, each gets one of the
    // two acknowledgements.
    private const ushort FirstId = 0x8000;

    private readonly Lock _gate = new();
    // Far more than the signals that come within a deadline.
    private readonly Waiting[] _waiting = new Waiting[64];
    private int _count;
    private ushort _lastId = ushort.MaxValue;

    /// <summary>Signals that the broker refused.</summary>
    public long Refused { get; private set; }

    /// <summary>True from a signal that the broker refused until one that it took.</summary>
    public bool IsRefusing { get; private set; }

    /// <summary>Signals that were not acknowledged by their deadline, or before the connection ended.</summary>
    public long Missed { get; private set; }

    /// <summary>
    /// Says that the connection has ended: no more acknowledgements will come for the waiting signals. Returns how many of them were lost
    /// before their deadline.
    /// </summary>
    public int Lose()
    {
        lock (_gate)
        {
            int lost = 0;
            for (int i = 0; i < _count; i++)
                lost += _waiting[i] is { IsCounted: true, Deadline: < long.MaxValue } ? 1 : 0;
            Missed += lost;
            _count = 0;
            return lost;
        }
    }

    /// <summary>Gives a signal its identifier; false when the broker would not take one more signal.</summary>
    /// <param name="deadline">Until when the acknowledgement is waited for, in ticks of the clock.</param>
    /// <param name="isCounted">False: the signal is not counted.</param>
    /// <param name="receiveMaximum">How many signals the broker takes at once without having acknowledged them.</param>
    /// <param name="id">The identifier.</param>
    public bool TryBegin(long deadline, bool isCounted, int receiveMaximum, out ushort id)
    {
        lock (_gate)
        {
            id = 0;
            if (_count >= Math.Min(receiveMaximum, _waiting.Length))
                return false;
            do
                id = _lastId = _lastId == ushort.MaxValue ? FirstId : (ushort)(_lastId + 1);
            while (Find(id) >= 0);
            _waiting[_count++] = new Waiting(id, deadline, isCounted);
            return true;
        }
    }

    /// <summary>Takes back a signal that was not sent.</summary>
    public void Forget(ushort id)
    {
        lock (_gate)
        {
            if (Find(id) is >= 0 and int place)
                _waiting[place] = _waiting[--_count];
        }
    }

    /// <summary>Takes an acknowledgement; false when no signal waits for it.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="isRefusal">True: the broker did not take the signal.</param>
    public bool TryEnd(ushort id, bool isRefusal)
    {
        lock (_gate)
        {
            int place = Find(id);
            if (place < 0)
                return false;
            if (_waiting[place].IsCounted)
            {
                IsRefusing = isRefusal;
                Refused += isRefusal ? 1 : 0;
            }
            _waiting[place] = _waiting[--_count];
            return true;
        }
    }

    /// <summary>Counts signals whose deadline has passed. Returns how many have been counted since the last time.</summary>
    public int Expire(long now)
    {
        lock (_gate)
        {
            int expired = 0;
            for (int i = 0; i < _count; i++)
            {
                if (_waiting[i].Deadline > now)
                    continue;
                if (_waiting[i].IsCounted)
                    expired++;
                _waiting[i] = _waiting[i] with { Deadline = long.MaxValue };
            }
            Missed += expired;
            return expired;
        }
    }

    private int Find(ushort id)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_waiting[i].Id == id)
                return i;
        }
        return -1;
    }

    /// <summary>One signal; a deadline of <see cref="long.MaxValue"/> means that the deadline has passed and was counted.</summary>
    private readonly record struct Waiting(ushort Id, long Deadline, bool IsCounted);
}
