using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture.Cameras;

public sealed partial class UsbCamera
{
    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "The camera {Device} did not take the setting {Setting} = {Value}")]
    private static partial void LogNotSet(ILogger log, string device, string setting, double value);

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning,
        Message = "The camera {Device} gives pictures of {Width}x{Height} although the settings ask for {AskedWidth}x{AskedHeight}")]
    private static partial void LogOtherSize(ILogger log, string device, int width, int height, int? askedWidth, int? askedHeight);
}
