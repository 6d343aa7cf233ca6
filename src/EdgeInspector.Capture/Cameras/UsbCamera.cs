using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>A local video device: V4L2 on Linux, Media Foundation or DirectShow on Windows.</summary>
/// <param name="options">The device and the values to set on the device.</param>
/// <param name="log">The log for the values that the camera really uses.</param>
public sealed partial class UsbCamera(UsbOptions options, ILogger log) : ICameraSource
{
    // V4L2's menu for "exposure_auto": 1 is manual. DirectShow takes 0.25 instead.
    private static readonly double ManualExposure = OperatingSystem.IsWindows() ? 0.25 : 1;

    /// <inheritdoc/>
    public bool MayWait => false;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        NativeMessages.Silence();
        VideoDevice.CheckAccess(options.Device);
        using VideoCapture capture = Open();
        if (!capture.IsOpened())
            throw new CameraException(SourceWordings.NotOpened.Of(options.Device));
        Configure(capture);
        using var image = new Mat();
        bool first = true;
        while (!stop.IsCancellationRequested)
        {
            if (!capture.Read(image) || image.Empty())
                throw new CameraException(SourceWordings.Gone.Of(options.Device));
            if (first)
                Compare(image);
            first = false;
            onFrame(image, null);
        }
    }

    private VideoCapture Open()
    {
        VideoCaptureAPIs api = OperatingSystem.IsLinux() ? VideoCaptureAPIs.V4L2 : VideoCaptureAPIs.ANY;
        return int.TryParse(options.Device, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? new VideoCapture(index, api)
            : new VideoCapture(options.Device, api);
    }

    private void Configure(VideoCapture capture)
    {
        // The pixel format decides which sizes and rates there are, so it comes first.
        if (options.FourCc is { } fourCc)
            Set(capture, VideoCaptureProperties.FourCC, VideoWriter.FourCC(fourCc[0], fourCc[1], fourCc[2], fourCc[3]), "FourCc");
        if (options.Width is { } width)
            Set(capture, VideoCaptureProperties.FrameWidth, width, "Width");
        if (options.Height is { } height)
            Set(capture, VideoCaptureProperties.FrameHeight, height, "Height");
        if (options.Fps is { } fps)
            Set(capture, VideoCaptureProperties.Fps, fps, "Fps");
        if (options.Exposure is { } exposure)
        {
            Set(capture, VideoCaptureProperties.AutoExposure, ManualExposure, "Exposure");
            Set(capture, VideoCaptureProperties.Exposure, exposure, "Exposure");
        }
        // OpenCV would keep the upper 8 bits of 16, which are empty where the camera has 10 or 12 bits. Y10 and Y12 it converts rightly.
        if (OperatingSystem.IsLinux() && (int)capture.Get(VideoCaptureProperties.FourCC) == VideoWriter.FourCC('Y', '1', '6', ' '))
            capture.Set(VideoCaptureProperties.ConvertRgb, 0);
        // A deep driver queue would give old pictures. Drivers without this property are drained by reading without pause.
        capture.Set(VideoCaptureProperties.BufferSize, 1);
    }

    private void Set(VideoCapture capture, VideoCaptureProperties property, double value, string setting)
    {
        if (!capture.Set(property, value))
            LogNotSet(log, options.Device, setting, value);
    }

    private void Compare(Mat image)
    {
        if ((options.Width ?? image.Width) != image.Width || (options.Height ?? image.Height) != image.Height)
            LogOtherSize(log, options.Device, image.Width, image.Height, options.Width, options.Height);
    }
}
