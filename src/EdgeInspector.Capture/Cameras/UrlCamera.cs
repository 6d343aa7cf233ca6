using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>A camera on the network, read by the program <c>ffmpeg</c>.</summary>
/// <param name="options">Address, transport, timeouts, user and password.</param>
/// <param name="time">The clock of the timeouts, and by which pictures that waited in a buffer are told from fresh ones.</param>
public sealed class UrlCamera(UrlOptions options, TimeProvider time) : ICameraSource
{
    /// <summary>A picture that had to be waited for this long came from the camera and not out of a buffer.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public bool MayWait => false;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        using var stream = new FfmpegStream(options);
        using CancellationTokenRegistration stopping = stop.Register(stream.Kill);
        bool timedOut = false;
        using ITimer timeout = time.CreateTimer(_ =>
        {
            timedOut = true;
            stream.Kill();
        }, null, options.OpenTimeout, Timeout.InfiniteTimeSpan);

        long opened = 0, before = time.GetTimestamp();
        bool fresh = false;
        while (true)
        {
            using Mat? image = stream.Read();
            if (stop.IsCancellationRequested)
                return;
            if (image is null)
                throw opened == 0 ? new CameraException(StreamProbe.Explain(options)) : Broken(timedOut);
            timeout.Change(options.ReadTimeout, Timeout.InfiniteTimeSpan);
            long now = time.GetTimestamp();
            if (opened == 0)
                opened = now;
            else
                fresh |= time.GetElapsedTime(before, now) >= Fresh || time.GetElapsedTime(opened, now) >= LongestCatchUp;
            // While the stream was being recognised, pictures gathered in a buffer. They come without waiting and are older than they look: they are dropped.
            if (fresh)
                onFrame(image, null);
            before = time.GetTimestamp();
        }
    }

    private CameraException Broken(bool timedOut) => new(timedOut
        ? $"The stream {options.ShownAddress} gave no picture for {options.ReadTimeout.TotalSeconds:0.#} s."
        : $"The stream {options.ShownAddress} broke off.");
}
