using EdgeInspector.Delivery.Connecting;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery;

/// <summary>What everything that delivers evidence shares.</summary>
/// <param name="Agent">Who speaks.</param>
/// <param name="Mqtt">The broker; validated.</param>
/// <param name="Stations">The stations by name; at least one.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
internal sealed record DeliveryScope(
    AgentIdentity Agent, MqttOptions Mqtt, IReadOnlyDictionary<string, EvidenceStation> Stations, TimeProvider Time, ILogger Log)
{
    /// <summary>Complains at every station under a component's name; null withdraws the complaint.</summary>
    public void Complain(string component, string? reason)
    {
        foreach (EvidenceStation station in Stations.Values)
        {
            if (reason is null)
                station.Health.Withdraw(component);
            else
                station.Health.Complain(component, reason);
        }
    }

    /// <summary>
    /// A station; the first one for a name that the settings no longer know, which has left parts behind: their events go where somebody
    /// listens.
    /// </summary>
    public EvidenceStation StationOrFirst(string? station) =>
        station is not null && Stations.TryGetValue(station, out EvidenceStation? known) ? known : Stations.Values.First();
}
