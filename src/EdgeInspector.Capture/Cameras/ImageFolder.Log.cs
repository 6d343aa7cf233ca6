using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture.Cameras;

public sealed partial class ImageFolder
{
    [LoggerMessage(EventId = 220, Level = LogLevel.Warning, Message = "The image {File} in {Folder} is skipped: {Problem}")]
    private static partial void LogUnreadable(ILogger log, string file, string folder, string problem);
}
