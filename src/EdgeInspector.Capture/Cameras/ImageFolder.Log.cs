using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture.Cameras;

public sealed partial class ImageFolder
{
    [LoggerMessage(EventId = 220, Level = LogLevel.Warning, Message = "The image {File} in {Folder} is skipped: {Problem}")]
    private static partial void LogUnreadable(ILogger log, string file, string folder, string problem);

    [LoggerMessage(EventId = 221, Level = LogLevel.Information,
        Message = "Found in {Folder} at the start and passed over: {Count} (Folder:Existing is Skip)")]
    private static partial void LogPassedOver(ILogger log, string count, string folder);

    [LoggerMessage(EventId = 222, Level = LogLevel.Warning,
        Message = "{Count} came into {Folder} while the agent was stopped, passed over (Folder:Existing is Skip); the newest: {Files}")]
    private static partial void LogMissed(ILogger log, string count, string folder, string files);

    [LoggerMessage(EventId = 223, Level = LogLevel.Information,
        Message = "The image {File} in {Folder} was touched, but is the one that was inspected already: the same name and content")]
    private static partial void LogSeenBefore(ILogger log, string file, string folder);

    [LoggerMessage(EventId = 224, Level = LogLevel.Warning,
        Message = "The image {File} in {Folder} has not come to rest for {Seconds} s; it is read when nobody writes to it any more")]
    private static partial void LogRestless(ILogger log, string file, string folder, double seconds);

    [LoggerMessage(EventId = 226, Level = LogLevel.Warning, Message = "A file stays in the folder: {Problem}")]
    private static partial void LogStays(ILogger log, string problem);

    [LoggerMessage(EventId = 227, Level = LogLevel.Information, Message = "The image {File} left {Folder} again before it was whole")]
    private static partial void LogGone(ILogger log, string file, string folder);

    [LoggerMessage(
        EventId = 228,
        Level = LogLevel.Warning,
        Message = "Another agent on this machine reads the folder {Folder} too, and one of the two takes the files away "
            + "(Folder:AfterRead), so that each part is inspected at one of them only. "
            + "Give each a folder of its own, or set AfterRead to Keep at both")]
    private static partial void LogContested(ILogger log, string folder);
}
