using System.Text;
using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>
/// Where the answers to commands may be sent. The agent may write signals and state at the broker; a stranger who may only publish commands
/// must not make the agent write to those topics, nor to a topic over which the broker ends the connection.
/// </summary>
internal sealed class ResponseTopics
{
    /// <summary>The longest response topic, in bytes of UTF-8.</summary>
    public const int MostBytes = 512;

    /// <summary>The most levels of a response topic; mosquitto ends the connection above 200.</summary>
    public const int MostLevels = 32;

    /// <summary>The most correlation data, in bytes; the answer sends these data back.</summary>
    public const int MostCorrelationBytes = 1024;

    // A placeholder of Commands:ResponsePrefixes, which stands for any one level.
    private const string Client = "{client}", Any = "+";

    private readonly string[][] _allowed;
    private readonly string[][] _own;
    private readonly string _places;

    /// <param name="mqtt">The topics' template; validated.</param>
    /// <param name="commands">The prefixes; validated.</param>
    /// <param name="line">The line.</param>
    /// <param name="station">The station.</param>
    public ResponseTopics(MqttOptions mqtt, CommandOptions commands, string line, string station)
    {
        string[] prefixes = commands.ResponsePrefixes.Count > 0
            ? [.. commands.ResponsePrefixes.Select(prefix => Fill(prefix, line, station))]
            : [.. Default(mqtt, line, station)];
        _allowed = [.. prefixes.Select(prefix => prefix.Split('/'))];
        _places = string.Join(", ", prefixes.Select(prefix => $"{prefix.Replace(Any, "…", StringComparison.Ordinal)}/…"));
        string[] template = TopicTemplate.Filter(mqtt.TopicPrefix).Split('/');
        _own = [.. StationTopics.Leaves.Select(leaf => (string[])[.. template, leaf])];
    }

    /// <summary>Says why an answer can't be sent, in a sentence; null: it can, or no answer is wanted.</summary>
    /// <param name="topic">The response topic; null or empty: none.</param>
    /// <param name="correlation">The correlation data, or null.</param>
    public string? FaultOf(string? topic, byte[]? correlation)
    {
        if (string.IsNullOrEmpty(topic))
            return null;
        if (Encoding.UTF8.GetByteCount(topic) > MostBytes)
            return $"The response topic is longer than {MostBytes} bytes.";
        if (MqttText.FaultOf(topic) is { } unfit)
            return $"The response topic {unfit}";
        string[] levels = topic.Split('/');
        if (levels.Length > MostLevels)
            return $"The response topic has {levels.Length} levels, more than {MostLevels}.";
        if (topic.AsSpan().ContainsAny('+', '#') || levels.Any(string.IsNullOrWhiteSpace))
            return "The response topic holds a wildcard or an empty level.";
        if (_own.Any(own => IsBelow(levels, own)))
            return $"The response topic {topic} is one of the agents' own.";
        if (!_allowed.Any(prefix => levels.Length > prefix.Length && IsBelow(levels, prefix)))
            return $"The response topic {topic} is not below {_places} (Commands:ResponsePrefixes).";
        return correlation?.Length > MostCorrelationBytes
            ? $"The correlation data has {correlation.Length} bytes, more than {MostCorrelationBytes}."
            : null;
    }

    private static bool IsBelow(string[] levels, string[] prefix) =>
        levels.Length >= prefix.Length && !prefix.Where((level, at) => level != Any && level != levels[at]).Any();

    /// <summary>
    /// Topics below <c>response</c> of any station of the line, of the line itself, and of the broker, where each client has a level of its
    /// own.
    /// </summary>
    private static IEnumerable<string> Default(MqttOptions mqtt, string line, string station)
    {
        string[] template = mqtt.TopicPrefix.Split('/');
        string[] filled = TopicTemplate.Fill(mqtt.TopicPrefix, line, station, mqtt.TopicValues).Split('/');
        int ofStation = Array.FindIndex(template, level => level.Contains("{station}", StringComparison.OrdinalIgnoreCase));
        yield return string.Join('/', filled.Select((level, at) => at == ofStation ? Any : level)) + "/response";
        if (ofStation > 0)
            yield return string.Join('/', filled.Take(ofStation)) + "/response";
        yield return "response";
    }

    private static string Fill(string prefix, string line, string station) => prefix
        .Replace("{line}", line, StringComparison.OrdinalIgnoreCase)
        .Replace("{station}", station, StringComparison.OrdinalIgnoreCase)
        .Replace(Client, Any, StringComparison.OrdinalIgnoreCase);

    /// <summary>Says what is wrong with a prefix of the settings, as the end of a sentence; null: nothing.</summary>
    internal static string? FaultOfPrefix(string prefix)
    {
        string[] levels = prefix.Split('/');
        if (MqttText.FaultOf(prefix) is { } unfit)
            return unfit;
        if (levels.Length > MostLevels / 2 || Encoding.UTF8.GetByteCount(prefix) > MostBytes / 2)
            return $"has more than {MostLevels / 2} levels or {MostBytes / 2} bytes. Shorten it.";
        if (prefix.AsSpan().ContainsAny('+', '#'))
            return "holds a wildcard. Write {client} for a level that may be anything.";
        if (levels.Any(string.IsNullOrWhiteSpace))
            return "has an empty level (a slash at the beginning or the end, or two in a row). Remove the slash.";
        string rest = Fill(prefix, "line", "station");
        return rest.AsSpan().ContainsAny('{', '}')
            || rest.Split('/').Any(level => level.Contains(Any, StringComparison.Ordinal) && level != Any)
            ? "may hold the placeholders {line} and {station}, and {client} as a level of its own, and no other." : null;
    }
}
