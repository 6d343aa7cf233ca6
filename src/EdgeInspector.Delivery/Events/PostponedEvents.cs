using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Retrying;

namespace EdgeInspector.Delivery.Events;

/// <summary>Events that wait for their next try, and topics that the broker forbids; all others go on. Not thread-safe.</summary>
/// <param name="options">The broker, with its pauses.</param>
/// <param name="time">The clock.</param>
internal sealed class PostponedEvents(MqttOptions options, TimeProvider time)
{
    private readonly Dictionary<Guid, long> _events = [];
    private readonly Dictionary<string, Forbidden> _topics = new(StringComparer.Ordinal);

    /// <summary>How many events wait.</summary>
    public int Count => _events.Count;

    /// <summary>How long until an event may be tried again: zero when one may be now, infinite when nothing waits.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            if (_events.Count == 0 && _topics.Count == 0)
                return Timeout.InfiniteTimeSpan;
            IEnumerable<long> topics = _topics.Values.Where(one => !one.IsOver).Select(one => one.Until!.Value);
            long first = _events.Values.Concat(topics).DefaultIfEmpty(long.MaxValue).Min(), now = time.GetTimestamp();
            if (first == long.MaxValue)
                return Timeout.InfiniteTimeSpan;
            return first <= now ? TimeSpan.Zero : time.GetElapsedTime(now, first) + TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>True while an event, or its topic, waits.</summary>
    public bool Has(Guid id, string topic) => _events.ContainsKey(id) || _topics.GetValueOrDefault(topic) is { IsOver: false };

    /// <summary>Lets an event wait.</summary>
    public void Add(Guid id, TimeSpan pause) => _events[id] = In(pause);

    /// <summary>Lets all events of a topic wait, longer each time that the broker refuses one.</summary>
    public void Forbid(string topic)
    {
        if (!_topics.TryGetValue(topic, out Forbidden? forbidden))
            _topics[topic] = forbidden = new Forbidden(options.NewPauses());
        // The other events that were in flight are refused for the same reason.
        if (forbidden.IsOver)
            forbidden.Until = In(forbidden.Pauses.Next());
    }

    /// <summary>Says that the broker takes messages on a topic.</summary>
    public void Allow(string topic) => _topics.Remove(topic);

    /// <summary>Says that an event waits no more.</summary>
    public void Remove(Guid id) => _events.Remove(id);

    /// <summary>Lets events and topics whose time has come try again.</summary>
    public void Release()
    {
        long now = time.GetTimestamp();
        foreach (Guid id in _events.Where(one => one.Value <= now).Select(one => one.Key).ToArray())
            _events.Remove(id);
        foreach (Forbidden forbidden in _topics.Values.Where(one => one.Until <= now))
            forbidden.Until = null;
    }

    private long In(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    /// <summary>A topic that the broker forbids.</summary>
    private sealed class Forbidden(BackOff pauses)
    {
        public BackOff Pauses => pauses;

        /// <summary>Until when nothing is sent to the topic; null: the next try may come.</summary>
        public long? Until { get; set; }

        public bool IsOver => Until is null;
    }
}
