using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Challenges;

/// <summary>
/// Keeps the challenge memory of a station over restarts, and tells of challenge parts in log, audit log and <c>state</c>.
/// </summary>
internal sealed partial class StationChallenges(
    Station station, ChallengeFile file, EvidenceDelivery evidence, StationNews news, ILogger log)
{
    /// <summary>Takes up the memory from before the restart, and listens from now on. Called once, before the station starts.</summary>
    public void Start()
    {
        station.Challenges.Happened += Tell;
        evidence.ChallengeRecovered += (name, result) =>
        {
            if (name == station.Name)
                station.Challenges.Recover(result);
        };
        if (file[station.Name] is { } memory)
            station.Challenges.TakeUp(memory);
        else if (station.Challenges.Asks)
            file.Put(station.Name, station.Challenges.Memory);
    }

    private void Tell(ChallengeNews told)
    {
        // The verdict on the part has an entry of its own.
        if (told.What is "announced" or "due" or "overdue")
            news.Note(AuditEntry.Of(told, station.Name));
        if (told.What is "right" or "wrong" or "noVerdict" or "announced")
            file.Put(station.Name, station.Challenges.Memory);
        news.PublishState();
        if (told.What is "wrong" or "overdue")
            LogWrong(log, station.Name, told.Why ?? "");
        else
            LogChallenge(log, station.Name, told.What, told.Known, told.Part ?? "", told.By ?? "");
    }

    [LoggerMessage(EventId = 640, Level = LogLevel.Error, Message = "Station {Station}: {Why}")]
    private static partial void LogWrong(ILogger log, string station, string why);

    [LoggerMessage(EventId = 641, Level = LogLevel.Information, Message = "Station {Station}, challenge part {What}: known {Known} "
        + "{Part} {By}")]
    private static partial void LogChallenge(ILogger log, string station, string what, Challenge known, string part, string by);
}
