namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// From what size on a broker takes no event, where it does not say so (MQTT 3.1.1): learnt from tries of several events together,
/// for a broker to which one is too large takes no larger one. Not thread-safe, and forgotten at the end of the process.
/// </summary>
/// <remarks>
/// A try counts only on a topic on which the broker has taken another event, so that a topic that it does not take is not mistaken
/// for a limit. An event that it takes refutes what was learnt from those of its size and below. Somebody may raise the limit:
/// one event is tried again after a connection that ended for another reason, and a minute after the last try.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class SizeLimit(TimeProvider time)
{
    // The smallest are those that tell something; twenty doubtful tries must find room.
    private const int MostTries = 32;
    private const int MostTopics = 1000;

    private static readonly TimeSpan TriedAnewAfter = TimeSpan.FromMinutes(1);

    // By size
    private readonly List<Try> _refused = [];
    private readonly HashSet<string> _takes = new(StringComparer.Ordinal);
    private long? _triedAt;

    /// <summary>The largest packet that the broker took and that says something, in bytes; 0: none.</summary>
    public long LargestTaken { get; private set; }

    /// <summary>An event that can't be made smaller was not taken.</summary>
    /// <param name="bytes">Of its packet.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="points">How certain that is, by <see cref="Tries"/>.</param>
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

    /// <summary>An event was taken.</summary>
    public void Taken(long bytes, string topic)
    {
        if (_takes.Count >= MostTopics)
            _takes.Clear();
        _takes.Add(topic);
        LargestTaken = Math.Max(LargestTaken, bytes);
        _refused.RemoveAll(one => one.Bytes <= bytes);
    }

    /// <summary>The limit may be another one from now on: the next event is tried, whatever its size.</summary>
    public void Doubt() => _triedAt = null;

    /// <summary>True when one was not taken lately.</summary>
    public bool HasRefused => _refused.Count > 0;

    /// <summary>True when one of this size, or a smaller one, was not taken lately, in so many tries.</summary>
    public bool MayRefuse(long bytes, int tries = 1) => _refused.Count >= tries && _refused[tries - 1].Bytes <= bytes;

    /// <summary>
    /// True when an event of this size need not be tried: the broker takes smaller ones, and has refused enough of this size or below.
    /// </summary>
    public bool Refuses(long bytes) => _triedAt is { } at && time.GetElapsedTime(at) < TriedAnewAfter
        && _refused.TakeWhile(one => one.Bytes <= bytes).Where(one => _takes.Contains(one.Topic)).Sum(one => one.Points) >= Tries.Enough;

    private sealed record Try(long Bytes, string Topic, int Points);
}
