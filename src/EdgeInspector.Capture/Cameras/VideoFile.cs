using System.Globalization;
using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>A video file in the place of a camera. Pictures are labelled <c>name#number</c>, from 1.</summary>
/// <param name="options">The file, its pace and what follows its end.</param>
/// <param name="time">The clock of the file's own pace.</param>
public sealed class VideoFile(VideoOptions options, TimeProvider time) : ICameraSource
{
    private const double DefaultFps = 25;

    // FFmpeg's own name for 16 grey bits, lower byte first: AV_PIX_FMT_GRAY16LE.
    private static readonly int Grey16 = VideoWriter.FourCC('Y', '1', '\0', (char)16);

    /// <inheritdoc/>
    public bool MayWait => options.Pace == VideoPace.AsConsumed;

    /// <inheritdoc/>
    public string? EndMessage => options.AtEnd == VideoEnd.End
        ? $"The video {Path.GetFileName(options.File)} has been played to its end; no more pictures come until the agent is started again."
        : null;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        NativeMessages.Silence();
        do
        {
            if (!Play(onFrame, stop) && !stop.IsCancellationRequested)
                throw new CameraException($"The video {options.File} holds no picture that can be read. Check the file with a player.");
        }
        while (options.AtEnd == VideoEnd.Loop && !stop.IsCancellationRequested);
    }

    /// <summary>Plays the file once; false when it had no picture.</summary>
    private bool Play(FrameHandler onFrame, CancellationToken stop)
    {
        if (!File.Exists(options.File))
            throw new CameraException($"There is no video file {Path.GetFullPath(options.File)}. Correct Video:File in the settings.");
        using var capture = new VideoCapture(options.File, VideoCaptureAPIs.ANY);
        if (!capture.IsOpened())
            throw new CameraException(
                $"The file {options.File} could not be opened as a video. Check its permissions, and the file with a player.");
        // If FFmpeg turned such values into 8 bits, pictures that leave the upper bits empty would be nearly black.
        if ((int)capture.Get(VideoCaptureProperties.CodecPixelFormat) == Grey16)
            capture.Set(VideoCaptureProperties.ConvertRgb, 0);
        double fps = capture.Fps is > 0 and < 1000 ? capture.Fps : DefaultFps;
        string name = Path.GetFileName(options.File);
        long start = time.GetTimestamp();
        using var image = new Mat();
        int number = 0;
        while (!stop.IsCancellationRequested && capture.Read(image) && !image.Empty())
        {
            if (options.Pace == VideoPace.Own && !WaitUntil(start, number / fps, stop))
                break;
            number++;
            onFrame(image, string.Create(CultureInfo.InvariantCulture, $"{name}#{number}"));
        }
        return number > 0;
    }

    private bool WaitUntil(long start, double seconds, CancellationToken stop) =>
        Pause.For(TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(start), time, stop);
}
