using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// Logs an outage that all connections of an agent meet again and again only once: after one connection has told a fault, no other logs the
/// same fault until the first is back, or for ten minutes. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="log">Gets, at the level Debug, the faults that are not logged again.</param>
public sealed partial class BrokerFaults(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Teller, long At)> _told = new(StringComparer.Ordinal);

    /// <summary>True when the fault is to be logged: no connection has told it, or not lately.</summary>
    /// <param name="teller">The connection that meets the fault.</param>
    /// <param name="fault">The fault, in a sentence that names the broker.</param>
    internal bool IsNews(string teller, string fault)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            foreach (string old in _told.Where(told => time.GetElapsedTime(told.Value.At, now) >= Again).Select(told => told.Key).ToList())
                _told.Remove(old);
            if (_told.TryAdd(fault, (teller, now)))
                return true;
            LogToo(log, teller, _told[fault].Teller, fault);
            return false;
        }
    }

    /// <summary>A connection stands again: if another connection still meets the same fault, that one tells it next.</summary>
    internal void Restored(string teller)
    {
        lock (_gate)
        {
            foreach (string old in _told.Where(told => told.Value.Teller == teller).Select(told => told.Key).ToList())
                _told.Remove(old);
        }
    }

    [LoggerMessage(EventId = 501, Level = LogLevel.Debug, Message = "{ClientId} meets what {Teller} has met: {Fault}")]
    private static partial void LogToo(ILogger log, string clientId, string teller, string fault);
}
