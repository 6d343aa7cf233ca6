using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery;

/// <summary>What the delivery of evidence writes into the log.</summary>
public sealed partial class EvidenceDelivery
{
    [LoggerMessage(
        EventId = 518,
        Level = LogLevel.Warning,
        Message = "The data folder '{Folder}' is in use by {Holder}. The agent waits up to {Patience} s for it, "
            + "and then ends to be started again")]
    private static partial void LogWaitsForFolder(ILogger log, string folder, string holder, double patience);

    [LoggerMessage(EventId = 510, Level = LogLevel.Warning,
        Message = "{Count} events could not be delivered before the end; they wait on disk for the next start")]
    private static partial void LogLeft(ILogger log, long count);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning,
        Message = "The password for {Broker} travels in plain text; set Mqtt:Tls:Enabled")]
    private static partial void LogPlainPassword(ILogger log, string broker);

    [LoggerMessage(EventId = 512, Level = LogLevel.Error, Message = "{Count} events are lost, from {First} to {Last}: {Reason}")]
    private static partial void LogLost(ILogger log, long? count, Guid? first, Guid? last, string reason);

    [LoggerMessage(EventId = 513, Level = LogLevel.Warning,
        Message = "The agent was killed while it had {Count} parts in hand; their events are delivered now, marked as recovered")]
    private static partial void LogRecovered(ILogger log, int count);
}
