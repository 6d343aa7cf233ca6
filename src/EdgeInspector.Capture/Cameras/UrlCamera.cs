using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>A camera on the network, through FFmpeg.</summary>
/// <param name="options">Address, transport, timeouts, user and password.</param>
/// <param name="time">The clock by which pictures that waited in a buffer are told from fresh ones.</param>
public sealed class UrlCamera(UrlOptions options, TimeProvider time) : ICameraSource
{
    // cv::VideoCaptureProperties that OpenCvSharp does not name.
    private const int OpenTimeoutMsec = 53, ReadTimeoutMsec = 54, DecoderThreads = 70;

    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public bool MayWait => false;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        using var capture = new VideoCapture(StreamAddress.WithCredentials(options), VideoCaptureAPIs.FFMPEG,
        [
            OpenTimeoutMsec, (int)options.OpenTimeout.TotalMilliseconds,
            ReadTimeoutMsec, (int)options.ReadTimeout.TotalMilliseconds,
            // Several decoder threads each hold a picture back; one gives every picture at once.
            DecoderThreads, 1,
        ]);
        if (stop.IsCancellationRequested)
            return;
        if (!capture.IsOpened())
            throw new CameraException(StreamProbe.Explain(options));
        using var image = new Mat();
        if (!CatchUp(capture, image, stop))
            throw Broken();
        while (!stop.IsCancellationRequested)
        {
            onFrame(image, null);
            if (!capture.Read(image) || image.Empty())
                throw Broken();
        }
    }

    /// <summary>
    /// While the stream was being recognised, pictures gathered in a buffer. They come at once, without waiting, and are older than they look:
    /// they are read and dropped until one has to be waited for.
    /// </summary>
    private bool CatchUp(VideoCapture capture, Mat image, CancellationToken stop)
    {
        double fps = capture.Fps is > 0 and <= 240 ? capture.Fps : 25;
        TimeSpan waited = TimeSpan.FromSeconds(0.5 / fps);
        long start = time.GetTimestamp();
        long before = start;
        while (capture.Read(image) && !image.Empty())
        {
            long now = time.GetTimestamp();
            if (stop.IsCancellationRequested || time.GetElapsedTime(before, now) >= waited || time.GetElapsedTime(start, now) >= LongestCatchUp)
                return true;
            before = now;
        }
        return false;
    }

    private CameraException Broken() =>
        new($"The stream {options.Address} broke off, or gave no picture for {options.ReadTimeout.TotalSeconds:0.#} s.");
}
