namespace EdgeInspector.Delivery.Connecting;

/// <summary>The topics of one station.</summary>
/// <param name="Prefix">What the topics begin with, without a slash at the end.</param>
public sealed record StationTopics(string Prefix)
{
    /// <summary>The levels after the prefix; every topic of a station has one of them.</summary>
    internal static IReadOnlyList<string> Leaves { get; } =
        ["signal", "event", "image", "state", "heartbeat", "trigger", "parts", "command"];

    /// <summary>Where the reject gate listens.</summary>
    public string Signal { get; } = $"{Prefix}/signal";

    /// <summary>Where the signal goes as a bare digit.</summary>
    public string BareSignal { get; } = $"{Prefix}/signal/bare";

    /// <summary>The records of verdicts.</summary>
    public string Event { get; } = $"{Prefix}/event";

    /// <summary>The pictures of defective parts.</summary>
    public string Image { get; } = $"{Prefix}/image";

    /// <summary>Retained: the condition of the station; also the topic of its last will.</summary>
    public string State { get; } = $"{Prefix}/state";

    /// <summary>A counter each second.</summary>
    public string Heartbeat { get; } = $"{Prefix}/heartbeat";

    /// <summary>Where the station listens for parts.</summary>
    public string Trigger { get; } = $"{Prefix}/trigger";

    /// <summary>Where the PLC may report how many parts it has counted.</summary>
    public string Parts { get; } = $"{Prefix}/parts";

    /// <summary>What the topics of commands begin with.</summary>
    public string Command { get; } = $"{Prefix}/command";

    /// <summary>Fills the template for every station.</summary>
    /// <exception cref="DeliveryException">
    /// The template or a name is not fit for a topic, or two stations would share their topics.
    /// </exception>
    public static IReadOnlyDictionary<string, StationTopics> ForAll(MqttOptions options, string line, IEnumerable<string> stations)
    {
        var topics = new Dictionary<string, StationTopics>(StringComparer.Ordinal);
        string[] names = [.. stations];
        if (ConnectionNames.FaultOf(names) is { } sameId)
            throw new DeliveryException(sameId);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string station in names)
        {
            var mine = new StationTopics(TopicTemplate.Fill(options.TopicPrefix, line, station, options.TopicValues));
            if (!owners.TryAdd(mine.Prefix, station))
            {
                throw new DeliveryException(
                    $"Mqtt:TopicPrefix \"{options.TopicPrefix}\" gives the stations \"{owners[mine.Prefix]}\" and \"{station}\" the same "
                    + $"topics ({mine.Prefix}). Put {{station}} into it.");
            }
            topics.Add(station, mine);
        }
        return topics;
    }
}
