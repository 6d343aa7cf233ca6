using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// The pictures in the spool, in the order in which they are published and in which they give way. In memory, rebuilt from the sidecars.
/// Thread-safe.
/// </summary>
internal sealed class SpoolIndex
{
    private const int Batch = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, SpoolEntry> _all = [];

    // Every entry is in exactly one of the sets.
    private readonly SortedSet<SpoolEntry> _delivered = new(SpoolEntry.OldestFirst);
    private readonly SortedSet<SpoolEntry> _waitingPasses = new(SpoolEntry.OldestFirst);
    private readonly SortedSet<SpoolEntry> _waitingOthers = new(SpoolEntry.OldestFirst);
    private readonly Dictionary<string, SpoolContent> _stations = new(StringComparer.Ordinal);

    // Bytes of the sheets with the frames around a part; the entries' bytes do not include them.
    private readonly SortedDictionary<SpoolEntry, long> _around = new(SpoolEntry.OldestFirst);
    private SpoolContent _whole;

    /// <summary>All pictures together.</summary>
    public SpoolContent Whole
    {
        get
        {
            lock (_gate)
                return _whole;
        }
    }

    /// <summary>Bytes of all sheets with frames around a part.</summary>
    public long AroundBytes { get; private set; }

    /// <summary>The date of the newest entry whose date can be right; null when there is none.</summary>
    public DateTimeOffset? Newest
    {
        get
        {
            lock (_gate)
            {
                DateTime newest = All
                    .Select(entries => entries.GetViewBetween(SpoolEntry.First, SpoolEntry.Future).Max?.At ?? DateTime.MinValue).Max();
                return newest == DateTime.MinValue ? null : new DateTimeOffset(newest, TimeSpan.Zero);
            }
        }
    }

    /// <summary>The pictures of one station.</summary>
    public SpoolContent Of(string station)
    {
        lock (_gate)
            return _stations.GetValueOrDefault(station);
    }

    /// <summary>Adds an entry; false when the index has it already.</summary>
    public bool Add(SpoolEntry entry, bool delivered)
    {
        lock (_gate)
        {
            if (!_all.TryAdd(entry.Id, entry))
                return false;
            (delivered ? _delivered : Waiting(entry)).Add(entry);
            Count(entry, 1, delivered ? 0 : 1);
            return true;
        }
    }

    /// <summary>Notes that an entry need not be published any more; false when it has been removed meanwhile.</summary>
    public bool Settle(SpoolEntry entry)
    {
        lock (_gate)
        {
            if (!Waiting(entry).Remove(entry))
                return false;
            _delivered.Add(entry);
            Count(entry, 0, -1);
            return true;
        }
    }

    /// <summary>Notes the sheet with the frames around a part; null when the part has been removed meanwhile.</summary>
    public SpoolEntry? AddAround(Guid id, long bytes)
    {
        lock (_gate)
        {
            if (!_all.TryGetValue(id, out SpoolEntry? entry))
                return null;
            RemoveAround(entry);
            _around.Add(entry, bytes);
            AroundBytes += bytes;
            return entry;
        }
    }

    /// <summary>The oldest part that has a sheet; null: there is none.</summary>
    public SpoolEntry? FirstAroundToGo()
    {
        lock (_gate)
            return _around.Count == 0 ? null : _around.First().Key;
    }

    /// <summary>Forgets the sheet of a part; returns the bytes of the sheet.</summary>
    public long RemoveAround(SpoolEntry entry)
    {
        lock (_gate)
        {
            if (!_around.Remove(entry, out long bytes))
                return 0;
            AroundBytes -= bytes;
            return bytes;
        }
    }

    /// <summary>The entry of an event; null: there is none.</summary>
    public SpoolEntry? Of(Guid id)
    {
        lock (_gate)
            return _all.GetValueOrDefault(id);
    }

    /// <summary>Forgets an entry; says whether it waited to be published. Null when it was forgotten before.</summary>
    public bool? Remove(SpoolEntry entry)
    {
        lock (_gate)
        {
            if (!_all.Remove(entry.Id))
                return null;
            bool waited = !_delivered.Remove(entry);
            if (waited)
                Waiting(entry).Remove(entry);
            Count(entry, -1, waited ? -1 : 0);
            return waited;
        }
    }

    /// <summary>
    /// The entry that gives way next: the oldest delivered one, then the oldest undelivered one of a passed part, then the oldest of the
    /// others.
    /// </summary>
    public SpoolEntry? FirstToGo()
    {
        lock (_gate)
            return _delivered.Min ?? _waitingPasses.Min ?? _waitingOthers.Min;
    }

    /// <summary>
    /// An entry from before a moment, in the order of <see cref="FirstToGo"/>; null when there is none. Leaves out entries whose date can't
    /// be right, since nobody knows their age.
    /// </summary>
    /// <param name="moment">By the wall clock, in UTC.</param>
    /// <param name="onlyDelivered">True: leaves out entries that wait to be published.</param>
    public SpoolEntry? FirstBefore(DateTime moment, bool onlyDelivered)
    {
        lock (_gate)
            return Before(_delivered) ?? (onlyDelivered ? null : Before(_waitingPasses) ?? Before(_waitingOthers));

        SpoolEntry? Before(SortedSet<SpoolEntry> entries)
        {
            SpoolEntry? oldest = entries.Min;
            if (oldest?.At < SpoolEntry.First.At)
                oldest = entries.GetViewBetween(SpoolEntry.First, SpoolEntry.Last).Min;
            return oldest?.At < moment ? oldest : null;
        }
    }

    /// <summary>The oldest entries that wait to be published, of those that may be published.</summary>
    public List<SpoolEntry> NextToPublish(int most, Func<SpoolEntry, bool> may)
    {
        lock (_gate)
        {
            IEnumerable<SpoolEntry> passes = _waitingPasses.Where(may).Take(most);
            IEnumerable<SpoolEntry> others = _waitingOthers.Where(may).Take(most);
            return [.. passes.Concat(others).Order(SpoolEntry.OldestFirst).Take(most)];
        }
    }

    /// <summary>The entries older than one, the newest first.</summary>
    /// <remarks>
    /// Whoever looks may give way to all other threads, and be set aside at any moment: the lock is held for a few entries at a time, and
    /// not while somebody thinks about them. What comes and goes meanwhile may be in it or not.
    /// </remarks>
    public IEnumerable<SpoolEntry> OlderThan(SpoolEntry one) => InBatches(one, from =>
    [
        .. All.SelectMany(entries => entries.GetViewBetween(Least, from).Reverse()
                .Where(entry => SpoolEntry.OldestFirst.Compare(entry, from) < 0)
                .Take(Batch))
            .OrderDescending(SpoolEntry.OldestFirst)
            .Take(Batch),
    ]);

    /// <summary>The entries newer than one, the oldest first; as above.</summary>
    public IEnumerable<SpoolEntry> NewerThan(SpoolEntry one) => InBatches(one, from =>
    [
        .. All.SelectMany(entries => entries.GetViewBetween(from, SpoolEntry.Last)
                .Where(entry => SpoolEntry.OldestFirst.Compare(entry, from) > 0)
                .Take(Batch))
            .Order(SpoolEntry.OldestFirst)
            .Take(Batch),
    ]);

    private IEnumerable<SpoolEntry> InBatches(SpoolEntry from, Func<SpoolEntry, SpoolEntry[]> next)
    {
        SpoolEntry[] batch;
        do
        {
            lock (_gate)
                batch = next(from);
            foreach (SpoolEntry entry in batch)
                yield return entry;
            if (batch.Length > 0)
                from = batch[^1];
        }
        while (batch.Length == Batch);
    }

    private SortedSet<SpoolEntry>[] All => [_delivered, _waitingPasses, _waitingOthers];

    private static SpoolEntry Least { get; } = SpoolEntry.First with { At = DateTime.MinValue };

    private SortedSet<SpoolEntry> Waiting(SpoolEntry entry) => entry.Verdict == VerdictKind.Pass ? _waitingPasses : _waitingOthers;

    private void Count(SpoolEntry entry, int parts, int waiting)
    {
        _whole = _whole.And(parts, parts * entry.Bytes, waiting, waiting * entry.Bytes);
        _stations[entry.Station] = _stations.GetValueOrDefault(entry.Station)
            .And(parts, parts * entry.Bytes, waiting, waiting * entry.Bytes);
    }
}

/// <summary>How much lies in the spool.</summary>
/// <param name="Parts">How many parts have pictures.</param>
/// <param name="Bytes">Bytes of the parts' files.</param>
/// <param name="Waiting">How many parts have a picture that waits to be published.</param>
/// <param name="WaitingBytes">Bytes of the files of the waiting parts.</param>
internal readonly record struct SpoolContent(int Parts, long Bytes, int Waiting, long WaitingBytes)
{
    public SpoolContent And(int parts, long bytes, int waiting, long waitingBytes) =>
        new(Parts + parts, Bytes + bytes, Waiting + waiting, WaitingBytes + waitingBytes);
}
