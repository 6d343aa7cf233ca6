using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture;

public sealed partial class CameraFeed
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Information,
        Message = "The camera of station {Station} gives pictures of {Width}x{Height}")]
    private static partial void LogPictures(ILogger log, string station, int width, int height);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning,
        Message = "The camera of station {Station} changed its pictures from {OldWidth}x{OldHeight} to {Width}x{Height}")]
    private static partial void LogResized(ILogger log, string station, int oldWidth, int oldHeight, int width, int height);

    [LoggerMessage(EventId = 202, Level = LogLevel.Information, Message = "The source of station {Station} has ended: {Message}")]
    private static partial void LogEnded(ILogger log, string station, string message);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning,
        Message = "The camera driver of station {Station} does not return; its thread is left behind ({Abandoned} so far) "
            + "and a new one opens the camera")]
    private static partial void LogAbandoned(ILogger log, string station, int abandoned);

    [LoggerMessage(EventId = 204, Level = LogLevel.Warning,
        Message = "The camera driver of station {Station} did not return when the agent stopped; its thread is left behind")]
    private static partial void LogLeftBehind(ILogger log, string station);
}
