using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.ImageFiles;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture;

/// <summary>
/// Makes the source that the settings name, for all kinds of cameras that this project knows: all but the simulated line.
/// </summary>
public static class CameraSources
{
    /// <summary>The source of the one block that is given. Opens nothing yet.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="time">The clock of sources that pace themselves.</param>
    /// <param name="log">The log for messages of the source.</param>
    /// <param name="place">The station that the source serves; null for a check.</param>
    /// <exception cref="CameraException">None or several blocks are given, or a block of a camera that another project makes.</exception>
    public static ICameraSource Create(CameraOptions options, TimeProvider time, ILogger log, CameraPlace? place = null)
    {
        if (options.Blocks.Count != 1)
            throw new CameraException($"A camera has exactly one of the blocks {options.KnownBlocks}.");
        return options switch
        {
            { Usb: { } usb } => new UsbCamera(usb, log),
            { Url: { } url } => new UrlCamera(url, time, place, options.StallTimeout, options.Formats),
            { Video: { } video } => new VideoFile(video, time),
            { Folder: { } folder } => new ImageFolder(folder, time, log, place, ImageLimits.Of(options.Formats)),
            _ => throw new CameraException($"The block {options.Blocks[0]} is no camera that is made here."),
        };
    }
}
