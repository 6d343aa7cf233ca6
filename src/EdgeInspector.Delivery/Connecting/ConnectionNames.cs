namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// The client ids of an agent's connections. Each connection has one purpose, so that if the broker ends one over a message, the others go
/// on.
/// </summary>
internal static class ConnectionNames
{
    private const string EventsEnding = "evidence", ImagesEnding = "images", AnswersEnding = "-answers";

    /// <summary>Signals, triggers, heartbeat and state of a station.</summary>
    public static string Station(MqttOptions options, string station) => $"{options.EffectiveClientId}-{station}";

    /// <summary>Answers to a station's commands.</summary>
    public static string Answers(MqttOptions options, string station) => Station(options, station) + AnswersEnding;

    /// <summary>Events of all stations.</summary>
    public static string Events(MqttOptions options) => $"{options.EffectiveClientId}-{EventsEnding}";

    /// <summary>Pictures of all stations.</summary>
    public static string Images(MqttOptions options) => $"{options.EffectiveClientId}-{ImagesEnding}";

    /// <summary>
    /// Says which station's name would give two connections one client id, so that they would throw each other out for ever; null: none.
    /// </summary>
    public static string? FaultOf(IReadOnlyCollection<string> stations)
    {
        foreach (string station in stations)
        {
            if (station is EventsEnding or ImagesEnding)
            {
                string whose = station == ImagesEnding ? "pictures" : "events";
                return $"A station named \"{station}\" would log in at the broker under the client id of the agent's {whose}. Rename it.";
            }
            if (stations.Contains(station + AnswersEnding))
            {
                return $"The station \"{station}{AnswersEnding}\" would log in at the broker under the client id of the answers of "
                    + $"station \"{station}\". Rename it.";
            }
        }
        return null;
    }
}
