namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// The size from which on a broker takes no event, where the broker does not say so itself (MQTT 3.1.1). Learnt from tries of several
/// events together, since a broker for which one event is too large takes no larger event either. Not thread-safe, and forgotten at the end
/// of the process.
/// </summary>
/// <remarks>
/// A try counts only on a topic on which the broker has taken another event: if a broker refuses a whole topic, that must not be taken for
/// a size limit. When the broker takes an event, all tries of its size and below are forgotten. Somebody may raise the limit: one event is
/// tried again after a connection that ended for another reason, and a minute after the last try.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class SizeLimit(TimeProvider time)
{
    // The smallest refused events are kept, since they tell the limit; twenty tries that may have another cause must find room.
    private const int MostTries = 32;
    private const int MostTopics = 1000;

    private static readonly TimeSpan TriedAnewAfter = TimeSpan.FromMinutes(1);

    // Sorted by size
    private readonly List<Try> _refused = [];
    private readonly HashSet<string> _takes = new(StringComparer.Ordinal);
    private long? _triedAt;

    /// <summary>The largest packet that the broker took, in bytes; 0: none that fits the refused ones.</summary>
    public long LargestTaken { get; private set; }

    /// <summary>Notes that an event that can't be made smaller was not taken.</summary>
    /// <param name="bytes">Size of the event's packet.</param>
    /// <param name="topic">The event's topic.</param>
    /// <param name="points">How certainly the event is to blame, by <see cref="Tries"/>.</param>
    public void Refused(long bytes, string topic, int points)
    {
        _refused.Add(new Try(bytes, topic, points));
        _refused.Sort((one, other) => one.Bytes.CompareTo(other.Bytes));
        if (_refused.Count > MostTries)
            _refused.RemoveAt(MostTries);
        if (LargestTaken >= _refused[0].Bytes)
            LargestTaken = 0;
        _triedAt = time.GetTimestamp();
    }

    /// <summary>Notes that an event was taken.</summary>
    public void Taken(long bytes, string topic)
    {
        if (_takes.Count >= MostTopics)
            _takes.Clear();
        _takes.Add(topic);
        LargestTaken = Math.Max(LargestTaken, bytes);
        _refused.RemoveAll(one => one.Bytes <= bytes);
    }

    /// <summary>Says that the limit may have changed: the next event is tried, whatever its size.</summary>
    public void Doubt() => _triedAt = null;

    /// <summary>True when the broker refused an event lately.</summary>
    public bool HasRefused => _refused.Count > 0;

    /// <summary>True when the broker lately refused events of this size or below, in so many tries.</summary>
    public bool MayRefuse(long bytes, int tries = 1) => _refused.Count >= tries && _refused[tries - 1].Bytes <= bytes;

    /// <summary>
    /// True when an event of this size need not be tried: the broker has refused enough events of this size or below, on topics on which it
    /// takes events.
    /// </summary>
    public bool Refuses(long bytes) => _triedAt is { } at && time.GetElapsedTime(at) < TriedAnewAfter
        && _refused.TakeWhile(one => one.Bytes <= bytes).Where(one => _takes.Contains(one.Topic)).Sum(one => one.Points) >= Tries.Enough;

    private sealed record Try(long Bytes, string Topic, int Points);
}
