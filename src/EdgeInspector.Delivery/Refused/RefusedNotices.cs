using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// Tells of messages that were set aside: in the log, in <c>state</c> for an hour, and by an event of their own. Thread-safe.
/// </summary>
/// <param name="scope">What all types that deliver evidence share.</param>
/// <param name="news">Takes the events.</param>
internal sealed partial class RefusedNotices(DeliveryScope scope, EvidenceNews news)
{
    internal const string Component = "refused";

    // How long <c>state</c> tells of a message that was set aside; the event about it and the counter stay.
    private static readonly TimeSpan Told = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, long> _refusedAt = new(StringComparer.Ordinal);

    /// <summary>Tells of a message.</summary>
    public void Tell(RefusedMessage message)
    {
        LogSetAside(scope.Log, message.Reason, message.Kept);
        if (scope.Stations.TryGetValue(message.Station, out EvidenceStation? station))
        {
            if (message.What == "event")
                station.Counters.CountEventRefused();
            else
                station.Counters.CountImageRefused();
            _refusedAt[message.Station] = scope.Time.GetTimestamp();
            station.Health.Complain(DeliveryWordings.SetAside.Of(message.Reason, message.Kept));
        }
        if (message.IsWorthAnEvent)
            news.Tell(message);
    }

    /// <summary>Withdraws complaints that are old enough.</summary>
    public void WithdrawOld()
    {
        foreach ((string station, long at) in _refusedAt)
        {
            if (scope.Time.GetElapsedTime(at) > Told && _refusedAt.TryRemove(KeyValuePair.Create(station, at)))
                scope.Stations[station].Health.Withdraw(Component);
        }
    }

    [LoggerMessage(EventId = 517, Level = LogLevel.Error, Message = "{Reason} It lies in {Kept} in the data folder")]
    private static partial void LogSetAside(ILogger log, string reason, string kept);
}
