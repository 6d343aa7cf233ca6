using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Fills the placeholders of <see cref="MqttOptions.TopicPrefix"/>.</summary>
public static class TopicTemplate
{
    // The protocol allows 65,535 bytes, but a longer prefix than this is a mistake, and many PLC clients take less.
    private const int MostBytes = 512;

    // Mosquitto ends the connection above 200 levels, and the agent appends some.
    private const int MostLevels = 100;

    /// <summary>Gives the prefix of one station's topics.</summary>
    /// <param name="template">Such as <c>edgeinspector/{line}/{station}</c>.</param>
    /// <param name="line">Value of <c>{line}</c>.</param>
    /// <param name="station">Value of <c>{station}</c>.</param>
    /// <param name="values">Values of further placeholders by name.</param>
    /// <exception cref="DeliveryException">A placeholder has no value, or a character is not allowed in a topic.</exception>
    public static string Fill(string template, string line, string station, IReadOnlyDictionary<string, string> values)
    {
        var all = new Dictionary<string, string>(values, StringComparer.OrdinalIgnoreCase) { ["line"] = line, ["station"] = station };
        if (TryFill(template, all, out string? topic, out string? wrong))
            return topic;
        throw new DeliveryException($"Mqtt:TopicPrefix \"{template}\": {wrong}");
    }

    /// <summary>
    /// Gives the filter that all topics made by a template match: <c>+</c> for each level with a placeholder. A template that is already a
    /// filter stays one.
    /// </summary>
    /// <exception cref="DeliveryException">No topic could match the filter.</exception>
    public static string Filter(string template)
    {
        string[] levels = template.Split('/');
        foreach (string level in levels)
        {
            string? wrong = level.Contains('#')
                ? "contains \"#\". Write \"+\" for each level that differs: the station's prefix must be known from its topic."
                : level.Contains('+') && level != "+" ? "has a \"+\" beside other characters of a level. Write \"+\" alone."
                : string.IsNullOrWhiteSpace(level)
                    ? "has an empty level (a slash at the beginning or the end, or two in a row). Remove the slash."
                : MqttText.FaultOf(level);
            if (wrong is not null)
                throw new DeliveryException($"The topic prefix \"{template}\" {wrong}");
        }
        return string.Join('/', levels.Select(level => level.Contains('{') ? "+" : level));
    }

    /// <summary>Says what is wrong with a template, or null. The names of line and station are checked when they are known.</summary>
    public static string? Check(string template, IReadOnlyDictionary<string, string> values)
    {
        var all = new Dictionary<string, string>(values, StringComparer.OrdinalIgnoreCase) { ["line"] = "line", ["station"] = "station" };
        return TryFill(template, all, out _, out string? wrong) ? null : wrong;
    }

    private static bool TryFill(
        string template, Dictionary<string, string> values, [NotNullWhen(true)] out string? topic, [NotNullWhen(false)] out string? wrong)
    {
        topic = null;
        var filled = new StringBuilder();
        int at = 0;
        while (at < template.Length)
        {
            char c = template[at];
            if (c == '}')
            {
                wrong = "there is a \"}\" without its \"{\".";
                return false;
            }
            if (c != '{')
            {
                filled.Append(c);
                at++;
                continue;
            }
            int end = template.IndexOf('}', at);
            if (end < 0)
            {
                wrong = "there is a \"{\" without its \"}\".";
                return false;
            }
            string name = template[(at + 1)..end];
            if (!values.TryGetValue(name, out string? value))
            {
                wrong = $"the placeholder {{{name}}} has no value. "
                    + $"Known are {string.Join(", ", values.Keys.Order().Select(k => $"{{{k}}}"))}; give others in Mqtt:TopicValues.";
                return false;
            }
            if (Illegal(value, inLevel: true) is { } inValue)
            {
                wrong = $"the value \"{value}\" of {{{name}}} {inValue}";
                return false;
            }
            filled.Append(value);
            at = end + 1;
        }
        string result = filled.ToString();
        wrong = Illegal(result, inLevel: false) is { } inWhole ? $"the topic \"{result}\" {inWhole}" : null;
        topic = wrong is null ? result : null;
        return wrong is null;
    }

    private static string? Illegal(string text, bool inLevel)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "is empty.";
        foreach (char c in text)
        {
            if (c is '+' or '#')
                return $"contains \"{c}\", which MQTT keeps for subscriptions. Use another character.";
            if (inLevel && c == '/')
                return "contains \"/\", which would add a level to the topic. Use another character.";
        }
        if (MqttText.FaultOf(text) is { } unfit)
            return unfit;
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            return "contains a character that is not valid Unicode.";
        if (inLevel)
            return null;
        if (text[0] == '$')
            return "begins with \"$\", which MQTT keeps for the broker. Begin with another character.";
        if (text.Split('/').Any(string.IsNullOrWhiteSpace))
            return "has an empty level (a slash at the beginning or the end, or two in a row). Remove the slash.";
        if (text.Count(c => c == '/') >= MostLevels)
            return $"has more than {MostLevels} levels. Shorten it.";
        return Encoding.UTF8.GetByteCount(text) > MostBytes ? $"is longer than {MostBytes} bytes. Shorten it." : null;
    }
}
