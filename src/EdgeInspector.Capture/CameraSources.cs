using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.SimulatedLine;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture;

/// <summary>Makes the source that the settings name.</summary>
public static class CameraSources
{
    /// <summary>The source of the one block that is given. Opens nothing yet.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="time">The clock of sources that pace themselves.</param>
    /// <param name="log">For what a source has to say on its own.</param>
    /// <param name="place">The station that it serves; null for a check.</param>
    /// <exception cref="CameraException">None or several blocks are given.</exception>
    public static ICameraSource Create(CameraOptions options, TimeProvider time, ILogger log, CameraPlace? place = null)
    {
        if (options.Blocks.Count != 1)
            throw new CameraException("A camera has exactly one of the blocks Usb, Url, Video, Folder, Simulated.");
        return options switch
        {
            { Usb: { } usb } => new UsbCamera(usb, log),
            { Url: { } url } => new UrlCamera(url, time, place, options.StallTimeout, options.Formats),
            { Video: { } video } => new VideoFile(video, time),
            { Folder: { } folder } => new ImageFolder(folder, time, log, place, ImageLimits.Of(options.Formats)),
            { Simulated: { } simulated } => new SimulatedCamera(simulated, time),
            _ => throw new CameraException("This camera's block is not supported."),
        };
    }
}
