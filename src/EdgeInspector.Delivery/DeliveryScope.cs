using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Text;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery;

/// <summary>What all types that deliver evidence share.</summary>
/// <param name="Agent">Which agent speaks.</param>
/// <param name="Mqtt">The broker; validated.</param>
/// <param name="Stations">The stations by name; at least one.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
internal sealed record DeliveryScope(
    AgentIdentity Agent, MqttOptions Mqtt, IReadOnlyDictionary<string, EvidenceStation> Stations, TimeProvider Time, ILogger Log)
{
    /// <summary>Complains at every station; null withdraws the component's complaint.</summary>
    public void Complain(string component, Said? what)
    {
        foreach (EvidenceStation station in Stations.Values)
        {
            if (what is null)
                station.Health.Withdraw(component);
            else
                station.Health.Complain(what);
        }
    }

    /// <summary>
    /// A station; the first station for a name that the settings no longer know but that has left parts behind: their events then go where
    /// somebody listens.
    /// </summary>
    public EvidenceStation StationOrFirst(string? station) =>
        station is not null && Stations.TryGetValue(station, out EvidenceStation? known) ? known : Stations.Values.First();

    /// <summary>The topic of a station's events; for a name that the settings no longer know, the first station's.</summary>
    public string EventTopic(string station) => StationOrFirst(station).Topics.Event;
}
