using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>One line for each verdict, and what befell the station.</summary>
public sealed partial class Station
{
    private void Log(InspectedPart part)
    {
        double latency = part.TriggerToSignal.TotalMilliseconds;
        if (part.Verdict.Kind == VerdictKind.None)
            LogNone(_log, Name, part.Part, part.Verdict.Reason, part.Verdict.Rule, part.Action, latency);
        else
            LogVerdict(_log, Name, part.Part, part.Verdict.Kind, part.Verdict.Tag ?? "nothing seen", part.Verdict.Probability, latency);
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "{Station} {Part}: {Verdict} ({Tag} {Probability:0.000}) in {LatencyMs:0.0} ms")]
    private static partial void LogVerdict(
        ILogger log, string station, string part, VerdictKind verdict, string tag, float probability, double latencyMs);

    [LoggerMessage(
        EventId = 111, Level = LogLevel.Information, Message = "{Station} {Part}: no verdict ({Reason}: {Detail}), fail-safe {Action}, in {LatencyMs:0.0} ms")]
    private static partial void LogNone(
        ILogger log, string station, string part, NoneReason reason, string? detail, GateAction action, double latencyMs);

    [LoggerMessage(
        EventId = 112,
        Level = LogLevel.Error,
        Message = "Station {Station} is lost: the model has not returned for {Seconds} s. Its parts get no verdict; the agent ends if it does not come back")]
    private static partial void LogLost(ILogger log, string station, double seconds);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "Station {Station} is back: the model has returned")]
    private static partial void LogFound(ILogger log, string station);
}
